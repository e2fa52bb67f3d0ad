#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <limits.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"

static void
assert_holds(const struct buf *b, const char *text)
{
	struct span s = buf_span(b);
	if (!span_eq(s, span_of(text)))
		fail_msg("\"%.*s\" is not \"%s\"", (int)s.n, s.p, text);
}

static void
test_put(void **state)
{
	(void)state;
	char bytes[16];
	struct buf b = BUF(bytes);
	assert_int_equal(b.cap, 16);
	assert_holds(&b, "");
	buf_put(&b, SPAN("ab"));
	buf_put(&b, (struct span){ NULL, 0 });
	buf_put_str(&b, "cd");
	buf_put_str(&b, NULL);
	buf_put_char(&b, 'e');
	assert_holds(&b, "abcde");
	buf_put_char(&b, '\0');
	assert_int_equal(b.len, 6);
	assert_false(b.overflow);
}

static void
test_fills_to_the_last_byte(void **state)
{
	(void)state;
	char bytes[4];
	struct buf b = BUF(bytes);
	buf_put(&b, SPAN("abcd"));
	assert_false(b.overflow);
	assert_holds(&b, "abcd");
	buf_put(&b, (struct span){ NULL, 0 });
	assert_false(b.overflow);
	buf_put_char(&b, 'e');
	assert_true(b.overflow);
	assert_holds(&b, "abcd");
}

/* The piece that does not fit is left out whole, and so is all that follows. */
static void
test_overflow_is_sticky(void **state)
{
	(void)state;
	char bytes[8];
	struct buf b = { .p = bytes, .cap = 4 };
	memset(bytes, '#', sizeof(bytes));
	buf_put(&b, SPAN("abc"));
	buf_put(&b, SPAN("de"));
	assert_true(b.overflow);
	assert_holds(&b, "abc");
	buf_put_char(&b, 'x');
	buf_put(&b, (struct span){ NULL, 0 });
	buf_printf(&b, "%d", 1);
	assert_holds(&b, "abc");
	assert_true(b.overflow);
	assert_memory_equal(bytes + 3, "#####", 5);
}

/* Lengths near SIZE_MAX must not wrap round. */
static void
test_huge(void **state)
{
	(void)state;
	char bytes[8];
	struct buf b = BUF(bytes);
	buf_put_char(&b, 'a');
	buf_put(&b, (struct span){ bytes, SIZE_MAX });
	assert_true(b.overflow);
	assert_int_equal(b.len, 1);
}

static void
test_no_memory(void **state)
{
	(void)state;
	struct buf b = { 0 };
	buf_put(&b, (struct span){ NULL, 0 });
	assert_false(b.overflow);
	assert_string_equal(buf_str(&b), "");
	buf_put_char(&b, 'a');
	assert_true(b.overflow);
}

static void
test_str(void **state)
{
	(void)state;
	char bytes[4];
	struct buf b = BUF(bytes);
	buf_put(&b, SPAN("abc"));
	assert_string_equal(buf_str(&b), "abc");
	assert_int_equal(b.len, 3);
	buf_put_char(&b, 'd');
	assert_false(b.overflow);
	/* No room for the NUL. */
	assert_string_equal(buf_str(&b), "");
	assert_holds(&b, "abcd");
}

static void
test_printf(void **state)
{
	(void)state;
	char bytes[64];
	struct buf b;
#define ROW(wanted, ...)                     \
	do {                                 \
		b = BUF(bytes);              \
		buf_printf(&b, __VA_ARGS__); \
		assert_false(b.overflow);    \
		assert_holds(&b, wanted);    \
	} while (0)
	ROW("plain", "plain");
	ROW("<abc>", "<%s>", "abc");
	ROW("<>", "<%s>", "");
	ROW("<ab>", "<%.*s>", 2, "abc");
	ROW("<>", "<%.*s>", 0, "abc");
	ROW("x", "%c", 'x');
	ROW("0", "%d", 0);
	ROW("2147483647", "%d", INT_MAX);
	ROW("-2147483648", "%d", INT_MIN);
	ROW("-7", "%d", -7);
	ROW("4294967295", "%u", UINT_MAX);
	ROW("18446744073709551615", "%llu", ULLONG_MAX);
	ROW("18446744073709551615", "%zu", SIZE_MAX);
	ROW("0", "%zu", (size_t)0);
	ROW("00 0f ff 100", "%02x %02x %02x %02x", 0u, 15u, 255u, 256u);
	ROW("00 0F FF", "%02X %02X %02X", 0u, 15u, 255u);
	ROW("100%", "100%%");
	ROW("a1b2-3%c4", "%s%u%c%d%d%%%c%zu", "a", 1u, 'b', 2, -3, 'c', (size_t)4);
#undef ROW
}

/* A conversion that buf.h does not know stays as it is: a defect that a reader sees. */
static void
test_printf_unknown(void **state)
{
	(void)state;
	static const char *const row[] = { "%x", "%5d", "%ld", "%lu", "%f", "%", "50% off", "%-s",
		"%lx" };
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		char bytes[32];
		struct buf b = BUF(bytes);
		/* Not a literal, so that no compiler judges it. */
		const char *volatile fmt = row[i];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
		buf_printf(&b, fmt);
#pragma GCC diagnostic pop
		assert_holds(&b, row[i]);
	}
}

/* A text that is too long keeps its end, where the reason is. */
static void
test_put_cut(void **state)
{
	(void)state;
	char bytes[BUF_CUT_END + 10];
	char text[sizeof(bytes) + 100];
	struct buf b = BUF(bytes);
	memset(text, '-', sizeof(text));
	memcpy(text, "begins", 6);
	memcpy(text + sizeof(text) - 4, "ends", 4);
	const struct span all = { text, sizeof(text) };

	buf_put_cut(&b, SPAN("fits"));
	assert_holds(&b, "fits");
	buf_put_cut(&b, all);
	assert_int_equal(b.len, b.cap);
	assert_memory_equal(bytes, "fitsbeg...---", 13);
	assert_memory_equal(bytes + sizeof(bytes) - 5, "-ends", 5);
	/* The whole of what there is room for, to the byte. */
	b = BUF(bytes);
	buf_put_cut(&b, span_skip(all, sizeof(text) - sizeof(bytes)));
	assert_memory_equal(bytes, "-----", 5);
	assert_false(b.overflow);
	/* Little room: only the end. */
	for (size_t room = 0; room < 8; room++) {
		b = (struct buf){ .p = bytes, .cap = room };
		buf_put_cut(&b, all);
		assert_int_equal(b.len, room);
		assert_memory_equal(bytes, &"----ends"[8 - room], room);
	}
}

/* Each conversion is a piece: what was written before the one that does not fit stays. */
static void
test_printf_overflow(void **state)
{
	(void)state;
	char bytes[6];
	struct buf b = BUF(bytes);
	buf_printf(&b, "ab%scd%s", "12", "3");
	assert_true(b.overflow);
	assert_holds(&b, "ab12cd");
	b = BUF(bytes);
	buf_printf(&b, "%s%llu", "abc", ULLONG_MAX);
	assert_true(b.overflow);
	assert_holds(&b, "abc");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_put),
		cmocka_unit_test(test_fills_to_the_last_byte),
		cmocka_unit_test(test_overflow_is_sticky),
		cmocka_unit_test(test_huge),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_str),
		cmocka_unit_test(test_printf),
		cmocka_unit_test(test_printf_unknown),
		cmocka_unit_test(test_printf_overflow),
		cmocka_unit_test(test_put_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
