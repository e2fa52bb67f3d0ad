#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "json/json.h"

/* clang-format off */
#define BYTES(literal) { literal, sizeof(literal) - 1 }
/* clang-format on */

static struct json_doc doc;

static struct json_value
parse(const char *text)
{
	struct json_value root;
	struct err e = { 0 };
	if (!json_parse(&doc, span_of(text), &root, &e))
		fail_msg("%s: %s", text, e.text);
	return root;
}

static void
assert_span(struct span s, const char *expected)
{
	assert_int_equal(s.n, strlen(expected));
	assert_memory_equal(s.p, expected, s.n);
}

static void
test_unescape(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		struct span bytes;
	} cases[] = {
		{ "\"\"", BYTES("") },
		{ "\"plain\"", BYTES("plain") },
		{ "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", BYTES("\"\\/\b\f\n\r\t") },
		{ "\"a\\u0000b\"", BYTES("a\0b") },
		{ "\"\\u0041\\u00e9\\u20AC\"", BYTES("A\303\251\342\202\254") },
		{ "\"\\ud83d\\uDE00\"", BYTES("\360\237\230\200") },
		{ "\"\\uD800\\uDC00\\uDBFF\\uDFFF\"", BYTES("\360\220\200\200\364\217\277\277") },
		{ "\"\\uD7FF\\uE000\\uFFFF\"", BYTES("\355\237\277\356\200\200\357\277\277") },
		{ "\"\303\251\342\202\254\360\237\230\200\"",
			BYTES("\303\251\342\202\254\360\237\230\200") },
		{ "\"\\\\u0041\"", BYTES("\\u0041") },
		{ "\"\\\\\\\\n\"", BYTES("\\\\n") },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char bytes[64];
		struct buf b = BUF(bytes);
		struct json_value v = parse(cases[i].text);
		json_unescape(v, &b);
		assert_false(b.overflow);
		assert_int_equal(b.len, cases[i].bytes.n);
		assert_memory_equal(bytes, cases[i].bytes.p, b.len);
		assert_true(json_string_is(v, cases[i].bytes));
	}
}

static void
test_unescape_overflow(void **state)
{
	(void)state;
	char bytes[3];
	struct buf b = BUF(bytes);
	json_unescape(parse("\"ab\\u00e9\""), &b);
	assert_true(b.overflow);
	assert_int_equal(b.len, 2);
	b = BUF(bytes);
	json_unescape(parse("\"a\\u00e9\""), &b);
	assert_false(b.overflow);
	assert_int_equal(b.len, 3);
}

static void
test_string_is(void **state)
{
	(void)state;
	struct json_value v = parse("\"a\\u0062\\ud83d\\ude00\"");
	assert_true(json_string_is(v, SPAN("ab\360\237\230\200")));
	assert_false(json_string_is(v, SPAN("ab\360\237\230")));
	assert_false(json_string_is(v, SPAN("ab")));
	assert_false(json_string_is(v, SPAN("")));
	assert_false(json_string_is(v, SPAN("ab\360\237\230\200c")));
	assert_false(json_string_is(v, SPAN("ab\360\237\230\201")));
	assert_true(json_string_is(parse("\"\""), SPAN("")));
	assert_true(json_string_is(parse("\"a\\u0000\""), SPAN("a\0")));
	assert_false(json_string_is(parse("\"a\\u0000\""), SPAN("a")));
	assert_false(json_string_is(parse("12"), SPAN("12")));
}

static void
test_put_string(void **state)
{
	(void)state;
	static const struct {
		struct span bytes;
		const char *text;
	} cases[] = {
		{ BYTES(""), "\"\"" },
		{ BYTES("a b/c"), "\"a b/c\"" },
		{ BYTES("\"\\"), "\"\\\"\\\\\"" },
		{ BYTES("\0\001\n\037\177"), "\"\\u0000\\u0001\\u000a\\u001f\177\"" },
		{ BYTES("\303\251\360\237\230\200"), "\"\303\251\360\237\230\200\"" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char text[64];
		struct buf b = BUF(text);
		json_put_string(&b, cases[i].bytes);
		assert_span(buf_span(&b), cases[i].text);
		assert_true(json_string_is(parse(buf_str(&b)), cases[i].bytes));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unescape),
		cmocka_unit_test(test_unescape_overflow),
		cmocka_unit_test(test_string_is),
		cmocka_unit_test(test_put_string),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
