#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "env/reference.h"

static void
assert_text(struct span got, const char *want)
{
	if (!span_eq(got, span_of(want)))
		fail_msg("got %.*s, want %s", (int)got.n, got.p, want);
}

static void
test_is(void **state)
{
	(void)state;
	static const struct {
		const char *value;
		bool is;
	} row[] = {
		{ "ssm:a", true },
		{ "ssm:", true },
		{ "ssm://a/b", true },
		{ "secretsmanager:a", true },
		{ "arn:aws:ssm:eu-west-1:1:parameter/a", true },
		{ "arn:aws-cn:secretsmanager:cn-north-1:1:secret:x", true },
		{ "secretsmanager:", true },
		{ "arn:aws:ssm::1:parameter/", true },
		/* What is neither a parameter nor a secret stays as it is. */
		{ "arn:aws-cn:secretsmanager:x", false },
		{ "arn:aws:ssm:eu-west-1:1:document/a", false },
		{ "arn:aws:ssm:eu-west-1:1:parameter", false },
		{ "arn:aws:ssm:eu-west-1:1:parameters/a", false },
		{ "arn:aws:ssm:eu-west-1:1:managed-instance/mi-1", false },
		{ "arn:aws:secretsmanager:eu-west-1:1:other:a", false },
		{ "arn:aws:secretsmanager:eu-west-1:1", false },
		{ "arn:aws:iam::1:role/secret", false },
		{ "arn:aws:ssm", false },
		{ "", false },
		{ "ssm", false },
		{ "SSM:a", false },
		{ "arn:aws:s3:::bucket", false },
		{ "arn::ssm:eu-west-1:1:parameter/a", false },
		{ "arn:aws", false },
		{ "xarn:aws:ssm:a", false },
		{ "https://a", false },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		if (reference_is(span_of(row[i].value)) != row[i].is)
			fail_msg("%s", row[i].value);
	}
}

#define SECRET "arn:aws:secretsmanager:eu-west-1:111122223333:secret:app/db-AbCdEf"
#define MANAGED "arn:aws:secretsmanager:us-east-1:1:secret:rds!db-0a1b-AbCdEf"
#define PARAMETER "arn:aws:ssm:us-east-1:111122223333:parameter/a/b"

static void
test_good(void **state)
{
	(void)state;
	static const struct {
		const char *value;
		enum reference_kind kind;
		const char *id;
		const char *region;
		const char *json_key;
		const char *stage;
		const char *version;
	} row[] = {
		{ "ssm:a", REFERENCE_PARAMETER, "a", "", "", "", "" },
		{ "ssm:/a/b", REFERENCE_PARAMETER, "/a/b", "", "", "", "" },
		{ "ssm:a/b", REFERENCE_PARAMETER, "/a/b", "", "", "", "" },
		{ "ssm://a/b", REFERENCE_PARAMETER, "/a/b", "", "", "", "" },
		{ "ssm:///a/b:3", REFERENCE_PARAMETER, "/a/b:3", "", "", "", "" },
		{ "ssm:a:Label", REFERENCE_PARAMETER, "a:Label", "", "", "", "" },
		{ PARAMETER, REFERENCE_PARAMETER, PARAMETER, "us-east-1", "", "", "" },
		{ PARAMETER ":3", REFERENCE_PARAMETER, PARAMETER ":3", "us-east-1", "", "", "" },
		{ "ssm:///a", REFERENCE_PARAMETER, "/a", "", "", "", "" },
		{ "ssm://a", REFERENCE_PARAMETER, "a", "", "", "", "" },
		{ "ssm:a/b:7", REFERENCE_PARAMETER, "/a/b:7", "", "", "", "" },
		{ "secretsmanager:app/db", REFERENCE_SECRET, "app/db", "", "", "", "" },
		{ "secretsmanager:/app/a+b=c@d", REFERENCE_SECRET, "/app/a+b=c@d", "", "", "", "" },
		{ "secretsmanager:rds!cluster-1", REFERENCE_SECRET, "rds!cluster-1", "", "", "",
			"" },
		{ "secretsmanager:prod/db:password", REFERENCE_SECRET, "prod/db", "", "password",
			"", "" },
		{ "secretsmanager:prod/db:pass word!::", REFERENCE_SECRET, "prod/db", "",
			"pass word!", "", "" },
		{ "secretsmanager:prod/db::AWSPREVIOUS", REFERENCE_SECRET, "prod/db", "", "",
			"AWSPREVIOUS", "" },
		{ "secretsmanager:d:k:AWSCURRENT:01234567-89ab", REFERENCE_SECRET, "d", "", "k",
			"AWSCURRENT", "01234567-89ab" },
		{ "secretsmanager:" SECRET ":key", REFERENCE_SECRET, SECRET, "eu-west-1", "key", "",
			"" },
		{ MANAGED ":password::", REFERENCE_SECRET, MANAGED, "us-east-1", "password", "",
			"" },
		{ SECRET, REFERENCE_SECRET, SECRET, "eu-west-1", "", "", "" },
		{ SECRET ":key::", REFERENCE_SECRET, SECRET, "eu-west-1", "key", "", "" },
		{ SECRET ":key:stage:version", REFERENCE_SECRET, SECRET, "eu-west-1", "key",
			"stage", "version" },
		{ SECRET ":::v", REFERENCE_SECRET, SECRET, "eu-west-1", "", "", "v" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		char text[256];
		struct buf b = BUF(text);
		struct reference r;
		struct err e = { 0 };
		if (!reference_parse(span_of(row[i].value), &r, &e))
			fail_msg("%s: %s", row[i].value, e.text);
		assert_int_equal(r.kind, row[i].kind);
		reference_put_id(&b, &r);
		assert_text(buf_span(&b), row[i].id);
		assert_text(r.region, row[i].region);
		assert_text(r.json_key, row[i].json_key);
		assert_text(r.stage, row[i].stage);
		assert_text(r.version, row[i].version);
	}
}

static void
test_bad(void **state)
{
	(void)state;
	static const char *const row[] = {
		"ssm:",
		"ssm:/",
		"ssm://",
		"ssm:////",
		"ssm:a//b",
		"ssm:a/",
		"ssm:a b",
		"ssm:a!b",
		"ssm:a@b",
		"ssm::3",
		"ssm:a:",
		"ssm:a:1:2",
		"ssm:a:b/c",
		"ssm:a?",
		"secretsmanager:",
		"secretsmanager::key",
		"secretsmanager:a\n",
		"secretsmanager:a b",
		"secretsmanager:a?:key",
		"secretsmanager:a:k:s:v:more",
		"secretsmanager:a:k:st age",
		"secretsmanager:a:k::v v",
		"secretsmanager:arn:aws:s3:::bucket",
		"arn:aws:ssm::1:parameter/a",
		"arn:aws:ssm:eu-west-1:1:parameter/",
		PARAMETER ":3:4",
		PARAMETER "?",
		"arn:aws:secretsmanager:eu-west-1:1:secret",
		"arn:aws:secretsmanager:eu-west-1:1:secret:",
		"arn:aws:secretsmanager::1:secret:a",
		SECRET ":k:s:v:more",
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct reference r;
		struct err e = { 0 };
		assert_true(reference_is(span_of(row[i])));
		if (reference_parse(span_of(row[i]), &r, &e))
			fail_msg("%s is taken", row[i]);
		assert_int_equal(e.kind, ERR_USAGE);
		assert_true(span_starts_with(span_of(e.text), SPAN("reference ")));
		assert_true(e.hint[0] != '\0');
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_is),
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
