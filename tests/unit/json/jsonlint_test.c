#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/bounds.h"
#include "base/buf.h"
#include "json/jsonlint.h"
#include "vectors/json_accept.h"
#include "vectors/json_reject.h"

static void
test_accept(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(json_accept) / sizeof(*json_accept); i++) {
		struct err e = { 0 };
		if (!jsonlint(json_accept[i].text, &e))
			fail_msg("%s: %s", json_accept[i].name, e.text);
	}
}

static void
test_reject(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(json_reject) / sizeof(*json_reject); i++) {
		struct err e = { 0 };
		if (jsonlint(json_reject[i].text, &e))
			fail_msg("%s is accepted", json_reject[i].name);
		assert_int_equal(e.kind, ERR_TRANSIENT);
		assert_true(span_starts_with(span_of(e.text), SPAN("not JSON: byte ")));
	}
}

/* Every proper beginning of a text that ends in a bracket, brace or quote is no JSON. */
static void
test_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(json_accept) / sizeof(*json_accept); i++) {
		struct span text = json_accept[i].text;
		char last = text.p[text.n - 1];
		if (last != ']' && last != '}' && last != '"')
			continue;
		for (size_t n = 0; n < text.n; n++) {
			struct err e = { 0 };
			if (jsonlint((struct span){ text.p, n }, &e))
				fail_msg("%s, cut at %zu, is accepted", json_accept[i].name, n);
		}
	}
}

static const struct {
	const char *text;
	const char *message;
} messages[] = {
	{ "", "not JSON: byte 1: the text ends too early" },
	{ "x", "not JSON: byte 1: a value is expected" },
	{ "[1 2]", "not JSON: byte 4: a comma or ] is expected" },
	{ "{\"a\":1 2}", "not JSON: byte 8: a comma or } is expected" },
	{ "{\"a\" 1}", "not JSON: byte 6: a colon is expected" },
	{ "{1:1}", "not JSON: byte 2: a string is expected" },
	{ "{} []", "not JSON: byte 4: more text after the value" },
	{ "[1,", "not JSON: byte 4: the text ends too early" },
	{ "[1.]", "not JSON: byte 4: a digit is expected" },
	{ "\"abc", "not JSON: byte 5: a string without an end" },
	{ "\"a\nb\"", "not JSON: byte 3: a control character in a string" },
	{ "\"a\\xb\"", "not JSON: byte 4: an unknown escape" },
	{ "\"\\u00g0\"", "not JSON: byte 6: \\u without four hexadecimal digits" },
	{ "\"\\ud800\"", "not JSON: byte 8: a lone surrogate" },
	{ "\"\\ud800\\u0041\"", "not JSON: byte 14: a lone surrogate" },
	{ "\"\377\"", "not JSON: byte 2: a string that is not UTF-8" },
};

static void
test_messages(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(messages) / sizeof(*messages); i++) {
		struct err e = { 0 };
		assert_false(jsonlint(span_of(messages[i].text), &e));
		assert_string_equal(e.text, messages[i].message);
	}
}

/* The text is between pages that no access may touch when a sanitizer watches. */
static void
test_reads_nothing_behind_the_text(void **state)
{
	(void)state;
	static const char *const texts[] = { "[1,2]", "\"\\ud83d\\ude00\"", "12", "tru",
		"\"\342\202" };
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		size_t n = strlen(texts[i]);
		char *exact = test_malloc(n);
		memcpy(exact, texts[i], n);
		struct err e = { 0 };
		jsonlint((struct span){ exact, n }, &e);
		test_free(exact);
	}
}

static struct span
nested(char *text, size_t size, unsigned depth, const char *open, const char *close)
{
	struct buf b = { .p = text, .cap = size };
	for (unsigned i = 0; i < depth; i++)
		buf_put_str(&b, open);
	buf_put_char(&b, '1');
	for (unsigned i = 0; i < depth; i++)
		buf_put_str(&b, close);
	assert_false(b.overflow);
	return buf_span(&b);
}

static void
test_depth(void **state)
{
	(void)state;
	static const struct {
		const char *open;
		const char *close;
	} kinds[] = { { "[", "]" }, { "{\"a\":", "}" }, { "[{\"a\":", "}]" } };
	char text[1024];
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		unsigned levels = i == 2 ? 2 : 1;
		unsigned most = JSON_DEPTH_MAX / levels;
		struct err e = { 0 };
		assert_true(jsonlint(
			nested(text, sizeof(text), most, kinds[i].open, kinds[i].close), &e));
		assert_false(jsonlint(
			nested(text, sizeof(text), most + 1, kinds[i].open, kinds[i].close), &e));
		assert_int_equal(e.kind, ERR_LIMIT);
		assert_non_null(strstr(e.text, "nested deeper than 32 levels"));
	}
}

/* However deep a text goes on, it is left at the bound: nothing grows with it. */
static void
test_bottomless(void **state)
{
	(void)state;
	static const char *const openings[] = { "[", "{\"\":", "[{\"\":" };
	static char text[100000 * 6];
	for (size_t i = 0; i < sizeof(openings) / sizeof(*openings); i++) {
		struct buf b = BUF(text);
		struct err e = { 0 };
		for (int level = 0; level < 100000; level++)
			buf_put_str(&b, openings[i]);
		assert_false(b.overflow);
		assert_false(jsonlint(buf_span(&b), &e));
		assert_int_equal(e.kind, ERR_LIMIT);
	}
}

/* What is closed counts no more: breadth is not depth. */
static void
test_breadth(void **state)
{
	(void)state;
	char text[4 * JSON_DEPTH_MAX * 4];
	struct buf b = BUF(text);
	buf_put_str(&b, "[[]");
	for (int i = 0; i < 2 * JSON_DEPTH_MAX; i++)
		buf_put_str(&b, ",[]");
	buf_put_str(&b, "]");
	assert_false(b.overflow);
	struct err e = { 0 };
	assert_true(jsonlint(buf_span(&b), &e));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accept),
		cmocka_unit_test(test_reject),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_reads_nothing_behind_the_text),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_bottomless),
		cmocka_unit_test(test_breadth),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
