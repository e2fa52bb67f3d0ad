#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "json/json.h"
#include "vectors/json_accept.h"
#include "vectors/json_reject.h"

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

/* What lint accepts, jsmn takes to its end. */
static void
test_accept(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(json_accept) / sizeof(*json_accept); i++) {
		struct json_value root;
		struct err e = { 0 };
		if (!json_parse(&doc, json_accept[i].text, &root, &e))
			fail_msg("%s: %s", json_accept[i].name, e.text);
	}
}

static void
test_reject(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(json_reject) / sizeof(*json_reject); i++) {
		struct json_value root;
		struct err e = { 0 };
		if (json_parse(&doc, json_reject[i].text, &root, &e))
			fail_msg("%s is accepted", json_reject[i].name);
		assert_int_equal(e.kind, ERR_TRANSIENT);
	}
}

static void
test_types(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum json_type type;
		const char *name;
		const char *raw;
	} cases[] = {
		{ " null ", JSON_NULL, "null", "null" },
		{ "true", JSON_BOOL, "a boolean", "true" },
		{ "false\n", JSON_BOOL, "a boolean", "false" },
		{ "-1.5e3", JSON_NUMBER, "a number", "-1.5e3" },
		{ "0", JSON_NUMBER, "a number", "0" },
		{ " \"a\\n\" ", JSON_STRING, "a string", "a\\n" },
		{ "\"\"", JSON_STRING, "a string", "" },
		{ " [1, 2] ", JSON_ARRAY, "an array", "[1, 2]" },
		{ " {\"a\": {}} ", JSON_OBJECT, "an object", "{\"a\": {}}" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct json_value root = parse(cases[i].text);
		assert_int_equal(json_type(root), cases[i].type);
		assert_string_equal(json_type_name(json_type(root)), cases[i].name);
		assert_span(json_raw(root), cases[i].raw);
	}
}

static void
test_walk_array(void **state)
{
	(void)state;
	static const char *const expected[] = { "1", "[2,[3]]", "{\"a\":[4]}", "", "[]", "{}",
		"5" };
	struct json_value root = parse("[1,[2,[3]],{\"a\":[4]},\"\",[],{},5]");
	struct json_value name = { 0 };
	struct json_value value;
	int at = 0;
	size_t n = 0;
	while (json_next(root, &at, &name, &value))
		assert_span(json_raw(value), expected[n++]);
	assert_int_equal(n, sizeof(expected) / sizeof(*expected));
	assert_null(name.doc);
	assert_false(json_next(root, &at, &name, &value));
}

static void
test_walk_object(void **state)
{
	(void)state;
	static const char *const expected[][2] = {
		{ "a", "{\"x\":{\"y\":1}}" },
		{ "", "[{\"z\":2},3]" },
		{ "c\\n", "null" },
	};
	struct json_value root =
		parse("{\"a\":{\"x\":{\"y\":1}},\"\":[{\"z\":2},3],\"c\\n\":null}");
	struct json_value name;
	struct json_value value;
	int at = 0;
	size_t n = 0;
	for (; json_next(root, &at, &name, &value); n++) {
		assert_int_equal(json_type(name), JSON_STRING);
		assert_span(json_raw(name), expected[n][0]);
		assert_span(json_raw(value), expected[n][1]);
	}
	assert_int_equal(n, 3);
}

/* A container in the middle ends where its own text ends. */
static void
test_walk_inner(void **state)
{
	(void)state;
	struct json_value root = parse("[[],[1,2],[],{},3]");
	struct json_value value;
	struct json_value item;
	size_t items = 0;
	int at = 0;
	while (json_next(root, &at, NULL, &value)) {
		int inner = 0;
		if (json_type(value) != JSON_ARRAY && json_type(value) != JSON_OBJECT)
			continue;
		while (json_next(value, &inner, NULL, &item))
			items++;
	}
	assert_int_equal(items, 2);
}

/* The tokens of a longer text before this one are still there, after the count. */
static void
test_walk_ends_at_the_last_token(void **state)
{
	(void)state;
	parse("[1,2,3]");
	struct json_value root = parse(" [1]");
	struct json_value value;
	int at = 0;
	assert_true(json_next(root, &at, NULL, &value));
	assert_false(json_next(root, &at, NULL, &value));
}

static void
test_scalar_holds_nothing(void **state)
{
	(void)state;
	struct json_value value;
	int at = 0;
	assert_false(json_next(parse("\"a\""), &at, NULL, &value));
	assert_false(json_next(parse("1"), &at, NULL, &value));
}

static void
test_member(void **state)
{
	(void)state;
	struct json_value root =
		parse("{\"a\":{\"b\":\"inner\"},\"b\":\"outer\",\"c\":null,\"\\u0064\":[]}");
	struct json_value v;
	struct err e = { 0 };
	assert_true(json_member(root, "b", JSON_STRING, &v, &e));
	assert_non_null(v.doc);
	assert_span(json_raw(v), "outer");
	assert_true(json_member(root, "d", JSON_ARRAY, &v, &e));
	assert_non_null(v.doc);
	assert_true(json_member(root, "c", JSON_STRING, &v, &e));
	assert_null(v.doc);
	assert_int_equal(json_raw(v).n, 0);
	assert_true(json_member(root, "x", JSON_STRING, &v, &e));
	assert_null(v.doc);
	assert_int_equal(json_raw(v).n, 0);
	assert_true(json_need(root, "a", JSON_OBJECT, &v, &e));
	assert_true(json_need(v, "b", JSON_STRING, &v, &e));
	assert_span(json_raw(v), "inner");
}

static void
test_member_errors(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *message;
	} cases[] = {
		{ "{}", "member \"Value\": missing" },
		{ "{\"Value\":null}", "member \"Value\": missing" },
		{ "{\"value\":\"x\"}", "member \"Value\": missing" },
		{ "{\"Value\":1}", "member \"Value\": a number where a string is expected" },
		{ "{\"Value\":true}", "member \"Value\": a boolean where a string is expected" },
		{ "{\"Value\":[]}", "member \"Value\": an array where a string is expected" },
		{ "{\"Value\":{}}", "member \"Value\": an object where a string is expected" },
		{ "{\"Value\":\"x\",\"Value\":\"x\"}", "member \"Value\": given twice" },
		{ "{\"Value\":null,\"Value\":\"x\"}", "member \"Value\": given twice" },
		{ "{\"Value\":\"x\",\"Valu\\u0065\":null}", "member \"Value\": given twice" },
		{ "[]", "an array where an object with \"Value\" is expected" },
		{ "\"Value\"", "a string where an object with \"Value\" is expected" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct json_value v;
		struct err e = { 0 };
		assert_false(json_need(parse(cases[i].text), "Value", JSON_STRING, &v, &e));
		assert_string_equal(e.text, cases[i].message);
		assert_int_equal(e.kind, ERR_TRANSIENT);
	}
}

/* "[0,0,...,0]" with n values. */
static struct span
array_of(char *text, size_t size, size_t n)
{
	struct buf b = { .p = text, .cap = size };
	buf_put_char(&b, '[');
	for (size_t i = 0; i < n; i++)
		buf_put_str(&b, i == 0 ? "0" : ",0");
	buf_put_char(&b, ']');
	assert_false(b.overflow);
	return buf_span(&b);
}

static void
test_tokens(void **state)
{
	(void)state;
	static char text[2 * JSON_TOKENS_MAX + 2];
	struct json_value root;
	struct err e = { 0 };
	/* The array is a value, too. */
	assert_true(json_parse(&doc, array_of(text, sizeof(text), JSON_TOKENS_MAX - 1), &root, &e));
	assert_int_equal(doc.count, JSON_TOKENS_MAX);
	assert_false(json_parse(&doc, array_of(text, sizeof(text), JSON_TOKENS_MAX), &root, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_non_null(strstr(e.text, " values and names"));
}

static void
test_too_many_bytes(void **state)
{
	(void)state;
	struct json_value root;
	struct err e = { 0 };
	/* The length is looked at before the bytes are. */
	assert_false(json_parse(&doc, (struct span){ "1", (size_t)1 << 31 }, &root, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accept),
		cmocka_unit_test(test_reject),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_walk_array),
		cmocka_unit_test(test_walk_object),
		cmocka_unit_test(test_walk_inner),
		cmocka_unit_test(test_walk_ends_at_the_last_token),
		cmocka_unit_test(test_scalar_holds_nothing),
		cmocka_unit_test(test_member),
		cmocka_unit_test(test_member_errors),
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_too_many_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
