#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/span.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static void
assert_span(struct span s, const char *text)
{
	struct span wanted = span_of(text);
	if (!span_eq(s, wanted))
		fail_msg("\"%.*s\" is not \"%s\"", (int)s.n, s.p, text);
}

static void
test_of(void **state)
{
	(void)state;
	assert_int_equal(span_of(NULL).n, 0);
	assert_null(span_of(NULL).p);
	assert_int_equal(span_of("").n, 0);
	assert_int_equal(span_of("abc").n, 3);
	assert_int_equal(SPAN("a\0b").n, 3);
}

static void
test_eq(void **state)
{
	(void)state;
	static const struct {
		struct span a;
		struct span b;
		bool same;
		bool same_nocase;
	} row[] = {
		{ { NULL, 0 }, { "", 0 }, true, true },
		{ { NULL, 0 }, { NULL, 0 }, true, true },
		{ { "a", 1 }, { NULL, 0 }, false, false },
		{ { "abc", 3 }, { "abc", 3 }, true, true },
		{ { "abc", 3 }, { "aBC", 3 }, false, true },
		{ { "abc", 3 }, { "ab", 2 }, false, false },
		{ { "a\0b", 3 }, { "a\0c", 3 }, false, false },
		{ { "a\0b", 3 }, { "A\0B", 3 }, false, true },
		/* Only letters have a case: '@' and '`', '[' and '{' are 32 apart too. */
		{ { "@[", 2 }, { "`{", 2 }, false, false },
		{ { "\xc4", 1 }, { "\xe4", 1 }, false, false },
	};
	for (size_t i = 0; i < COUNT(row); i++) {
		assert_int_equal(span_eq(row[i].a, row[i].b), row[i].same);
		assert_int_equal(span_eq(row[i].b, row[i].a), row[i].same);
		assert_int_equal(span_eq_nocase(row[i].a, row[i].b), row[i].same_nocase);
		assert_int_equal(span_eq_nocase(row[i].b, row[i].a), row[i].same_nocase);
	}
}

static void
test_ends(void **state)
{
	(void)state;
	static const struct {
		const char *s;
		const char *part;
		bool starts;
		bool ends;
	} row[] = {
		{ "", "", true, true },
		{ "abc", "", true, true },
		{ "abc", "abc", true, true },
		{ "abc", "ab", true, false },
		{ "abc", "bc", false, true },
		{ "abc", "abcd", false, false },
		{ "abc", "zabc", false, false },
		{ "", "a", false, false },
		{ "abab", "ab", true, true },
	};
	for (size_t i = 0; i < COUNT(row); i++) {
		assert_int_equal(
			span_starts_with(span_of(row[i].s), span_of(row[i].part)), row[i].starts);
		assert_int_equal(
			span_ends_with(span_of(row[i].s), span_of(row[i].part)), row[i].ends);
	}
	assert_true(span_starts_with((struct span){ NULL, 0 }, (struct span){ NULL, 0 }));
	assert_true(span_ends_with((struct span){ NULL, 0 }, (struct span){ NULL, 0 }));
}

static void
test_skip_and_find(void **state)
{
	(void)state;
	assert_span(span_skip(SPAN("abc"), 0), "abc");
	assert_span(span_skip(SPAN("abc"), 2), "c");
	assert_span(span_skip(SPAN("abc"), 3), "");
	assert_null(span_skip((struct span){ NULL, 0 }, 0).p);
	assert_int_equal(span_find(SPAN("abcb"), 'b'), 1);
	assert_int_equal(span_find(SPAN("abcb"), 'x'), 4);
	assert_int_equal(span_find((struct span){ NULL, 0 }, 'x'), 0);
	assert_int_equal(span_find(SPAN("a\0b"), '\0'), 1);
	/* Never beyond the end, where the array goes on. */
	assert_int_equal(span_find((struct span){ "abc", 2 }, 'c'), 2);
}

static void
test_split(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *parts; /* each after a '<' */
	} row[] = {
		{ "a", "<a" },
		{ "a,b", "<a<b" },
		{ "a,,b", "<a<<b" },
		{ ",", "<<" },
		{ ",a", "<<a" },
		{ "a,", "<a<" },
		{ "", "<" },
	};
	for (size_t i = 0; i < COUNT(row); i++) {
		struct span rest = span_of(row[i].text);
		struct span wanted = span_of(row[i].parts);
		struct span part;
		while (span_split(&rest, ',', &part)) {
			assert_true(span_starts_with(wanted, SPAN("<")));
			wanted = span_skip(wanted, 1);
			assert_true(span_starts_with(wanted, part));
			wanted = span_skip(wanted, part.n);
		}
		assert_int_equal(wanted.n, 0);
		assert_null(rest.p);
		assert_false(span_split(&rest, ',', &part));
	}
}

static void
test_word(void **state)
{
	(void)state;
	struct span rest = SPAN(" \ta,,b c\n");
	struct span word;
	static const char separators[] = " \t\n,";
	assert_true(span_word(&rest, separators, &word));
	assert_span(word, "a");
	assert_true(span_word(&rest, separators, &word));
	assert_span(word, "b");
	assert_true(span_word(&rest, separators, &word));
	assert_span(word, "c");
	assert_false(span_word(&rest, separators, &word));
	assert_false(span_word(&rest, separators, &word));

	rest = (struct span){ NULL, 0 };
	assert_false(span_word(&rest, separators, &word));
	/* The NUL that ends the list of separators is none of them. */
	rest = SPAN("a\0b");
	assert_true(span_word(&rest, separators, &word));
	assert_int_equal(word.n, 3);
}

static void
test_trim(void **state)
{
	(void)state;
	assert_span(span_trim(SPAN(" \t a b \t")), "a b");
	assert_span(span_trim(SPAN("a")), "a");
	assert_span(span_trim(SPAN(" \t ")), "");
	assert_span(span_trim(SPAN("")), "");
	assert_span(span_trim((struct span){ NULL, 0 }), "");
	assert_span(span_trim(SPAN("\na\r")), "\na\r");
}

static void
test_u64(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		uint64_t max;
		bool ok;
		uint64_t value;
	} row[] = {
		{ "0", 0, true, 0 },
		{ "000", 0, true, 0 },
		{ "1", 0, false, 0 },
		{ "7", 9, true, 7 },
		{ "9", 8, false, 0 },
		{ "10", 10, true, 10 },
		{ "10", 9, false, 0 },
		{ "0010", 10, true, 10 },
		{ "255", 255, true, 255 },
		{ "256", 255, false, 0 },
		{ "18446744073709551615", UINT64_MAX, true, UINT64_MAX },
		{ "18446744073709551616", UINT64_MAX, false, 0 },
		{ "99999999999999999999999", UINT64_MAX, false, 0 },
		{ "", 10, false, 0 },
		{ "3x", 10, false, 0 },
		{ "x3", 10, false, 0 },
		{ " 3", 10, false, 0 },
		{ "3 ", 10, false, 0 },
		{ "+3", 10, false, 0 },
		{ "-3", 10, false, 0 },
		{ "0x3", 10, false, 0 },
		{ "\xd9\xa3", 10, false, 0 },
	};
	for (size_t i = 0; i < COUNT(row); i++) {
		uint64_t value = 77;
		bool ok = span_u64(span_of(row[i].text), row[i].max, &value);
		if (ok != row[i].ok)
			fail_msg("\"%s\", at most %llu: %d", row[i].text,
				(unsigned long long)row[i].max, ok);
		/* A number that is none leaves the place alone. */
		assert_int_equal(value, ok ? row[i].value : 77);
	}
}

static int
sign(int n)
{
	return (n > 0) - (n < 0);
}

static void
test_compare(void **state)
{
	(void)state;
	static const struct {
		struct span a;
		struct span b;
		int order;
	} row[] = {
		{ { NULL, 0 }, { NULL, 0 }, 0 },
		{ { NULL, 0 }, { "a", 1 }, -1 },
		{ { "a", 1 }, { "a", 1 }, 0 },
		{ { "a", 1 }, { "b", 1 }, -1 },
		{ { "a", 1 }, { "aa", 2 }, -1 },
		{ { "b", 1 }, { "aa", 2 }, 1 },
		{ { "a-b", 3 }, { "a_b", 3 }, -1 },
		/* Bytes are unsigned. */
		{ { "\xff", 1 }, { "a", 1 }, 1 },
	};
	for (size_t i = 0; i < COUNT(row); i++) {
		assert_int_equal(sign(span_compare(row[i].a, row[i].b)), row[i].order);
		assert_int_equal(sign(span_compare(row[i].b, row[i].a)), -row[i].order);
	}
}

static void
test_ascii(void **state)
{
	(void)state;
	for (int i = 0; i < 256; i++) {
		char c = (char)i;
		bool digit = i >= '0' && i <= '9';
		bool upper = i >= 'A' && i <= 'Z';
		bool lower = i >= 'a' && i <= 'z';
		assert_int_equal(ascii_is_digit(c), digit);
		assert_int_equal(ascii_is_alnum(c), digit || upper || lower);
		assert_int_equal(ascii_lower(c), (char)(upper ? i + 32 : i));
		assert_int_equal(ascii_upper(c), (char)(lower ? i - 32 : i));
	}
}

static void
test_alnum(void **state)
{
	(void)state;
	static const struct {
		struct span text;
		const char *others;
		size_t want;
	} row[] = {
		{ { NULL, 0 }, "", 0 },
		{ { "azAZ09", 6 }, "", 6 },
		{ { "a.b", 3 }, "", 1 },
		{ { "a.b-", 4 }, "-.", 4 },
		{ { "@", 1 }, "-", 0 },
		{ { "a\0b", 3 }, "-", 1 },
		{ { "\xe1", 1 }, "-", 0 },
		/* Not beyond the end. */
		{ { "abc", 2 }, "", 2 },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++)
		assert_int_equal(span_alnum(row[i].text, row[i].others), row[i].want);
}

static void
test_hex(void **state)
{
	(void)state;
	static const struct {
		struct span text;
		size_t most;
		size_t digits;
		uint64_t value;
	} row[] = {
		{ { NULL, 0 }, 4, 0, 0 },
		{ { "0", 1 }, 4, 1, 0 },
		{ { "fF0a", 4 }, 4, 4, 0xff0a },
		{ { "fF0a", 4 }, 2, 2, 0xff },
		{ { "fF0a", 3 }, 4, 3, 0xff0 },
		{ { "9g", 2 }, 4, 1, 9 },
		{ { "G", 1 }, 4, 0, 0 },
		{ { "1\0", 2 }, 4, 1, 1 },
		{ { "ffffffffffffffff", 16 }, 16, 16, UINT64_MAX },
		{ { "1000000000000000f", 17 }, 17, 17, 0xf },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		uint64_t value = 1;
		assert_int_equal(span_hex(row[i].text, row[i].most, &value), row[i].digits);
		assert_int_equal(value, row[i].value);
	}
}

static void
test_skip_past(void **state)
{
	(void)state;
	struct span text = SPAN("a--b-c");
	assert_true(span_skip_past(&text, SPAN("--")));
	assert_true(span_eq(text, SPAN("b-c")));
	assert_true(span_skip_past(&text, SPAN("c")));
	assert_int_equal(text.n, 0);
	assert_false(span_skip_past(&text, SPAN("c")));
	text = SPAN("ab-");
	assert_false(span_skip_past(&text, SPAN("--")));
	assert_int_equal(text.n, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_of),
		cmocka_unit_test(test_eq),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_skip_and_find),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_word),
		cmocka_unit_test(test_trim),
		cmocka_unit_test(test_u64),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_ascii),
		cmocka_unit_test(test_alnum),
		cmocka_unit_test(test_hex),
		cmocka_unit_test(test_skip_past),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
