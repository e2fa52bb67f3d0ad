#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "aws/failure.h"
#include "base/buf.h"
#include "base/secret.h"

static struct secret_list secrets;

static struct json_doc doc;
static struct http_response response;
static struct failure failure;

static int
forget(void **state)
{
	(void)state;
	secret_use(&secrets);
	return 0;
}

/* Reads a response with one field (NULL: none) and a body. */
static void
read_answer(unsigned status, const char *type, struct span body)
{
	static char wire[HTTP_BODY_MAX];
	struct err e = { 0 };
	size_t taken;
	struct buf b = BUF(wire);
	buf_printf(&b, "HTTP/1.1 %u X\r\n", status);
	if (type != NULL)
		buf_printf(&b, "x-amzn-errortype: %s\r\n", type);
	buf_printf(&b, "Content-Length: %zu\r\n\r\n", body.n);
	buf_put(&b, body);
	http_response_init(&response, false);
	if (!http_response_feed(&response, buf_span(&b), &taken, &e))
		fail_msg("%s", e.text);
	memset(&failure, 'x', sizeof(failure));
	failure_read(&failure, &response, &doc);
}

static void
test_read(void **state)
{
	(void)state;
	static const struct {
		const char *type;
		const char *body;
		const char *code;
		const char *message;
	} row[] = {
		/* The field, with what AWS may put around it. */
		{ "AccessDeniedException", "", "AccessDeniedException", "" },
		{ "ThrottlingException:http://internal.amazon.com/coral/com.amazon.coral/", "{}",
			"ThrottlingException", "" },
		{ "com.amazonaws.ssm#ThrottlingException:http://x", "{}", "ThrottlingException",
			"" },
		{ "A", "{\"__type\":\"B\",\"message\":\"m\"}", "A", "m" },
		{ "", "{\"__type\":\"B\",\"message\":\"m\"}", "B", "m" },
		/* JSON 1.1 */
		{ NULL, "{\"__type\":\"AccessDeniedException\",\"Message\":\"no\"}",
			"AccessDeniedException", "no" },
		{ NULL,
			"{\"__type\":\"com.amazon.coral.service#ExpiredTokenException\","
			"\"message\":\"over\"}",
			"ExpiredTokenException", "over" },
		{ NULL, "{\"__type\":\"a#b#c:d:e\"}", "b#c", "" },
		{ NULL, "{\"code\":\"Two\",\"__type\":\"One\"}", "One", "" },
		{ NULL, "{\"code\":\"Two\"}", "Two", "" },
		{ NULL, "{\"Code\":\"Three\",\"Message\":\"m\"}", "Three", "m" },
		{ NULL, "{\"__type\":\"\",\"code\":\"Two\"}", "Two", "" },
		{ NULL, "{\"message\":\"small\",\"Message\":\"large\"}", "", "small" },
		{ NULL, "{\"message\":null,\"Message\":\"large\"}", "", "large" },
		/* STS in JSON */
		{ NULL,
			"{\"Error\":{\"Code\":\"InvalidIdentityToken\",\"Message\":\"bad\","
			"\"Type\":\"Sender\"},\"RequestId\":\"r\"}",
			"InvalidIdentityToken", "bad" },
		/* XML */
		{ NULL,
			"<ErrorResponse "
			"xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n<Error>"
			"<Type>Sender</Type><Code>AccessDenied</Code><Message>Not &quot;you&quot;"
			"</Message></Error></ErrorResponse>",
			"AccessDenied", "Not \"you\"" },
		{ "Field", "<Error><Code>Body</Code><Message>m</Message></Error>", "Field", "m" },
		{ NULL, "<html><body>502</body></html>", "", "" },
		/* Nothing that can be used: no code, no message, no body. */
		{ NULL, "", "", "" },
		{ NULL, "Bad Gateway", "", "" },
		{ NULL, "[]", "", "" },
		{ NULL, "\"text\"", "", "" },
		{ NULL, "{\"__type\":3,\"message\":[]}", "", "" },
		{ NULL, "{\"__type\":\"A\",\"__type\":\"B\",\"message\":\"m\"}", "", "m" },
		{ NULL, "{\"Error\":\"text\"}", "", "" },
		{ NULL, "{\"message\":\"cut", "", "" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		read_answer(400, row[i].type, span_of(row[i].body));
		if (strcmp(failure.code, row[i].code) != 0 ||
			!span_eq(failure.message, span_of(row[i].message)))
			fail_msg("%s %s: \"%s\", \"%.*s\"", row[i].type, row[i].body, failure.code,
				(int)failure.message.n, failure.message.p);
	}
}

/* A message of any length is read whole; a code is one word of at most 95 bytes, or none. */
static void
test_long(void **state)
{
	(void)state;
	static char body[16384];
	static char type[4096];
	struct buf b = BUF(body);
	memset(type, 'T', sizeof(type) - 1);
	buf_printf(&b, "{\"__type\":\"%s\",\"message\":\"%s\"}", type, type);
	assert_false(b.overflow);
	read_answer(400, NULL, buf_span(&b));
	assert_string_equal(failure.code, "");
	assert_true(span_eq(failure.message, span_of(type)));
	read_answer(400, type, SPAN(""));
	assert_string_equal(failure.code, "");

	struct span longest = { type, FAILURE_CODE_MAX - 1 };
	b = BUF(body);
	buf_printf(&b, "{\"__type\":\"%.*s\"}", (int)longest.n, longest.p);
	read_answer(400, NULL, buf_span(&b));
	assert_true(span_eq(span_of(failure.code), longest));

	b = BUF(body);
	buf_printf(&b, "<E><Code>%s</Code><Message>%s</Message></E>", type, type);
	read_answer(400, NULL, buf_span(&b));
	assert_string_equal(failure.code, "");
	assert_true(span_eq(failure.message, span_of(type)));
}

static void
test_err(void **state)
{
	(void)state;
	static const struct {
		unsigned status;
		const char *body;
		enum err_kind kind;
		const char *text;
	} row[] = {
		{ 400, "{\"__type\":\"AccessDeniedException\",\"message\":\"no\"}", ERR_REFUSED,
			"AccessDeniedException: no" },
		{ 400, "{\"__type\":\"ThrottlingException\",\"message\":\"Rate exceeded\"}",
			ERR_THROTTLED, "ThrottlingException: Rate exceeded" },
		{ 400, "{\"__type\":\"ThrottlingException\"}", ERR_THROTTLED,
			"ThrottlingException (status 400)" },
		{ 500, "{\"message\":\"oops\"}", ERR_TRANSIENT, "status 500: oops" },
		{ 503, "<html>no</html>", ERR_TRANSIENT, "status 503" },
		{ 429, "", ERR_THROTTLED, "status 429" },
		{ 301, "", ERR_FINAL, "status 301" },
		{ 404, "", ERR_REFUSED, "status 404" },
		{ 400, "{\"__type\":\"A\\u001bB\",\"message\":\"two\\nlines \\u00e4\"}",
			ERR_REFUSED, "A\\x1bB: two\\x0alines \\xc3\\xa4" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct err e = { 0 };
		read_answer(row[i].status, NULL, span_of(row[i].body));
		assert_false(failure_err(&failure, row[i].status, &e));
		assert_string_equal(e.text, row[i].text);
		assert_int_equal(e.kind, row[i].kind);
	}
}

static void
test_hints(void **state)
{
	(void)state;
	static const struct {
		const char *code;
		const char *part;
	} row[] = {
		{ "UnrecognizedClientException", "access key is unknown" },
		{ "InvalidClientTokenId", "access key is unknown" },
		{ "InvalidSignatureException", "secret access key" },
		{ "SignatureDoesNotMatch", "secret access key" },
		{ "RequestTimeTooSkewed", "clock" },
		{ "ExpiredTokenException", "renew" },
		{ "ExpiredToken", "renew" },
		{ "InvalidKeyId", "KMS" },
		{ "CredentialsUninitialized", "no credentials for this task" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct err e = { 0 };
		read_answer(400, row[i].code, SPAN(""));
		failure_err(&failure, 400, &e);
		if (strstr(e.hint, row[i].part) == NULL)
			fail_msg("%s: \"%s\"", row[i].code, e.hint);
	}
	struct err e = { 0 };
	read_answer(400, "SomethingElse", SPAN(""));
	failure_err(&failure, 400, &e);
	assert_string_equal(e.hint, "");
}

/* By the reason at the end of AWS's text: IAM User Guide, "Troubleshoot access denied". */
static void
test_denials(void **state)
{
	(void)state;
	static const struct {
		const char *code;
		const char *because;
		const char *part;
	} row[] = {
		{ "AccessDeniedException", "with an explicit deny in a service control policy",
			"service control policy" },
		{ "AccessDenied", "because no service control policy allows the ssm:X action",
			"service control policy" },
		{ "AccessDeniedException", "with an explicit deny in a resource control policy",
			"resource control policy" },
		{ "AccessDeniedException", "because no VPC endpoint policy allows the ssm:X action",
			"VPC endpoint" },
		{ "AccessDeniedException", "because no permissions boundary allows the action",
			"permissions boundary" },
		{ "AccessDeniedException", "because no session policy allows the action",
			"session" },
		{ "AccessDeniedException", "with an explicit deny in an identity-based policy",
			"remove the Deny from the role's policy" },
		{ "AccessDeniedException", "with an explicit deny in a resource-based policy",
			"remove the Deny from the policy of the secret" },
		{ "AccessDeniedException", "because no resource-based policy allows the action",
			"policy of the secret" },
		{ "AccessDeniedException",
			"because no identity-based policy allows the kms:Decrypt action",
			"kms:Decrypt on the key" },
		/* The caller knows which operation it is. */
		{ "AccessDeniedException",
			"because no identity-based policy allows the ssm:X action", "" },
		{ "ThrottlingException", "with an explicit deny in a service control policy", "" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		char body[1024];
		char user[201];
		struct err e = { 0 };
		struct buf b = BUF(body);
		memset(user, 'u', sizeof(user) - 1);
		user[sizeof(user) - 1] = '\0';
		buf_printf(&b, "{\"__type\":\"%s\",\"message\":\"User: %s is not authorized %s\"}",
			row[i].code, user, row[i].because);
		read_answer(400, NULL, buf_span(&b));
		failure_err(&failure, 400, &e);
		assert_non_null(strstr(e.text, row[i].because));
		if (strstr(e.hint, row[i].part) == NULL ||
			(row[i].part[0] == '\0') != (e.hint[0] == '\0'))
			fail_msg("%s: \"%s\"", row[i].because, e.hint);
	}
}

static void
read_wire(unsigned status, const char *fields, const char *body, bool of_agent)
{
	static char wire[HTTP_BODY_MAX];
	struct err e = { 0 };
	size_t taken;
	struct buf b = BUF(wire);
	buf_printf(&b, "HTTP/1.1 %u X\r\n%sContent-Length: %zu\r\n\r\n%s", status, fields,
		strlen(body), body);
	http_response_init(&response, false);
	assert_true(http_response_feed(&response, buf_span(&b), &taken, &e));
	if (of_agent)
		failure_read_agent(&failure, &response, &doc);
	else
		failure_read(&failure, &response, &doc);
}

static void
test_request_id(void **state)
{
	(void)state;
	static const struct {
		const char *fields;
		const char *body;
		const char *text;
	} row[] = {
		{ "x-amzn-RequestId: 1-2\r\n", "{\"__type\":\"A\",\"message\":\"m\"}",
			"A: m (request id 1-2)" },
		{ "X-Amzn-Requestid: 1-2\r\n", "", "status 400 (request id 1-2)" },
		{ "x-amz-request-id: AB\r\n", "{\"__type\":\"A\"}",
			"A (status 400) (request id AB)" },
		{ "",
			"<E><Error><Code>A</Code><Message>m</Message></Error><RequestId>r-1"
			"</RequestId></E>",
			"A: m (request id r-1)" },
		{ "", "{\"Error\":{\"Code\":\"A\",\"Message\":\"m\"},\"RequestId\":\"r\"}",
			"A: m (request id r)" },
		{ "x-amzn-RequestId: a\tb\r\n", "", "status 400 (request id a\\x09b)" },
		{ "", "{\"__type\":\"A\",\"message\":\"m\"}", "A: m" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct err e = { 0 };
		read_wire(400, row[i].fields, row[i].body, false);
		failure_err(&failure, 400, &e);
		assert_string_equal(e.text, row[i].text);
	}
}

#define TEXT "Content-Type: text/plain; charset=utf-8\r\n"

/* Credential endpoints say it in plain text; of an AWS endpoint that is a proxy's page. */
static void
test_agents(void **state)
{
	(void)state;
	static const struct {
		unsigned status;
		const char *fields;
		const char *body;
		const char *text;
		const char *hint;
	} row[] = {
		{ 404, TEXT,
			"[4f]: (ResourceNotFoundException): No Pod Identity Association found for "
			"'p'\n",
			"status 404: [4f]: (ResourceNotFoundException): No Pod Identity "
			"Association found for 'p'",
			"association" },
		{ 400, TEXT, "[4f]: (AccessDeniedException): no",
			"status 400: [4f]: "
			"(AccessDeniedException): no",
			"sts:TagSession" },
		{ 500, "content-type: TEXT/PLAIN\r\n", "oops\r\n", "status 500: oops", "" },
		{ 403, "", "{\"Message\":\"invalid token\"}", "status 403: invalid token", "" },
		{ 400, TEXT,
			"{\"code\":\"InvalidIdInRequest\",\"message\":\"Credentials not found\"}",
			"InvalidIdInRequest: Credentials not found", "another container" },
		{ 502, "Content-Type: text/html\r\n", "no", "status 502", "" },
		{ 500, TEXT, "", "status 500", "" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct err e = { 0 };
		read_wire(row[i].status, row[i].fields, row[i].body, true);
		failure_err(&failure, row[i].status, &e);
		assert_string_equal(e.text, row[i].text);
		if (strstr(e.hint, row[i].hint) == NULL ||
			(row[i].hint[0] == '\0') != (e.hint[0] == '\0'))
			fail_msg("%s: \"%s\"", row[i].body, e.hint);
	}
	struct err e = { 0 };
	read_wire(403, TEXT, "the proxy's page", false);
	failure_err(&failure, 403, &e);
	assert_string_equal(e.text, "status 403");
}

/* A response that repeats a secret of ours does not bring it into the log, however long it is. */
static void
test_secrets(void **state)
{
	(void)state;
	static char token[4000];
	static char body[8192];
	for (size_t i = 0; i < sizeof(token) - 1; i++)
		token[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i % 26];
	secret_keep(SPAN("AKIDEXAMPLE"));
	secret_keep(span_of(token));
	static const char *const form[] = {
		"{\"__type\":\"X\",\"message\":\"key AKIDEXAMPLE of token %s is bad\"}",
		"<E><Code>X</Code><Message>key AKIDEXAMPLE of token %s is bad</Message></E>",
		"{\"__type\":\"%s\",\"message\":\"m\"}",
		"<E><Code>%s</Code><Message>m</Message></E>",
	};
	for (size_t i = 0; i < sizeof(form) / sizeof(*form); i++) {
		struct err e = { 0 };
		struct span rest = span_of(form[i]);
		struct span before = { rest.p, span_find(rest, '%') };
		struct buf b = BUF(body);
		buf_put(&b, before);
		buf_put_str(&b, token);
		buf_put(&b, span_skip(rest, before.n + 2));
		read_answer(400, NULL, buf_span(&b));
		failure_err(&failure, 400, &e);
		assert_null(strstr(e.text, "AKIDEXAMPLE"));
		if (strstr(e.text, "ABCDEFGHIJ") != NULL)
			fail_msg("a part of the token: %s", e.text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_read, forget),
		cmocka_unit_test_setup(test_long, forget),
		cmocka_unit_test_setup(test_err, forget),
		cmocka_unit_test_setup(test_hints, forget),
		cmocka_unit_test_setup(test_denials, forget),
		cmocka_unit_test_setup(test_request_id, forget),
		cmocka_unit_test_setup(test_agents, forget),
		cmocka_unit_test_setup(test_secrets, forget),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
