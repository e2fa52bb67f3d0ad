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
begin(const char *written, bool recursive)
{
	secret_use(&secrets);
	log_setup(LOG_INFO, false);
	store->count = 0;
	store->bytes_len = 0;
	memset(&e, 0, sizeof(e));
	assert_true(service_parse(span_of(written), &plain, &loader.service, &e));
	loader.index = 2;
	loader.recursive = recursive;
	loader_init(&loader, false);
	peer.terms = &terms;
	loader_start(&loader, &aws, (struct awscall_terms){ .session = &session, .peer = &peer });
	assert_string_equal(aws.op->target, "AmazonSSM.GetParametersByPath");
}

static enum call_result
read_page(const char *body)
{
	struct json_value root;
	struct err bad = { 0 };
	if (!json_parse(&doc, span_of(body), &root, &bad))
		fail_msg("%s: %s", body, bad.text);
	return awscall_read(&aws, root, &e);
}

static void
assert_asks(const char *body)
{
	char bytes[512];
	struct buf b = BUF(bytes);
	aws.op->put_body(&aws, &b);
	assert_string_equal(buf_str(&b), body);
}

static void
test_one_page(void **state)
{
	(void)state;
	begin("Kops:Prod", true);
	assert_asks("{\"Path\":\"/kops/\",\"WithDecryption\":true,\"MaxResults\":10,"
		    "\"Recursive\":true,\"ParameterFilters\":[{\"Key\":\"Label\",\"Option\":"
		    "\"Equals\",\"Values\":[\"Prod\"]}]}");
	assert_int_equal(read_page("{\"Parameters\":[{\"Name\":\"/kops/a\",\"Value\":\"1\"},"
				   "{\"Name\":\"/kops/b/c\",\"Value\":\"2\"}]}"),
		CALL_DONE);
	assert_int_equal(store->count, 2);
	assert_int_equal(store->param[0].service, 2);
	assert_true(span_eq(store->param[1].name, SPAN("/kops/b/c")));
	assert_true(span_eq(store->param[1].value, SPAN("2")));
}

/* Pages may be empty; an absent, null or empty token ends. */
static void
test_pages(void **state)
{
	(void)state;
	static const char *const last[] = {
		"{\"Parameters\":[{\"Name\":\"/s/z\",\"Value\":\"v\"}]}",
		"{\"Parameters\":[{\"Name\":\"/s/z\",\"Value\":\"v\"}],\"NextToken\":null}",
		"{\"Parameters\":[{\"Name\":\"/s/z\",\"Value\":\"v\"}],\"NextToken\":\"\"}",
	};
	for (size_t i = 0; i < sizeof(last) / sizeof(*last); i++) {
		begin("s", false);
		assert_int_equal(read_page("{\"Parameters\":[{\"Name\":\"/s/a\",\"Value\":\"1\"}],"
					   "\"NextToken\":\"t\\\"1\"}"),
			CALL_NEXT);
		assert_asks("{\"Path\":\"/s/\",\"WithDecryption\":true,\"MaxResults\":10,"
			    "\"NextToken\":\"t\\\"1\"}");
		assert_int_equal(read_page("{\"Parameters\":[],\"NextToken\":\"t2\"}"), CALL_NEXT);
		assert_asks("{\"Path\":\"/s/\",\"WithDecryption\":true,\"MaxResults\":10,"
			    "\"NextToken\":\"t2\"}");
		assert_int_equal(read_page(last[i]), CALL_DONE);
		assert_int_equal(store->count, 2);
	}
}

static void
test_no_parameters(void **state)
{
	(void)state;
	begin("s", false);
	assert_int_equal(read_page("{\"Parameters\":[]}"), CALL_DONE);
	assert_int_equal(store->count, 0);
}

/* A token seen before would never end: an error that no further attempt cures. */
static void
test_token_goes_round(void **state)
{
	(void)state;
	begin("s", false);
	assert_int_equal(read_page("{\"Parameters\":[],\"NextToken\":\"a\"}"), CALL_NEXT);
	assert_int_equal(read_page("{\"Parameters\":[],\"NextToken\":\"b\"}"), CALL_NEXT);
	assert_int_equal(read_page("{\"Parameters\":[],\"NextToken\":\"a\"}"), CALL_FAILED);
	assert_int_equal(err_exit_code(&e), 111);
	assert_false(err_is_retryable(&e));
	assert_non_null(strstr(e.text, "NextToken"));
}

static void
test_too_many_pages(void **state)
{
	(void)state;
	begin("s", false);
	for (unsigned i = 1; i < PAGES_MAX; i++) {
		char body[64];
		struct buf b = BUF(body);
		buf_printf(&b, "{\"Parameters\":[],\"NextToken\":\"%u\"}", i);
		assert_int_equal(read_page(buf_str(&b)), CALL_NEXT);
	}
	assert_int_equal(read_page("{\"Parameters\":[],\"NextToken\":\"x\"}"), CALL_FAILED);
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_string_equal(e.text, "more than 1024 pages");
}

/* Of a malformed response nothing is used; what came before stays, another attempt may follow. */
static void
test_malformed(void **state)
{
	(void)state;
	static const char *const row[] = {
		"{}",
		"[]",
		"{\"Parameters\":[{\"Name\":\"/s/b\",\"Value\":\"2\"},{\"Name\":\"/s/c\"}]}",
		"{\"Parameters\":[{\"Name\":\"/s/b\",\"Value\":\"2\"}],\"NextToken\":3}",
		"{\"Parameters\":[{\"Name\":\"/s/b\",\"Value\":\"2\"},{\"Name\":\"/t/c\",\"Value\":"
		"\"3\"}]}",
		"{\"Parameters\":[{\"Name\":\"/s/b\",\"Value\":\"2\"},{\"Name\":\"/s/c/d\","
		"\"Value\":\"3\"}]}",
		"{\"Parameters\":[{\"Name\":\"/s/b\",\"Value\":\"2\"},{\"Name\":\"/s/\",\"Value\":"
		"\"3\"}]}",
		"{\"Parameters\":[{\"Name\":\"/s/b\",\"Value\":\"2\"},{\"Name\":\"/S/c\",\"Value\":"
		"\"3\"}]}",
		"{\"Parameters\":[{\"Name\":\"/s/b\",\"Value\":\"2\"},{\"Name\":\"s\",\"Value\":"
		"\"3\"}]}",
	};
	begin("s", false);
	assert_int_equal(read_page("{\"Parameters\":[{\"Name\":\"/s/a\",\"Value\":\"1\"}],"
				   "\"NextToken\":\"t\"}"),
		CALL_NEXT);
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		if (read_page(row[i]) != CALL_FAILED)
			fail_msg("%s is taken", row[i]);
		assert_int_equal(e.kind, ERR_TRANSIENT);
		assert_true(span_starts_with(span_of(e.text), SPAN("malformed response: ")));
		assert_int_equal(store->count, 1);
		assert_asks("{\"Path\":\"/s/\",\"WithDecryption\":true,\"MaxResults\":10,"
			    "\"NextToken\":\"t\"}");
	}
	assert_int_equal(
		read_page("{\"Parameters\":[{\"Name\":\"/s/b\",\"Value\":\"2\"}]}"), CALL_DONE);
	assert_int_equal(store->count, 2);
}

/* Names that no variable can be made of are left out, with a warning for each. */
static void
test_skipped(void **state)
{
	(void)state;
	begin("s", true);
	capture_begin();
	enum call_result result = read_page(
		"{\"Parameters\":[{\"Name\":\"/s/a b\",\"Value\":\"1\"},{\"Name\":\"/s/ok\","
		"\"Value\":\"2\"},{\"Name\":\"/s/x//y\",\"Value\":\"3\"},{\"Name\":\"/s/\\n\","
		"\"Value\":\"4\"}]}");
	unsigned lines = capture_end();
	assert_int_equal(result, CALL_DONE);
	assert_int_equal(lines, 3);
	assert_non_null(strstr(capture_line(0), "warning: parameter /s/a b is skipped"));
	assert_non_null(strstr(capture_line(2), "warning: parameter /s/\\x0a is skipped"));
	assert_int_equal(store->count, 1);
}

static void
test_name_too_long(void **state)
{
	(void)state;
	static char body[URL_MAX + 128];
	struct buf b = BUF(body);
	begin("s", false);
	buf_put_str(&b, "{\"Parameters\":[{\"Value\":\"1\",\"Name\":\"/s/");
	while (b.len < URL_MAX + 64)
		buf_put_char(&b, 'x');
	buf_put_str(&b, "\"}]}");
	assert_int_equal(read_page(buf_str(&b)), CALL_FAILED);
	assert_int_equal(e.kind, ERR_LIMIT);
}

static void
test_path(void **state)
{
	(void)state;
	static char name[SERVICE_NAME_MAX];
	memset(name, 'n', sizeof(name));
	assert_true(service_parse(
		(struct span){ name, sizeof(name) - 1 }, &plain, &loader.service, &e));
	loader_init(&loader, false);
	assert_int_equal(loader.path.n, SERVICE_NAME_MAX + 1);
	begin("A/b.C", false);
	assert_true(span_eq(loader.path, SPAN("/a/b.c/")));
}

static void
test_judge(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		bool recursive;
		bool ok;
		bool fits;
	} row[] = {
		{ "/s/a", false, true, true },
		{ "/s/a/b", false, false, false },
		{ "/s/a/b", true, true, true },
		{ "/s/", false, false, false },
		{ "/s", false, false, false },
		{ "/sa/b", true, false, false },
		{ "s/a", true, false, false },
		{ "", true, false, false },
		{ "/s/a b", false, true, false },
		{ "/s/a=b", false, true, false },
		{ "/s//a", true, true, false },
		{ "/s/a/", true, true, false },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		char body[128];
		struct buf b = BUF(body);
		buf_printf(&b, "{\"Parameters\":[{\"Name\":\"%s\",\"Value\":\"v\"}]}", row[i].name);
		begin("s", row[i].recursive);
		log_setup(LOG_ERROR, false);
		bool ok = read_page(buf_str(&b)) == CALL_DONE;
		assert_int_equal(loader_covers(&loader, span_of(row[i].name)), ok);
		if (ok != row[i].ok || store->count != row[i].fits)
			fail_msg("%s: %d %zu", row[i].name, ok, store->count);
		if (!ok)
			assert_int_equal(e.kind, ERR_TRANSIENT);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_page),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_no_parameters),
		cmocka_unit_test(test_token_goes_round),
		cmocka_unit_test(test_too_many_pages),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_skipped),
		cmocka_unit_test(test_name_too_long),
		cmocka_unit_test(test_path),
		cmocka_unit_test(test_judge),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
