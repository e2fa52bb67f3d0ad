#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "aws/credentials.h"
#include "ctl/profile/sts.h"

static struct json_doc doc;
static char arena_bytes[4096];

static void
test_assume_role_form(void **state)
{
	(void)state;
	static const struct {
		struct profile_role role;
		const char *form;
	} row[] = {
		{ { .arn = "arn:aws:iam::1:role/x", .session_name = "antechamberctl" },
			"Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%"
			"3Arole%2Fx"
			"&RoleSessionName=antechamberctl" },
		{ { .arn = "a",
			  .session_name = "b@c",
			  .external_id = "d=e&f",
			  .duration_seconds = 900 },
			"Action=AssumeRole&Version=2011-06-15&RoleArn=a&RoleSessionName=b%40c"
			"&ExternalId=d%3De%26f&DurationSeconds=900" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		char bytes[512];
		struct buf b = BUF(bytes);
		assume_role_put_form(&b, &row[i].role);
		assert_string_equal(buf_str(&b), row[i].form);
	}
}

/* credential_read_sts() reads flat elements, so it reads this response too. */
static void
test_assume_role_response(void **state)
{
	(void)state;
	static const char response[] =
		"<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n"
		"<AssumeRoleResult><Credentials>\n"
		"  <AccessKeyId>ASIAEXAMPLE</AccessKeyId>\n"
		"  <SecretAccessKey>secret+/key</SecretAccessKey>\n"
		"  <SessionToken>token==</SessionToken>\n"
		"  <Expiration>2026-11-29T03:00:00Z</Expiration>\n"
		"</Credentials><AssumedRoleUser>\n"
		"  <AssumedRoleId>AROA:s</AssumedRoleId>\n"
		"  <Arn>arn:aws:sts::123456789012:assumed-role/x/s</Arn>\n"
		"</AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>\n";
	struct buf arena = BUF(arena_bytes);
	struct credentials c;
	struct err e = { 0 };
	assert_true(credential_read_sts(span_of(response), &doc, &arena, &c, &e));
	assert_true(span_eq(c.access_key_id.bytes, SPAN("ASIAEXAMPLE")));
	assert_true(span_eq(c.secret_access_key.bytes, SPAN("secret+/key")));
	assert_true(span_eq(c.session_token.bytes, SPAN("token==")));
}

static void
test_caller_identity(void **state)
{
	(void)state;
	static const char *const good[] = {
		"<GetCallerIdentityResponse><GetCallerIdentityResult>"
		"<Arn>arn:aws-cn:iam::123456789012:user/a&amp;b</Arn><UserId>U</UserId>"
		"<Account>123456789012</Account></GetCallerIdentityResult>"
		"</GetCallerIdentityResponse>",
		" {\"GetCallerIdentityResponse\":{\"GetCallerIdentityResult\":{"
		"\"Account\":\"123456789012\",\"UserId\":\"U\","
		"\"Arn\":\"arn:aws-cn:iam::123456789012:user/a\\u0026b\"},"
		"\"ResponseMetadata\":{}}}",
	};
	char form[128];
	struct buf b = BUF(form);
	caller_identity_put_form(&b);
	assert_string_equal(buf_str(&b), "Action=GetCallerIdentity&Version=2011-06-15");
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		struct buf arena = BUF(arena_bytes);
		struct caller_identity caller;
		struct err e = { 0 };
		if (!caller_identity_read(span_of(good[i]), &doc, &arena, &caller, &e))
			fail_msg("%s", e.text);
		assert_true(span_eq(caller.account, SPAN("123456789012")));
		assert_true(span_eq(caller.arn, SPAN("arn:aws-cn:iam::123456789012:user/a&b")));
		assert_true(span_eq(caller.partition, SPAN("aws-cn")));
	}
}

static void
test_caller_identity_malformed(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"",
		"text",
		"<html></html>",
		"<Arn>arn:aws:iam::1:user/a</Arn>",
		"<Account>1</Account>",
		"<Arn></Arn><Account></Account>",
		"<Arn>aws:iam</Arn><Account>1</Account>",
		"<Arn>arn::iam</Arn><Account>1</Account>",
		"<Arn>arn:a*:iam</Arn><Account>1</Account>",
		"<Arn>arn:aws:iam</Arn><Account>1:*</Account>",
		"{}",
		"[]",
		"{\"GetCallerIdentityResponse\":{}}",
		"{\"GetCallerIdentityResponse\":{\"GetCallerIdentityResult\":{}}}",
		("{\"GetCallerIdentityResponse\":{\"GetCallerIdentityResult\":"
		 "{\"Account\":1,\"Arn\":\"arn:aws:x\"}}}"),
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct buf arena = BUF(arena_bytes);
		struct caller_identity caller;
		struct err e = { 0 };
		assert_false(caller_identity_read(span_of(bad[i]), &doc, &arena, &caller, &e));
		assert_int_equal(e.kind, ERR_TRANSIENT);
		assert_non_null(strstr(e.text, "malformed response to GetCallerIdentity: "));
	}
}

/* Texts that do not fit are no identity. */
static void
test_caller_identity_too_long(void **state)
{
	(void)state;
	char few[20];
	struct buf arena = BUF(few);
	struct caller_identity caller;
	struct err e = { 0 };
	assert_false(caller_identity_read(
		SPAN("<Account>123456789012</Account><Arn>arn:aws:iam::1:user/a</Arn>"), &doc,
		&arena, &caller, &e));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_assume_role_form),
		cmocka_unit_test(test_assume_role_response),
		cmocka_unit_test(test_caller_identity),
		cmocka_unit_test(test_caller_identity_malformed),
		cmocka_unit_test(test_caller_identity_too_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
