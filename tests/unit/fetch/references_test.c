#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/secret.h"
#include "fetch/references.h"
#include "unit/fetch/wire.h"

static struct secret_list secrets;

static struct references references;
static struct config config;
static struct session session;
static struct store *const store = &session.store;
static struct peer_terms terms;
static struct json_doc doc;
static struct err e;

static bool
find(const char *environ_line)
{
	secret_use(&secrets);
	log_setup(LOG_ERROR, false);
	memset(&config, 0, sizeof(config));
	memset(&e, 0, sizeof(e));
	store->count = 0;
	store->bytes_len = 0;
	config.rules.references = true;
	config.environ = wire_environ(environ_line);
	return references_find(&references, &config, &e);
}

static void
start(const char *environ_line)
{
	if (!find(environ_line) || !references_locate(&references, &config, SPAN("eu-west-1"), &e))
		fail_msg("%s", e.text);
	for (unsigned i = 0; i < references.group_count; i++) {
		references.group[i].peer.terms = &terms;
		reference_start(&references.group[i], &session);
	}
}

static enum call_result
take(unsigned group, const char *body)
{
	struct awscall *c = &references.group[group].aws;
	struct json_value root;
	struct err bad = { 0 };
	if (!json_parse(&doc, span_of(body), &root, &bad))
		fail_msg("%s: %s", body, bad.text);
	return awscall_read(c, root, &e);
}

static void
assert_asks(unsigned group, const char *target, const char *body)
{
	char bytes[1024];
	struct buf b = BUF(bytes);
	const struct awscall *c = &references.group[group].aws;
	c->op->put_body(c, &b);
	assert_string_equal(buf_str(&b), body);
	assert_string_equal(c->op->target, target);
}

/* What the store holds: "NAME=VALUE;" of each. */
static void
assert_loaded(const char *wanted)
{
	char bytes[1024];
	struct buf b = BUF(bytes);
	for (size_t i = 0; i < store->count; i++) {
		assert_int_equal(store->param[i].service, STORE_REFERENCES);
		buf_put(&b, store->param[i].name);
		buf_put_char(&b, '=');
		buf_put(&b, store->param[i].value);
		buf_put_char(&b, ';');
	}
	assert_string_equal(buf_str(&b), wanted);
}

#define PARAMETER(name, value) "{\"Name\":\"" name "\",\"Value\":\"" value "\"}"

static void
test_none(void **state)
{
	(void)state;
	assert_true(find("A=1|B=|ssm:x|C=ssmx:y|D= ssm:x|E=arn:aws:s3:::b|"
			 "F=arn:aws:ssm:eu-west-1:1:document/x"));
	assert_int_equal(references.group_count, 0);
	/* Without --references, and of variables that --unset takes away, none is looked at. */
	assert_true(find("A=ssm:a"));
	config.rules.references = false;
	assert_true(references_find(&references, &config, &e));
	assert_int_equal(references.use_count, 0);
	assert_true(find("A=ssm:a|B=ssm:b"));
	config.rules.unset.name[0] = SPAN("A");
	config.rules.unset.count = 1;
	assert_true(references_find(&references, &config, &e));
	assert_int_equal(references.use_count, 1);
	assert_true(span_eq(references.use[0].variable, SPAN("B")));
	/* --keep leaves a variable as it is, even one that is no good reference. */
	assert_false(find("A=ssm:|B=ssm:b"));
	config.rules.keep.name[0] = SPAN("A*");
	config.rules.keep.count = 1;
	assert_true(references_find(&references, &config, &e));
	assert_int_equal(references.use_count, 1);
	assert_true(span_eq(references.use[0].variable, SPAN("B")));
}

/* getenv(3) finds the first of a name: one after it is no reference, whatever it holds. */
static void
test_a_variable_given_twice(void **state)
{
	(void)state;
	assert_true(find("AB=plain|A=ssm:a|AB=ssm:b|A=ssm:|A=x|ABC=ssm:c|A=ssm:a"));
	assert_int_equal(references.use_count, 2);
	assert_true(span_eq(references.use[0].variable, SPAN("A")));
	assert_true(span_eq(references.use[0].value, SPAN("ssm:a")));
	assert_true(span_eq(references.use[1].variable, SPAN("ABC")));
}

static void
test_parameters(void **state)
{
	(void)state;
	start("A=ssm:///a/b|B=ssm:plain|OTHER=x|C=ssm://a/b:3|SAME=ssm:a/b");
	assert_int_equal(references.group_count, 1);
	/* One and the same is asked for once. */
	assert_asks(0, "AmazonSSM.GetParameters",
		"{\"Names\":[\"/a/b\",\"plain\"],\"WithDecryption\":true}");
	assert_int_equal(take(0, "{\"Parameters\":[" PARAMETER("plain", "2") "," PARAMETER(
					 "/a/b", "1") "],\"InvalidParameters\":[]}"),
		CALL_NEXT);
	/* Two versions of one go into two requests: a response need not say which one it gives. */
	assert_asks(
		0, "AmazonSSM.GetParameters", "{\"Names\":[\"/a/b:3\"],\"WithDecryption\":true}");
	assert_int_equal(take(0, "{\"Parameters\":[" PARAMETER("/a/b", "3") "]}"), CALL_DONE);
	assert_loaded("B=2;A=1;SAME=1;C=3;");
}

static void
test_batches(void **state)
{
	(void)state;
	start("A0=ssm:n0|A1=ssm:n1|A2=ssm:n2|A3=ssm:n3|A4=ssm:n4|A5=ssm:n5|A6=ssm:n6|A7=ssm:n7|"
	      "A8=ssm:n8|A9=ssm:n9|B0=ssm:m0");
	assert_asks(0, "AmazonSSM.GetParameters",
		"{\"Names\":[\"n0\",\"n1\",\"n2\",\"n3\",\"n4\",\"n5\",\"n6\",\"n7\",\"n8\",\"n9\"]"
		","
		"\"WithDecryption\":true}");
	assert_int_equal(
		take(0, "{\"Parameters\":[" PARAMETER("n0", "0") "," PARAMETER(
				"n1", "1") "," PARAMETER("n2", "2") "," PARAMETER("n3",
				"3") "," PARAMETER("n4", "4") "," PARAMETER("n5",
				"5") "," PARAMETER("n6", "6") "," PARAMETER("n7",
				"7") "," PARAMETER("n8", "8") "," PARAMETER("n9", "9") "]}"),
		CALL_NEXT);
	assert_asks(0, "AmazonSSM.GetParameters", "{\"Names\":[\"m0\"],\"WithDecryption\":true}");
	assert_int_equal(take(0, "{\"Parameters\":[" PARAMETER("m0", "10") "]}"), CALL_DONE);
	assert_int_equal(store->count, 11);
}

#define ARN "arn:aws:ssm:us-east-1:1:parameter/"
#define SELECTED(name, selector) \
	"{\"Name\":\"" name "\",\"Value\":\"1\",\"Selector\":\"" selector "\"}"

/* By an ARN too, in which "parameter/a/b" names "/a/b" and "parameter/a" names "a". */
static void
test_names_of_answers(void **state)
{
	(void)state;
	static const struct {
		const char *reference;
		const char *answer;
		bool is_taken;
	} row[] = {
		{ "ssm:a", PARAMETER("a", "1"), true },
		{ "ssm:/x/a", PARAMETER("/x/a", "1"), true },
		{ "arn:aws:ssm:us-east-1:1:parameter/a", PARAMETER("a", "1"), true },
		{ "arn:aws:ssm:us-east-1:1:parameter/x/a", PARAMETER("/x/a", "1"), true },
		{ "arn:aws:ssm:us-east-1:1:parameter/x/a", PARAMETER(ARN "x/a", "1"), true },
		{ "arn:aws:ssm:us-east-1:2:parameter/x/a", PARAMETER(ARN "x/a", "1"), false },
		/* The selector is left out, or said, by the name or the ARN. */
		{ "ssm:a:1", PARAMETER("a", "1"), true },
		{ "ssm:a:1", PARAMETER(ARN "a", "1"), true },
		{ "ssm:a:label", PARAMETER("a", "1"), true },
		{ "ssm:a:1", PARAMETER("a:1", "1"), true },
		{ "ssm:a:1", SELECTED("a", ":1"), true },
		{ "ssm:a:label", SELECTED("a", ":label"), true },
		{ "ssm:/x/a:7", SELECTED(ARN "x/a", ":7"), true },
		{ "ssm:/x/a:7", SELECTED(ARN "x/a:7", ":7"), true },
		{ "ssm:/a", PARAMETER(ARN "a", "1"), true },
		{ ARN "x/a:3", SELECTED("/x/a", ":3"), true },
		{ "ssm:a:1", SELECTED("a", ":2"), false },
		{ "ssm:a:1", PARAMETER("a:2", "1"), false },
		{ "ssm:a", SELECTED("a", ":2"), false },
		{ "ssm:a:1", SELECTED("b", ":1"), false },
		{ "ssm:ba", PARAMETER("a", "1"), false },
		{ "ssm:/x/a", PARAMETER("/a", "1"), false },
		{ "arn:aws:ssm:us-east-1:1:parameter/x/a", PARAMETER("/a", "1"), false },
		{ "arn:aws:ssm:us-east-1:1:parameter/x/a", PARAMETER("a", "1"), false },
		{ "arn:aws:ssm:us-east-1:1:parameter/x/a", PARAMETER("", "1"), false },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		char line[128];
		char body[128];
		struct buf l = BUF(line);
		struct buf b = BUF(body);
		buf_printf(&l, "A=%s", row[i].reference);
		buf_printf(&b, "{\"Parameters\":[%s]}", row[i].answer);
		start(buf_str(&l));
		enum call_result wanted = row[i].is_taken ? CALL_DONE : CALL_FAILED;
		if (take(0, buf_str(&b)) != wanted)
			fail_msg("%s, answered by %s", row[i].reference, row[i].answer);
		assert_int_equal(store->count, row[i].is_taken);
	}
}

static void
test_unresolved(void **state)
{
	(void)state;
	start("FIRST=ssm:a|SECOND=ssm:/gone/b");
	assert_int_equal(take(0, "{\"Parameters\":[" PARAMETER("a", "1") "],\"InvalidParameters\":"
									 "[\"/gone/b\"]}"),
		CALL_FAILED);
	assert_int_equal(err_exit_code(&e), 100);
	assert_non_null(strstr(e.text, "variable SECOND: ssm:/gone/b: "));
}

/* What an answer gave that was malformed further on does not count as answered. */
static void
test_malformed_then_missing(void **state)
{
	(void)state;
	start("FIRST=ssm:a|SECOND=ssm:b");
	assert_int_equal(take(0, "{\"Parameters\":[" PARAMETER("a", "1") "," PARAMETER(
					 "b", "2") ",{\"Name\":\"c\"}]}"),
		CALL_FAILED);
	assert_true(err_is_retryable(&e));
	assert_int_equal(store->count, 0);
	assert_int_equal(take(0, "{\"Parameters\":[" PARAMETER("a", "1") "]}"), CALL_FAILED);
	assert_non_null(strstr(e.text, "variable SECOND"));
}

static void
test_malformed(void **state)
{
	(void)state;
	static const char *const row[] = {
		"{}",
		"[]",
		"{\"Parameters\":[" PARAMETER("a", "1") "," PARAMETER("a", "1") "]}",
		"{\"Parameters\":[" PARAMETER("a", "1") "," PARAMETER("other", "1") "]}",
		"{\"Parameters\":[" PARAMETER("a", "1") "],\"InvalidParameters\":3}",
		"{\"Parameters\":[{\"Name\":\"a\",\"Value\":\"1\",\"Selector\":3}]}",
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		start("A=ssm:a");
		if (take(0, row[i]) != CALL_FAILED)
			fail_msg("%s is taken", row[i]);
		assert_true(err_is_retryable(&e));
		assert_int_equal(store->count, 0);
	}
}

/* Another region, and another service, are groups of their own with endpoints of their own. */
static void
test_groups(void **state)
{
	(void)state;
	start("A=ssm:a|B=arn:aws:ssm:us-east-1:1:parameter/x/y|C=secretsmanager:s|"
	      "D=arn:aws:secretsmanager:us-east-1:1:secret:t-AbCdEf|E=ssm:e");
	assert_int_equal(references.group_count, 4);
	static const char *const hosts[] = { "ssm.eu-west-1.amazonaws.com",
		"ssm.us-east-1.amazonaws.com", "secretsmanager.eu-west-1.amazonaws.com",
		"secretsmanager.us-east-1.amazonaws.com" };
	for (unsigned i = 0; i < 4; i++)
		assert_true(span_eq(references.group[i].endpoint.url.host, span_of(hosts[i])));
	assert_asks(
		0, "AmazonSSM.GetParameters", "{\"Names\":[\"a\",\"e\"],\"WithDecryption\":true}");
	assert_asks(1, "AmazonSSM.GetParameters",
		"{\"Names\":[\"arn:aws:ssm:us-east-1:1:parameter/x/y\"],\"WithDecryption\":true}");
	assert_asks(2, "secretsmanager.GetSecretValue", "{\"SecretId\":\"s\"}");
	assert_int_equal(take(1, "{\"Parameters\":[" PARAMETER("/x/y", "2") "]}"), CALL_DONE);
	assert_int_equal(
		take(0, "{\"Parameters\":[" PARAMETER("e", "5") "," PARAMETER("a", "1") "]}"),
		CALL_DONE);
	assert_int_equal(take(2, "{\"SecretString\":\"plain text\"}"), CALL_DONE);
	assert_int_equal(take(3, "{\"SecretString\":\"\"}"), CALL_DONE);
	assert_loaded("B=2;E=5;A=1;C=plain text;D=;");
}

#define SECRET "arn:aws:secretsmanager:eu-west-1:1:secret:s-AbCdEf"

static void
test_secret_members(void **state)
{
	(void)state;
	start("U=" SECRET ":user::|P=" SECRET ":port::|WHOLE=" SECRET);
	assert_int_equal(references.group_count, 1);
	assert_asks(0, "secretsmanager.GetSecretValue", "{\"SecretId\":\"" SECRET "\"}");
	assert_int_equal(
		take(0, "{\"SecretString\":\"{\\\"user\\\":\\\"u\\\",\\\"port\\\":5432}\"}"),
		CALL_DONE);
	assert_loaded("U=u;P=5432;WHOLE={\"user\":\"u\",\"port\":5432};");
}

static void
test_secret_versions(void **state)
{
	(void)state;
	start("A=" SECRET ":k:AWSPREVIOUS:|B=" SECRET ":k::v-1");
	assert_asks(0, "secretsmanager.GetSecretValue",
		"{\"SecretId\":\"" SECRET "\",\"VersionStage\":\"AWSPREVIOUS\"}");
	assert_int_equal(take(0, "{\"SecretString\":\"{\\\"k\\\":\\\"old\\\"}\"}"), CALL_NEXT);
	assert_asks(0, "secretsmanager.GetSecretValue",
		"{\"SecretId\":\"" SECRET "\",\"VersionId\":\"v-1\"}");
	assert_int_equal(take(0, "{\"SecretString\":\"{\\\"k\\\":\\\"one\\\"}\"}"), CALL_DONE);
	assert_loaded("A=old;B=one;");
	start("A=" SECRET ":::v-1|B=" SECRET ":::v-2");
	assert_int_equal(take(0, "{\"SecretString\":\"one\"}"), CALL_NEXT);
	assert_int_equal(take(0, "{\"SecretString\":\"two\"}"), CALL_DONE);
	assert_loaded("A=one;B=two;");
}

/* Two stages of one secret are two questions. */
static void
test_secret_stages(void **state)
{
	(void)state;
	start("A=" SECRET "::AWSPREVIOUS:|B=" SECRET "::AWSCURRENT:");
	assert_int_equal(take(0, "{\"SecretString\":\"old\"}"), CALL_NEXT);
	assert_asks(0, "secretsmanager.GetSecretValue",
		"{\"SecretId\":\"" SECRET "\",\"VersionStage\":\"AWSCURRENT\"}");
	assert_int_equal(take(0, "{\"SecretString\":\"new\"}"), CALL_DONE);
	assert_loaded("A=old;B=new;");
}

/* Each names the variable and shows no value. */
static void
test_secret_refused(void **state)
{
	(void)state;
	static const struct {
		const char *body;
		int exit_code;
	} row[] = {
		{ "{\"SecretString\":\"{\\\"other\\\":\\\"hunter2\\\"}\"}", 100 },
		{ "{\"SecretString\":\"hunter2\"}", 100 },
		{ "{\"SecretString\":\"[\\\"hunter2\\\"]\"}", 100 },
		{ "{\"SecretString\":\"{\\\"k\\\":[\\\"hunter2\\\"]}\"}", 100 },
		{ "{\"SecretString\":\"{\\\"k\\\":null}\"}", 100 },
		{ "{\"SecretBinary\":\"aHVudGVyMg==\"}", 100 },
		{ "{}", 111 },
		{ "{\"SecretString\":3}", 111 },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		start("VAR=" SECRET ":k::");
		if (take(0, row[i].body) != CALL_FAILED)
			fail_msg("%s is taken", row[i].body);
		assert_int_equal(err_exit_code(&e), row[i].exit_code);
		assert_true(span_starts_with(span_of(e.text), SPAN("variable VAR: ")));
		assert_null(strstr(e.text, "hunter2"));
		assert_int_equal(store->count, 0);
	}
}

static void
test_bad(void **state)
{
	(void)state;
	static const char *const row[] = { "VAR=ssm:", "VAR=ssm:a b",
		"VAR=secretsmanager:", "VAR=ssm:a:" };
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		if (find(row[i]))
			fail_msg("%s is taken", row[i]);
		assert_int_equal(err_exit_code(&e), 100);
		assert_true(span_starts_with(span_of(e.text), SPAN("variable VAR: ")));
	}
}

/* A list of variables V0, V1... that are references, each with its number behind it. */
static bool
find_many(unsigned count, const char *reference)
{
	static char text[(REFERENCES_MAX + 1) * 1024];
	static char *list[REFERENCES_MAX + 2];
	struct buf b = BUF(text);
	for (unsigned i = 0; i < count; i++) {
		list[i] = b.p + b.len;
		buf_printf(&b, "V%u=%s%u", i, reference, i);
		buf_put_char(&b, '\0');
	}
	assert_false(b.overflow);
	list[count] = NULL;
	find("");
	config.environ = list;
	return references_find(&references, &config, &e);
}

static void
test_bounds(void **state)
{
	(void)state;
	assert_true(find_many(REFERENCES_MAX, "ssm:n"));
	assert_int_equal(references.use_count, REFERENCES_MAX);
	assert_false(find_many(REFERENCES_MAX + 1, "ssm:n"));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_string_equal(e.text, "variable V512: more than 512 references");

	static char name[600] = "ssm:";
	memset(name + 4, 'n', sizeof(name) - 5);
	assert_true(find_many(400, name));
	assert_false(find_many(500, name));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_non_null(strstr(e.text, ": references: more than 262144 bytes of names"));

	assert_true(find("A=arn:aws:ssm:r1:1:parameter/x|B=arn:aws:ssm:r2:1:parameter/x|"
			 "C=arn:aws:ssm:r3:1:parameter/x|D=arn:aws:ssm:r4:1:parameter/x|"
			 "E=arn:aws:ssm:r5:1:parameter/x|F=arn:aws:ssm:r6:1:parameter/x|"
			 "G=arn:aws:ssm:r7:1:parameter/x|H=ssm:x|I=arn:aws:ssm:r1:1:parameter/y"));
	assert_false(find("A=arn:aws:ssm:r1:1:parameter/x|B=arn:aws:ssm:r2:1:parameter/x|"
			  "C=arn:aws:ssm:r3:1:parameter/x|D=arn:aws:ssm:r4:1:parameter/x|"
			  "E=arn:aws:ssm:r5:1:parameter/x|F=arn:aws:ssm:r6:1:parameter/x|"
			  "G=arn:aws:ssm:r7:1:parameter/x|H=ssm:x|I=arn:aws:ssm:r9:1:parameter/y"));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_string_equal(e.text, "variable I: references to more than 8 services and regions");
}

/* The store's bounds hold for references too. */
static void
test_full_store(void **state)
{
	(void)state;
	start("A=ssm:a");
	store->count = PARAMS_MAX;
	assert_int_equal(take(0, "{\"Parameters\":[" PARAMETER("a", "1") "]}"), CALL_FAILED);
	assert_int_equal(e.kind, ERR_LIMIT);
}

/* A region out of an ARN becomes part of a host's name. */
static void
test_bad_region(void **state)
{
	(void)state;
	assert_true(find("VAR=arn:aws:ssm:evil.example/:1:parameter/x"));
	assert_false(references_locate(&references, &config, SPAN("eu-west-1"), &e));
	assert_int_equal(err_exit_code(&e), 100);
	assert_true(span_starts_with(span_of(e.text), SPAN("variable VAR: ")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_a_variable_given_twice),
		cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_batches),
		cmocka_unit_test(test_names_of_answers),
		cmocka_unit_test(test_unresolved),
		cmocka_unit_test(test_malformed_then_missing),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_secret_members),
		cmocka_unit_test(test_secret_versions),
		cmocka_unit_test(test_secret_stages),
		cmocka_unit_test(test_secret_refused),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_full_store),
		cmocka_unit_test(test_bad_region),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
