#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "aws/secretsmanager.h"

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

/* Without a stage or version Secrets Manager takes AWSCURRENT; an empty one it refuses. */
static void
test_put_get(void **state)
{
	(void)state;
	static const struct {
		struct secretsmanager_question question;
		const char *body;
	} row[] = {
		{ { .id = { "kops", 4 } }, "{\"SecretId\":\"kops\"}" },
		{ { .id = { "a\"b", 3 }, .stage = { "AWSPREVIOUS", 11 } },
			"{\"SecretId\":\"a\\\"b\",\"VersionStage\":\"AWSPREVIOUS\"}" },
		{ { .id = { "s", 1 }, .version = { "v-1", 3 } },
			"{\"SecretId\":\"s\",\"VersionId\":\"v-1\"}" },
		{ { .id = { "s", 1 }, .stage = { "A", 1 }, .version = { "v", 1 } },
			"{\"SecretId\":\"s\",\"VersionStage\":\"A\",\"VersionId\":\"v\"}" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		char bytes[128];
		struct buf b = BUF(bytes);
		secretsmanager_put_get(&b, &row[i].question);
		assert_string_equal(buf_str(&b), row[i].body);
	}
}

static void
test_put_string(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *secret; /* NULL: an error */
		enum err_kind kind;
		const char *message;
	} row[] = {
		{ "{\"SecretString\":\"\"}", "", ERR_NONE, "" },
		{ "{\"SecretString\":\"a\\n\\u00e9\",\"SecretBinary\":null}", "a\n\xc3\xa9",
			ERR_NONE, "" },
		/* Its owner stored it so: another attempt reads the same. */
		{ "{\"SecretBinary\":\"aGk=\"}", NULL, ERR_REFUSED, "it is a binary secret" },
		{ "{\"SecretString\":null,\"SecretBinary\":\"aGk=\"}", NULL, ERR_REFUSED,
			"it is a binary secret" },
		{ "{}", NULL, ERR_TRANSIENT, "malformed response: no SecretString" },
		{ "{\"SecretString\":3}", NULL, ERR_TRANSIENT,
			"malformed response: member \"SecretString\": a number where a string is "
			"expected" },
		{ "{\"SecretBinary\":3}", NULL, ERR_TRANSIENT,
			"malformed response: member \"SecretBinary\": a number where a string is "
			"expected" },
		/* What is malformed stays so beside what would be a refusal. */
		{ "{\"SecretString\":3,\"SecretBinary\":\"aGk=\"}", NULL, ERR_TRANSIENT,
			"malformed response: member \"SecretString\": a number where a string is "
			"expected" },
		{ "{\"SecretString\":\"a\",\"SecretString\":\"a\",\"SecretBinary\":\"aGk=\"}", NULL,
			ERR_TRANSIENT, "malformed response: member \"SecretString\": given twice" },
		{ "[]", NULL, ERR_TRANSIENT,
			"malformed response: an array where an object with \"SecretString\" is "
			"expected" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		char bytes[16];
		struct buf b = BUF(bytes);
		struct err e = { 0 };
		bool ok = secretsmanager_put_string(root_of(row[i].text), &b, &e);
		assert_int_equal(ok, row[i].secret != NULL);
		assert_int_equal(e.kind, row[i].kind);
		assert_string_equal(e.text, row[i].message);
		if (ok)
			assert_string_equal(buf_str(&b), row[i].secret);
	}
}

/* A bound refuses and never cuts a secret short. */
static void
test_string_too_long(void **state)
{
	(void)state;
	char bytes[4];
	struct buf b = BUF(bytes);
	struct err e = { 0 };
	assert_true(secretsmanager_put_string(root_of("{\"SecretString\":\"abcd\"}"), &b, &e));
	b = BUF(bytes);
	assert_false(secretsmanager_put_string(root_of("{\"SecretString\":\"abcde\"}"), &b, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_string_equal(e.text, "SecretString: more than 4 bytes");
}

/* The one member of an object, as the variable gets it. */
static bool
put_member(const char *object, struct buf *b, struct err *e)
{
	struct json_value name;
	struct json_value value;
	int at = 0;
	assert_true(json_next(root_of(object), &at, &name, &value));
	return secretsmanager_put_member(name, value, b, e);
}

static void
test_member(void **state)
{
	(void)state;
	static const struct {
		const char *object;
		const char *value; /* NULL: an error */
		const char *message;
	} row[] = {
		{ "{\"a\":\"x\\ty\"}", "x\ty", "" },
		{ "{\"a\":-1.50e+3}", "-1.50e+3", "" },
		{ "{\"a\":true}", "true", "" },
		{ "{\"a\":false}", "false", "" },
		{ "{\"a\":null}", NULL, "member a is null, not a string, number or boolean" },
		{ "{\"a\\n\":[1]}", NULL,
			"member a\\x0a is an array, not a string, number or boolean" },
		{ "{\"a\":{}}", NULL, "member a is an object, not a string, number or boolean" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		char bytes[16];
		struct buf b = BUF(bytes);
		struct err e = { 0 };
		bool ok = put_member(row[i].object, &b, &e);
		assert_int_equal(ok, row[i].value != NULL);
		assert_string_equal(e.text, row[i].message);
		if (ok)
			assert_string_equal(buf_str(&b), row[i].value);
		else
			assert_int_equal(e.kind, ERR_REFUSED);
	}
}

/* Cut, a name could show a part of a secret that quote() no longer finds. */
static void
test_long_name_is_not_shown(void **state)
{
	(void)state;
	char text[QUOTE_MAX + 16];
	struct buf object = BUF(text);
	struct buf none = { 0 };
	struct err e = { 0 };
	buf_put_str(&object, "{\"");
	while (object.len < QUOTE_MAX + 3)
		buf_put_char(&object, 'n');
	buf_put_str(&object, "\":[]}");
	assert_false(put_member(buf_str(&object), &none, &e));
	assert_string_equal(
		e.text, "member (a long name) is an array, not a string, number or boolean");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_put_get),
		cmocka_unit_test(test_put_string),
		cmocka_unit_test(test_string_too_long),
		cmocka_unit_test(test_member),
		cmocka_unit_test(test_long_name_is_not_shown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
