#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/secret.h"
#include "fetch/loader.h"
#include "unit/base/capture.h"

/* Parameter Store's rules, lower-cased. */
static const struct config plain;
static struct secret_list secrets;

static struct loader loader;
static struct awscall aws;
static struct json_doc doc;
static struct session session;
static struct store *const store = &session.store;
static struct peer_terms terms;
static struct peer peer;
static struct err e;

static void
begin(const char *written)
{
	secret_use(&secrets);
	log_setup(LOG_INFO, false);
	store->count = 0;
	store->bytes_len = 0;
	memset(&e, 0, sizeof(e));
	assert_true(service_parse(span_of(written), &plain, &loader.service, &e));
	loader.index = 1;
	loader_init(&loader, true);
	peer.terms = &terms;
	loader_start(&loader, &aws, (struct awscall_terms){ .session = &session, .peer = &peer });
	assert_int_equal(loader.path.n, 0);
	assert_string_equal(aws.op->target, "secretsmanager.GetSecretValue");
}

static enum call_result
read_body(const char *body)
{
	struct json_value root;
	struct err bad = { 0 };
	if (!json_parse(&doc, span_of(body), &root, &bad))
		fail_msg("%s: %s", body, bad.text);
	return awscall_read(&aws, root, &e);
}

/* An answer with this SecretString. */
static enum call_result
read_secret(const char *text)
{
	static char body[4096];
	struct buf b = BUF(body);
	buf_put_str(&b, "{\"ARN\":\"arn:x\",\"Name\":\"s\",\"VersionStages\":[\"AWSCURRENT\"],"
			"\"SecretString\":");
	json_put_string(&b, span_of(text));
	buf_put_char(&b, '}');
	return read_body(buf_str(&b));
}

static void
test_question(void **state)
{
	(void)state;
	char bytes[128];
	struct buf b = BUF(bytes);
	begin("Kops/App");
	aws.op->put_body(&aws, &b);
	assert_string_equal(buf_str(&b), "{\"SecretId\":\"kops/app\"}");
	begin("kops:AWSPREVIOUS");
	b = BUF(bytes);
	aws.op->put_body(&aws, &b);
	assert_string_equal(
		buf_str(&b), "{\"SecretId\":\"kops\",\"VersionStage\":\"AWSPREVIOUS\"}");
}

/* Strings as they are, numbers and booleans as their text; chamber's own member is left out. */
static void
test_members(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		const char *value;
	} wanted[] = {
		{ "empty", "" },
		{ "off", "false" },
		{ "on", "true" },
		{ "port", "5432" },
		{ "ratio", "1.50e3" },
		{ "user", "u\n\"x\"" },
	};
	begin("s");
	assert_int_equal(
		read_secret(
			"{\"user\":\"u\\n\\\"x\\\"\",\"port\":5432,\"ratio\":1.50e3,\"on\":true,"
			"\"_chamber_metadata\":\"{}\",\"off\":false,\"empty\":\"\"}"),
		CALL_DONE);
	assert_int_equal(store->count, sizeof(wanted) / sizeof(*wanted));
	for (size_t i = 0; i < store->count; i++) {
		assert_int_equal(store->param[i].service, 1);
		assert_true(span_eq(store->param[i].name, span_of(wanted[i].name)));
		assert_true(span_eq(store->param[i].value, span_of(wanted[i].value)));
	}
	begin("s");
	assert_int_equal(read_secret("{}"), CALL_DONE);
	assert_int_equal(store->count, 0);
}

static void
test_skipped(void **state)
{
	(void)state;
	begin("s");
	capture_begin();
	enum call_result result =
		read_secret("{\"a b\":\"1\",\"\":\"2\",\"a/b\":\"3\",\"ok\":\"4\"}");
	unsigned lines = capture_end();
	assert_int_equal(result, CALL_DONE);
	assert_int_equal(lines, 3);
	assert_non_null(strstr(capture_line(0), "warning: member a b is skipped"));
	assert_non_null(strstr(capture_line(1), "warning: member \"\" is skipped"));
	assert_int_equal(store->count, 1);
}

/* What cannot be a variable's value is an error that names the member and shows no value. */
static void
test_refused(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *part;
	} row[] = {
		{ "{\"ok\":\"hunter2\",\"n\":null}", "member n is null" },
		{ "{\"ok\":\"hunter2\",\"list\":[\"hunter2\"]}", "member list is an array" },
		{ "{\"ok\":\"hunter2\",\"o\":{\"x\":\"hunter2\"}}", "member o is an object" },
		{ "[\"hunter2\"]", "not a JSON object" },
		{ "\"hunter2\"", "not a JSON object" },
		{ "hunter2", "not a JSON object" },
		{ "", "not a JSON object" },
		{ "{\"ok\":\"hunter2\"} trailing", "not a JSON object" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		begin("s");
		assert_int_equal(read_secret(row[i].text), CALL_FAILED);
		/* Its owner wrote it so: trying again reads the same. */
		assert_int_equal(err_exit_code(&e), 100);
		if (strstr(e.text, row[i].part) == NULL)
			fail_msg("%s: %s", row[i].text, e.text);
		assert_null(strstr(e.text, "hunter2"));
		assert_int_equal(store->count, 0);
	}
}

/* What an earlier service has loaded is overwritten later, not given twice. */
static void
test_same_member_of_another_service(void **state)
{
	(void)state;
	begin("s");
	loader.index = 0;
	assert_int_equal(read_secret("{\"a\":\"1\"}"), CALL_DONE);
	loader.index = 1;
	assert_int_equal(read_secret("{\"a\":\"2\"}"), CALL_DONE);
	assert_int_equal(store->count, 2);
}

static void
test_bounds(void **state)
{
	(void)state;
	static char text[URL_MAX + 32];
	struct buf b = BUF(text);
	buf_put_str(&b, "{\"");
	while (b.len < URL_MAX + 3)
		buf_put_char(&b, 'n');
	buf_put_str(&b, "\":\"1\"}");
	begin("s");
	assert_int_equal(read_secret(buf_str(&b)), CALL_FAILED);
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_string_equal(e.text, "a name has more than 2048 bytes");

	begin("s");
	store->count = PARAMS_MAX - 1;
	loader.index = 2;
	assert_int_equal(read_secret("{\"a\":\"1\",\"b\":\"2\"}"), CALL_FAILED);
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_int_equal(store->count, PARAMS_MAX - 1);
}

static void
test_twice(void **state)
{
	(void)state;
	begin("s");
	assert_int_equal(read_secret("{\"a\":\"1\",\"b\":\"2\",\"\\u0061\":\"3\"}"), CALL_FAILED);
	assert_int_equal(store->count, 0);
	assert_null(strstr(e.text, "3"));
}

static void
test_answers(void **state)
{
	(void)state;
	static const struct {
		const char *body;
		int exit_code;
	} row[] = {
		{ "{}", 111 },
		{ "[]", 111 },
		{ "{\"SecretString\":3}", 111 },
		{ "{\"SecretString\":\"{}\",\"SecretString\":\"{}\"}", 111 },
		{ "{\"SecretBinary\":\"aGk=\"}", 100 },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		begin("s");
		assert_int_equal(read_body(row[i].body), CALL_FAILED);
		assert_int_equal(err_exit_code(&e), row[i].exit_code);
	}
}

/* A refusal says what a name in other letters has to do with it, where that may be. */
static void
test_missing(void **state)
{
	(void)state;
	static const struct {
		const char *written;
		const char *code;
		bool is_hinted;
	} row[] = {
		{ "Kops", "ResourceNotFoundException", true },
		{ "kops", "ResourceNotFoundException", false },
		{ "Kops", "InvalidRequestException", false },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		begin(row[i].written);
		strcpy(session.scratch.failure.code, row[i].code);
		err_set(&e, ERR_REFUSED, "%s", row[i].code);
		aws.op->explain(&aws, &e);
		assert_int_equal(strstr(e.hint, "--keep-case") != NULL, row[i].is_hinted);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_question),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_skipped),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_same_member_of_another_service),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_missing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
