#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "aws/credentials.h"
#include "hidden.h"

static struct secret_list secrets;

static struct json_doc doc;
static char arena_bytes[CREDENTIALS_MAX];
static struct buf arena;
static struct credentials c;
static struct err e;

static int
reset(void **state)
{
	(void)state;
	secret_use(&secrets);
	arena = BUF(arena_bytes);
	memset(&c, 0x55, sizeof(c));
	memset(&e, 0, sizeof(e));
	return 0;
}

static bool
read_json(const char *text)
{
	struct json_value root;
	if (!json_parse(&doc, span_of(text), &root, &e))
		fail_msg("%s: %s", text, e.text);
	static char bytes[HTTP_BODY_MAX];
	struct buf scratch = BUF(bytes);
	return credential_read_json(root, &scratch, &arena, &c, &e);
}

static bool
read_sts(const char *text)
{
	return credential_read_sts(span_of(text), &doc, &arena, &c, &e);
}

static void
assert_credentials(const char *id, const char *secret, const char *token, int64_t expires)
{
	assert_true(span_eq(c.access_key_id.bytes, span_of(id)));
	assert_true(span_eq(c.secret_access_key.bytes, span_of(secret)));
	assert_true(span_eq(c.session_token.bytes, span_of(token)));
	assert_int_equal(c.expires, expires);
	/* From now on nothing prints them. */
	assert_true(is_hidden(span_of(id)));
	assert_true(is_hidden(span_of(secret)));
	assert_true(is_hidden(span_of(token)));
}

static void
test_json(void **state)
{
	(void)state;
	/* ECS, with what else its agent says. */
	assert_true(read_json(
		"{\"RoleArn\":\"arn:r\",\"AccessKeyId\":\"KEYID-EXAMPLE1\",\"SecretAccessKey\":"
		"\"secretkey\\/"
		"1\",\"Token\":\"longtoken1\",\"Expiration\":\"2024-01-02T03:04:05Z\"}"));
	assert_credentials("KEYID-EXAMPLE1", "secretkey/1", "longtoken1", 1704164645);
	/* EC2 instance metadata. */
	assert_true(read_json(
		"{\"Code\":\"Success\",\"LastUpdated\":\"x\",\"Type\":\"AWS-HMAC\","
		"\"AccessKeyId\":\"KEYID-EXAMPLE2\",\"SecretAccessKey\":\"secretkey2\","
		"\"Token\":\"longtoken2\",\"Expiration\":\"2024-01-02T04:04:05+01:00\"}"));
	assert_credentials("KEYID-EXAMPLE2", "secretkey2", "longtoken2", 1704164645);
	/* Long-lived ones: no token, no end. */
	assert_true(read_json(
		"{\"AccessKeyId\":\"KEYID-EXAMPLE3\",\"SecretAccessKey\":\"secretkey3\"}"));
	assert_credentials("KEYID-EXAMPLE3", "secretkey3", "", 0);
	assert_true(read_json("{\"AccessKeyId\":\"KEYID-EXAMPLE4\",\"SecretAccessKey\":"
			      "\"secretkey4\",\"Token\":null,"
			      "\"Expiration\":null,\"Code\":null}"));
	assert_credentials("KEYID-EXAMPLE4", "secretkey4", "", 0);
}

/* What was read stays while more is read: spans point into the arena. */
static void
test_arena(void **state)
{
	(void)state;
	assert_true(
		read_json("{\"AccessKeyId\":\"ID1\",\"SecretAccessKey\":\"s1\",\"Token\":\"t1\"}"));
	struct credentials first = c;
	assert_true(
		read_json("{\"AccessKeyId\":\"ID2\",\"SecretAccessKey\":\"s2\",\"Token\":\"t2\"}"));
	assert_true(span_eq(first.access_key_id.bytes, SPAN("ID1")));
	assert_true(span_eq(first.session_token.bytes, SPAN("t1")));
	assert_int_equal(arena.len, 14);
}

#define FIFTY_ZEROS "00000000000000000000000000000000000000000000000000"
#define KEYS_UNTIL(time) \
	"{\"AccessKeyId\":\"i\",\"SecretAccessKey\":\"hunter2\",\"Expiration\":\"" time "\"}"

static void
test_json_malformed(void **state)
{
	(void)state;
	static const char *const row[] = {
		"[]",
		"\"text\"",
		"{}",
		"{\"AccessKeyId\":\"i\"}",
		"{\"SecretAccessKey\":\"hunter2\"}",
		"{\"AccessKeyId\":\"\",\"SecretAccessKey\":\"hunter2\"}",
		"{\"AccessKeyId\":\"i\",\"SecretAccessKey\":\"\"}",
		"{\"AccessKeyId\":3,\"SecretAccessKey\":\"hunter2\"}",
		"{\"AccessKeyId\":\"i\",\"SecretAccessKey\":[\"hunter2\"]}",
		"{\"AccessKeyId\":\"i\",\"SecretAccessKey\":\"hunter2\",\"Token\":3}",
		"{\"AccessKeyId\":\"i\",\"AccessKeyId\":\"i\",\"SecretAccessKey\":\"hunter2\"}",
		/* What no header takes. */
		"{\"AccessKeyId\":\"i\\n\",\"SecretAccessKey\":\"hunter2\"}",
		"{\"AccessKeyId\":\"i i\",\"SecretAccessKey\":\"hunter2\"}",
		"{\"AccessKeyId\":\"i\",\"SecretAccessKey\":\"hunter2\\r\\n\"}",
		"{\"AccessKeyId\":\"i\",\"SecretAccessKey\":\"s\",\"Token\":\"hunter2\\u0001\"}",
		"{\"AccessKeyId\":\"i\",\"SecretAccessKey\":\"s\",\"Token\":\"hunter2\u00e9\"}",
		KEYS_UNTIL("soon"),
		"{\"AccessKeyId\":\"i\",\"SecretAccessKey\":\"hunter2\",\"Expiration\":1704164645}",
		KEYS_UNTIL(""),
		KEYS_UNTIL("2024-01-02T03:04:05.0" FIFTY_ZEROS "Z"),
		"{\"Code\":{},\"AccessKeyId\":\"i\",\"SecretAccessKey\":\"hunter2\"}",
		"{\"Code\":\"Failed\",\"Message\":[\"hunter2\"]}",
		"{\"accesskeyid\":\"i\",\"secretaccesskey\":\"hunter2\"}",
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		if (read_json(row[i]))
			fail_msg("%s is taken", row[i]);
		assert_int_equal(e.kind, ERR_TRANSIENT);
		if (!span_starts_with(span_of(e.text), SPAN("malformed credentials")))
			fail_msg("%s: %s", row[i], e.text);
		assert_null(strstr(e.text, "hunter2"));
	}
}

/* A 200 that says no. */
static void
test_code(void **state)
{
	(void)state;
	assert_false(
		read_json("{\"Code\":\"AssumeRoleUnauthorizedAccess\",\"Message\":\"EC2 cannot "
			  "assume\\nthe role\",\"LastUpdated\":\"x\"}"));
	assert_int_equal(e.kind, ERR_REFUSED);
	assert_string_equal(e.text, "AssumeRoleUnauthorizedAccess: EC2 cannot assume\\x0athe role");
	assert_false(read_json("{\"Code\":\"Failed\",\"AccessKeyId\":\"i\",\"SecretAccessKey\":"
			       "\"s\"}"));
	assert_int_equal(e.kind, ERR_REFUSED);
	assert_string_equal(e.text, "Failed");
}

/* A response that repeats the token that was sent does not bring it into the log. */
static void
test_code_with_secret(void **state)
{
	(void)state;
	static char token[3000];
	static char text[8192];
	for (size_t i = 0; i < sizeof(token) - 1; i++)
		token[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i % 26];
	secret_keep(span_of(token));
	struct buf b = BUF(text);
	buf_printf(&b, "{\"Code\":\"X\",\"Message\":\"bad token %s\"}", token);
	assert_false(read_json(buf_str(&b)));
	assert_string_equal(e.text, "X: bad token ***");
	b = BUF(text);
	buf_printf(&b, "{\"Code\":\"%s\"}", token);
	assert_false(read_json(buf_str(&b)));
	if (strstr(e.text, "ABCDEFGH") != NULL)
		fail_msg("a part of the token: %s", e.text);
}

/* Nor does one that repeats what it holds itself, whatever comes first in it. */
static void
test_code_with_its_own_secret(void **state)
{
	(void)state;
	assert_false(read_json("{\"Code\":\"Failed\",\"Message\":\"not 0123456789ab, "
			       "KEYID-EXAMPLE or SESSIONTOKEN-12\",\"AccessKeyId\":"
			       "\"KEYID-EXAMPLE\",\"SecretAccessKey\":\"0123456789abcdef\","
			       "\"Token\":\"a-sessiontoken-1234\"}"));
	assert_int_equal(e.kind, ERR_REFUSED);
	assert_string_equal(e.text, "Failed: not ***, *** or ***");
}

static void
test_too_large(void **state)
{
	(void)state;
	static char text[CREDENTIALS_MAX + 128];
	struct buf b = BUF(text);
	arena.cap = 16;
	assert_false(read_json("{\"AccessKeyId\":\"IDIDIDID\",\"SecretAccessKey\":\"s\","
			       "\"Token\":\"12345678\"}"));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_string_equal(e.text, "credentials: more than 16 bytes");

	arena = BUF(arena_bytes);
	buf_put_str(&b, "<SecretAccessKey>s</SecretAccessKey><AccessKeyId>");
	while (b.len < CREDENTIALS_MAX + 60)
		buf_put_char(&b, 'x');
	buf_put_str(&b, "</AccessKeyId>");
	assert_false(read_sts(buf_str(&b)));
	assert_int_equal(e.kind, ERR_LIMIT);
}

#define STS_JSON(members)                                                               \
	"{\"AssumeRoleWithWebIdentityResponse\":{\"AssumeRoleWithWebIdentityResult\":{" \
	"\"Credentials\":{" members "}}}}"

static void
test_sts_json(void **state)
{
	(void)state;
	assert_true(read_sts(
		STS_JSON("\"AccessKeyId\":\"KEYID-EXAMPLE1\",\"SecretAccessKey\":"
			 "\"secretkey1\",\"SessionToken\":\"longtoken1\",\"Expiration\":1.7E9")));
	assert_credentials("KEYID-EXAMPLE1", "secretkey1", "longtoken1", 0);
	static const char *const bad[] = {
		"{}",
		"[]",
		"not JSON",
		"",
		"{\"AssumeRoleWithWebIdentityResponse\":null}",
		"{\"AssumeRoleWithWebIdentityResponse\":{\"AssumeRoleWithWebIdentityResult\":3}}",
		"{\"AssumeRoleWithWebIdentityResponse\":{\"AssumeRoleWithWebIdentityResult\":{}}}",
		STS_JSON("\"AccessKeyId\":\"ID1\""),
		STS_JSON("\"AccessKeyId\":\"ID1\",\"SecretAccessKey\":\"\",\"SessionToken\":\"t\""),
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		if (read_sts(bad[i]))
			fail_msg("%s is taken", bad[i]);
		assert_int_equal(e.kind, ERR_TRANSIENT);
	}
}

static void
test_sts_xml(void **state)
{
	(void)state;
	assert_true(read_sts(
		"<AssumeRoleWithWebIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/"
		"2011-06-15/\">\n <AssumeRoleWithWebIdentityResult>\n  <Credentials>\n"
		"<SessionToken>t+/=1</SessionToken><SecretAccessKey>s&amp;1</SecretAccessKey>\n"
		"<Expiration>2024-01-02T03:04:05Z</Expiration>"
		"<AccessKeyId>ID1</AccessKeyId></Credentials></AssumeRoleWithWebIdentityResult>"
		"</AssumeRoleWithWebIdentityResponse>"));
	assert_true(span_eq(c.access_key_id.bytes, SPAN("ID1")));
	assert_true(span_eq(c.secret_access_key.bytes, SPAN("s&1")));
	assert_true(span_eq(c.session_token.bytes, SPAN("t+/=1")));

	static const struct {
		const char *xml;
		const char *text;
	} bad[] = {
		{ "<a/>", "malformed credentials: no AccessKeyId" },
		{ "<AccessKeyId></AccessKeyId>", "malformed credentials: no AccessKeyId" },
		{ "<AccessKeyId>i</AccessKeyId>", "malformed credentials: no SecretAccessKey" },
		{ "<AccessKeyId>i</AccessKeyId><SecretAccessKey>s</SecretAccessKey>",
			"malformed credentials: no SessionToken" },
		{ "<AccessKeyId>i</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t",
			"malformed credentials: no SessionToken" },
		{ "<AccessKeyId><b>i</b></AccessKeyId>", "malformed credentials: no AccessKeyId" },
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_false(read_sts(bad[i].xml));
		assert_string_equal(e.text, bad[i].text);
		assert_int_equal(e.kind, ERR_TRANSIENT);
	}
}

static void
test_sts_form(void **state)
{
	(void)state;
	char text[512];
	struct buf b = BUF(text);
	credential_put_sts_form(
		&b, "arn:aws:iam::1:role/a+b", "me@x.y-z_~", secret_keep(SPAN("t&=\n")));
	assert_string_equal(buf_str(&b),
		"Action=AssumeRoleWithWebIdentity&Version=2011-06-15"
		"&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fa%2Bb&RoleSessionName=me%40x.y-z_~"
		"&WebIdentityToken=t%26%3D%0A");
	b = BUF(text);
	credential_put_sts_form(&b, "r", NULL, secret_keep(SPAN("t")));
	assert_string_equal(buf_str(&b),
		"Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=r"
		"&RoleSessionName=antechamber&WebIdentityToken=t");
	b.overflow = false;
	b.cap = b.len;
	credential_put_sts_form(&b, "r", NULL, secret_keep(SPAN("t")));
	assert_true(b.overflow);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_json, reset),
		cmocka_unit_test_setup(test_arena, reset),
		cmocka_unit_test_setup(test_json_malformed, reset),
		cmocka_unit_test_setup(test_code, reset),
		cmocka_unit_test_setup(test_code_with_secret, reset),
		cmocka_unit_test_setup(test_code_with_its_own_secret, reset),
		cmocka_unit_test_setup(test_too_large, reset),
		cmocka_unit_test_setup(test_sts_json, reset),
		cmocka_unit_test_setup(test_sts_xml, reset),
		cmocka_unit_test_setup(test_sts_form, reset),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
