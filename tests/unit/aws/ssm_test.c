#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "aws/ssm.h"

static struct json_doc doc;

static struct json_value
root_of(const char *text)
{
	struct err e = { 0 };
	struct json_value root;
	if (!json_parse(&doc, span_of(text), &root, &e))
		fail_msg("%s: %s", text, e.text);
	return root;
}

static void
test_put_by_path(void **state)
{
	(void)state;
	static const struct {
		struct ssm_by_path request;
		const char *body;
	} row[] = {
		{ { .path = { "/svc/", 5 } },
			"{\"Path\":\"/svc/\",\"WithDecryption\":true,\"MaxResults\":10}" },
		{ { .path = { "/svc/", 5 }, .recursive = true },
			"{\"Path\":\"/svc/\",\"WithDecryption\":true,\"MaxResults\":10,"
			"\"Recursive\":true}" },
		{ { .path = { "/svc/", 5 }, .label = { "Prod", 4 } },
			"{\"Path\":\"/svc/\",\"WithDecryption\":true,\"MaxResults\":10,"
			"\"ParameterFilters\":[{\"Key\":\"Label\",\"Option\":\"Equals\","
			"\"Values\":[\"Prod\"]}]}" },
		{ { .path = { "/a/b/", 5 }, .token = { "t\"\\\n", 4 } },
			"{\"Path\":\"/a/b/\",\"WithDecryption\":true,\"MaxResults\":10,"
			"\"NextToken\":\"t\\\"\\\\\\u000a\"}" },
		{ { .path = { "/s/", 3 },
			  .recursive = true,
			  .label = { "L", 1 },
			  .token = { "T", 1 } },
			"{\"Path\":\"/s/\",\"WithDecryption\":true,\"MaxResults\":10,"
			"\"Recursive\":true,\"ParameterFilters\":[{\"Key\":\"Label\","
			"\"Option\":\"Equals\",\"Values\":[\"L\"]}],\"NextToken\":\"T\"}" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		char bytes[512];
		struct buf b = BUF(bytes);
		ssm_put_by_path(&b, &row[i].request);
		assert_string_equal(buf_str(&b), row[i].body);
		root_of(b.p);
	}
}

static void
test_put_get(void **state)
{
	(void)state;
	static const struct span names[SSM_BATCH_MAX] = { { "a", 1 }, { "/b/\"c", 5 },
		{ "d:3", 3 } };
	char bytes[256];
	struct buf b = BUF(bytes);
	ssm_put_get(&b, names, 1);
	assert_string_equal(buf_str(&b), "{\"Names\":[\"a\"],\"WithDecryption\":true}");
	b = BUF(bytes);
	ssm_put_get(&b, names, 3);
	assert_string_equal(
		buf_str(&b), "{\"Names\":[\"a\",\"/b/\\\"c\",\"d:3\"],\"WithDecryption\":true}");
	b = (struct buf){ .p = bytes, .cap = 8 };
	ssm_put_get(&b, names, 3);
	assert_true(b.overflow);
}

/* The result of a walk over a response: "NAME=VALUE;" of each parameter, or the error. */
static void
walk(const char *text, struct buf *out)
{
	struct json_value root = root_of(text);
	struct ssm_parameter p;
	struct err e = { 0 };
	struct ssm_cursor cursor = { 0 };
	for (;;) {
		enum ssm_step step = ssm_next(root, &cursor, &p, &e);
		if (step == SSM_MALFORMED) {
			assert_int_equal(e.kind, ERR_TRANSIENT);
			buf_put_str(out, e.text);
		}
		if (step != SSM_ITEM)
			return;
		json_unescape(p.name, out);
		buf_put_char(out, '=');
		json_unescape(p.value, out);
		buf_put_char(out, ';');
	}
}

static void
test_next(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *outcome;
	} row[] = {
		{ "{\"Parameters\":[]}", "" },
		{ "{\"Parameters\":[{\"Name\":\"/s/a\",\"Value\":\"1\"}]}", "/s/a=1;" },
		{ "{\"Parameters\":[{\"Name\":\"/s/a\",\"Type\":\"SecureString\",\"Value\":\"1\","
		  "\"Version\":3,\"LastModifiedDate\":1.7E9,\"ARN\":\"arn:x\"},"
		  "{\"Value\":\"\",\"Name\":\"/s/b\"}],\"NextToken\":\"t\"}",
			"/s/a=1;/s/b=;" },
		/* Members that nobody reads may be anything. */
		{ "{\"Other\":[{\"Name\":1}],\"Parameters\":[{\"Name\":\"n\",\"Value\":\"v\","
		  "\"X\":{\"Name\":2},\"Tier\":null}]}",
			"n=v;" },
		{ "[]", "malformed response: an array where an object with \"Parameters\" is "
			"expected" },
		{ "null", "malformed response: null where an object with \"Parameters\" is "
			  "expected" },
		{ "{}", "malformed response: " },
		{ "{\"Parameters\":null}", "malformed response: " },
		{ "{\"Parameters\":{}}", "malformed response: " },
		{ "{\"parameters\":[]}", "malformed response: " },
		{ "{\"Parameters\":[],\"Parameters\":[]}", "malformed response: " },
		{ "{\"Parameters\":[3]}",
			"malformed response: a number where an object with \"Name\" is expected" },
		{ "{\"Parameters\":[{\"Name\":\"n\"}]}", "malformed response: " },
		{ "{\"Parameters\":[{\"Value\":\"v\"}]}", "malformed response: " },
		{ "{\"Parameters\":[{\"Name\":\"n\",\"Value\":null}]}", "malformed response: " },
		{ "{\"Parameters\":[{\"Name\":\"n\",\"Value\":3}]}", "malformed response: " },
		{ "{\"Parameters\":[{\"Name\":[\"n\"],\"Value\":\"v\"}]}", "malformed response: " },
		{ "{\"Parameters\":[{\"Name\":\"n\",\"Value\":\"v\",\"Value\":\"w\"}]}",
			"malformed response: " },
		{ "{\"Parameters\":[{\"Name\":\"n\",\"Value\":\"v\"},{\"Name\":\"m\"}]}",
			"n=v;malformed response: " },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		char bytes[1024];
		struct buf b = BUF(bytes);
		walk(row[i].text, &b);
		struct span wanted = span_of(row[i].outcome);
		bool fits = span_ends_with(wanted, SPAN(": "))
				    ? span_starts_with(buf_span(&b), wanted)
				    : span_eq(buf_span(&b), wanted);
		if (!fits)
			fail_msg("%s: %s", row[i].text, buf_str(&b));
	}
}

/* The message names the member and never the value. */
static void
test_no_value_in_messages(void **state)
{
	(void)state;
	char bytes[1024];
	struct buf b = BUF(bytes);
	walk("{\"Parameters\":[{\"Name\":\"n\",\"Value\":[\"hunter2\"]}]}", &b);
	assert_null(strstr(buf_str(&b), "hunter2"));
	assert_non_null(strstr(buf_str(&b), "Value"));
}

static void
test_token(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *token; /* NULL: malformed */
	} row[] = {
		{ "{}", "" },
		{ "{\"NextToken\":null}", "" },
		{ "{\"NextToken\":\"\"}", "" },
		{ "{\"NextToken\":\"abc\"}", "abc" },
		{ "{\"NextToken\":\"a\\u0041\\/\"}", "aA/" },
		{ "{\"NextToken\":3}", NULL },
		{ "{\"NextToken\":{}}", NULL },
		{ "{\"NextToken\":\"a\",\"NextToken\":\"a\"}", NULL },
		{ "[]", NULL },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		char bytes[16];
		struct buf b = BUF(bytes);
		struct err e = { 0 };
		bool ok = ssm_put_token(root_of(row[i].text), &b, &e);
		assert_int_equal(ok, row[i].token != NULL);
		if (ok)
			assert_string_equal(buf_str(&b), row[i].token);
		else
			assert_int_equal(e.kind, ERR_TRANSIENT);
	}
}

static void
test_token_too_long(void **state)
{
	(void)state;
	char bytes[4];
	struct buf b = BUF(bytes);
	struct err e = { 0 };
	assert_true(ssm_put_token(root_of("{\"NextToken\":\"abcd\"}"), &b, &e));
	b = BUF(bytes);
	assert_false(ssm_put_token(root_of("{\"NextToken\":\"abcde\"}"), &b, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_string_equal(e.text, "NextToken: more than 4 bytes");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_put_by_path),
		cmocka_unit_test(test_put_get),
		cmocka_unit_test(test_next),
		cmocka_unit_test(test_no_value_in_messages),
		cmocka_unit_test(test_token),
		cmocka_unit_test(test_token_too_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
