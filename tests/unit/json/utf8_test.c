#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "json/utf8.h"

/* The first and last code point of each form, and the neighbours of the surrogates. */
static const struct {
	uint32_t code;
	const char *bytes;
} valid[] = {
	{ 0x01, "\001" },
	{ 0x41, "A" },
	{ 0x7f, "\177" },
	{ 0x80, "\302\200" },
	{ 0xe9, "\303\251" },
	{ 0x7ff, "\337\277" },
	{ 0x800, "\340\240\200" },
	{ 0x20ac, "\342\202\254" },
	{ 0xd7ff, "\355\237\277" },
	{ 0xe000, "\356\200\200" },
	{ 0xffff, "\357\277\277" },
	{ 0x10000, "\360\220\200\200" },
	{ 0x1f600, "\360\237\230\200" },
	{ 0x10ffff, "\364\217\277\277" },
};
#define VALID (sizeof(valid) / sizeof(*valid))

static const char *const invalid[] = {
	"\200",
	"\277", /* continuation bytes */
	"\300\200",
	"\301\277",
	"\340\200\200",
	"\340\237\277", /* overlong */
	"\360\200\200\200",
	"\360\217\277\277",
	"\355\240\200",
	"\355\257\277",
	"\355\260\200",
	"\355\277\277", /* surrogates */
	"\364\220\200\200",
	"\367\277\277\277", /* above U+10FFFF */
	"\370\210\200\200\200",
	"\374\204\200\200\200\200",
	"\376",
	"\377",
	"\302",
	"\302A",
	"\302\302", /* cut, or followed by something else */
	"\342",
	"\342\202",
	"\342\202A",
	"\342A\254",
	"\342\202\300",
	"\360",
	"\360\237",
	"\360\237\230",
	"\360\237\230A",
	"\360A\230\200",
};

static void
test_valid(void **state)
{
	(void)state;
	for (size_t i = 0; i < VALID; i++) {
		struct span s = span_of(valid[i].bytes);
		assert_int_equal(utf8_length(s), s.n);
		char more[8];
		struct buf b = BUF(more);
		buf_put(&b, s);
		buf_put_str(&b, "\200x");
		assert_int_equal(utf8_length(buf_span(&b)), s.n);
	}
}

static void
test_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < VALID; i++) {
		for (size_t n = 0; n < span_of(valid[i].bytes).n; n++)
			assert_int_equal(utf8_length((struct span){ valid[i].bytes, n }), 0);
	}
}

static void
test_invalid(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(invalid) / sizeof(*invalid); i++)
		assert_int_equal(utf8_length(span_of(invalid[i])), 0);
}

static void
test_nul_is_a_character(void **state)
{
	(void)state;
	assert_int_equal(utf8_length(SPAN("\0")), 1);
}

static void
test_put(void **state)
{
	(void)state;
	for (size_t i = 0; i < VALID; i++) {
		char bytes[4];
		struct buf b = BUF(bytes);
		utf8_put(&b, valid[i].code);
		assert_int_equal(b.len, span_of(valid[i].bytes).n);
		assert_memory_equal(bytes, valid[i].bytes, b.len);
	}
}

/* Every code point there is has a form that utf8_length accepts whole. */
static void
test_put_all(void **state)
{
	(void)state;
	for (uint32_t code = 0; code <= 0x10ffff; code++) {
		if (code == 0xd800)
			code = 0xe000;
		char bytes[4];
		struct buf b = BUF(bytes);
		utf8_put(&b, code);
		assert_int_equal(utf8_length(buf_span(&b)), b.len);
		assert_int_equal(b.len, code < 0x80	 ? 1
					: code < 0x800	 ? 2
					: code < 0x10000 ? 3
							 : 4);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_invalid),
		cmocka_unit_test(test_nul_is_a_character),
		cmocka_unit_test(test_put),
		cmocka_unit_test(test_put_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
