#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/secret.h"
#include "fetch/request.h"

static struct secret_list secrets;

static char bytes[HTTP_REQUEST_MAX];
static struct scratch scratch;
static struct peer_terms terms;
static struct peer peer;
static struct endpoint endpoint;
static struct credentials credentials;
static struct err e;

static const char head[] = "POST / HTTP/1.1\r\n";

static int
reset(void **state)
{
	(void)state;
	secret_use(&secrets);
	memset(&e, 0, sizeof(e));
	credentials = (struct credentials){
		.access_key_id = { SPAN("AKIDEXAMPLE") },
		.secret_access_key = { SPAN("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY") },
	};
	char *none[] = { NULL };
	return endpoint_select(ENDPOINT_SSM, SPAN("eu-west-1"), none, &endpoint, &e) ? 0 : -1;
}

/* Signs and writes; the request is a string in bytes. */
static bool
write_request(size_t cap)
{
	peer_init(&peer, &endpoint.url, &terms);
	const struct signed_request r = {
		.peer = &peer,
		.endpoint = &endpoint,
		.target = "AmazonSSM.GetParameters",
		.body = SPAN("{\"Names\":[]}"),
		.credentials = &credentials,
		.time = 1440938160,
	};
	struct buf b = { .p = bytes, .cap = cap };
	bool ok = request_write_signed(&r, &scratch, &b, &e);
	buf_str(&b);
	return ok;
}

static void
assert_line(const char *line)
{
	char whole[512];
	struct buf b = BUF(whole);
	buf_printf(&b, "\r\n%s\r\n", line);
	if (strstr(bytes, buf_str(&b)) == NULL)
		fail_msg("no line \"%s\" in:\n%s", line, bytes);
}

static void
test_fields(void **state)
{
	(void)state;
	if (!write_request(sizeof(bytes)))
		fail_msg("%s", e.text);
	assert_memory_equal(bytes, head, sizeof(head) - 1);
	assert_line("Host: ssm.eu-west-1.amazonaws.com");
	assert_line("Content-Type: application/x-amz-json-1.1");
	assert_line("X-Amz-Date: 20150830T123600Z");
	assert_line("X-Amz-Target: AmazonSSM.GetParameters");
	assert_line("User-Agent: antechamber/" ANTECHAMBER_VERSION);
	assert_line("Content-Length: 12");
	assert_non_null(strstr(bytes,
		"\r\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/eu-west-1/ssm/"
		"aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, "
		"Signature="));
	assert_null(strstr(bytes, "X-Amz-Security-Token"));
	assert_null(strstr(bytes, "wJalrXUtnFEMI"));
	assert_non_null(strstr(bytes, "\r\n\r\n{\"Names\":[]}"));
}

static void
test_session_token(void **state)
{
	(void)state;
	credentials.session_token.bytes = SPAN("token/+=");
	assert_true(write_request(sizeof(bytes)));
	assert_line("X-Amz-Security-Token: token/+=");
	assert_non_null(strstr(bytes,
		"SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, "));
}

/* The signature follows what is signed: body, time, key and region. */
static void
test_signature_changes(void **state)
{
	(void)state;
	static char first[sizeof(bytes)];
	assert_true(write_request(sizeof(bytes)));
	memcpy(first, bytes, sizeof(bytes));
	assert_true(write_request(sizeof(bytes)));
	assert_string_equal(first, bytes);
	credentials.secret_access_key.bytes = SPAN("other");
	assert_true(write_request(sizeof(bytes)));
	assert_string_not_equal(first, bytes);
}

static void
test_custom_endpoint(void **state)
{
	(void)state;
	char variable[] = "AWS_ENDPOINT_URL_SSM=http://localhost:4566/base/path";
	char *environ[] = { variable, NULL };
	assert_true(endpoint_select(ENDPOINT_SSM, SPAN("us-east-1"), environ, &endpoint, &e));
	if (!write_request(sizeof(bytes)))
		fail_msg("%s", e.text);
	assert_true(span_starts_with(span_of(bytes), SPAN("POST /base/path HTTP/1.1\r\n")));
	assert_line("Host: localhost:4566");
	assert_non_null(strstr(bytes, "/us-east-1/ssm/aws4_request"));
}

/* The longest session token that credentials may hold is signed and sent. */
static void
test_long_token(void **state)
{
	(void)state;
	static char token[CREDENTIALS_MAX - 128];
	memset(token, 't', sizeof(token));
	credentials.session_token.bytes = (struct span){ token, sizeof(token) };
	if (!write_request(sizeof(bytes)))
		fail_msg("%s", e.text);
}

static void
test_bad(void **state)
{
	(void)state;
	assert_false(write_request(100));
	assert_int_equal(e.kind, ERR_LIMIT);
	credentials.session_token.bytes = SPAN("hunter2\r\nX-Evil: 1");
	assert_false(write_request(sizeof(bytes)));
	assert_int_equal(err_exit_code(&e), 100);
	assert_null(strstr(e.text, "hunter2"));
	assert_null(strstr(bytes, "X-Evil"));
}

static void
test_host(void **state)
{
	(void)state;
	static const struct {
		const char *url;
		const char *host;
	} row[] = {
		{ "https://h", "h" },
		{ "https://h:443/x", "h" },
		{ "http://h:80/x", "h" },
		{ "http://h:443", "h:443" },
		{ "https://h:8443", "h:8443" },
		{ "http://[fd00:ec2::23]/v1", "[fd00:ec2::23]" },
		{ "http://[::1]:9/", "[::1]:9" },
		{ "http://u:p@127.0.0.1:81/", "127.0.0.1:81" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct url u;
		assert_true(url_parse(span_of(row[i].url), &u, &e));
		peer_init(&peer, &u, &terms);
		assert_true(span_eq(peer.authority, span_of(row[i].host)));
	}
}

/* Those that are not signed. */
static bool
write_question(struct request *r, const char *authorization)
{
	struct url u;
	struct buf b = BUF(bytes);
	assert_true(url_parse(SPAN("http://169.254.170.2/v2/c?id=1"), &u, &e));
	peer_init(&peer, &u, &terms);
	request_init_unsigned(r, &peer, "GET", u.target);
	request_add(r, "Authorization", span_of(authorization));
	bool ok = request_write(r, &b, &e);
	buf_str(&b);
	return ok;
}

static void
test_question(void **state)
{
	(void)state;
	struct request r;
	assert_true(write_question(&r, "Basic abc"));
	assert_string_equal(bytes,
		"GET /v2/c?id=1 HTTP/1.1\r\nHost: 169.254.170.2\r\nAccept: application/json\r\n"
		"Authorization: Basic abc\r\nUser-Agent: antechamber/" ANTECHAMBER_VERSION
		"\r\n\r\n");
	assert_true(write_question(&r, ""));
	assert_null(strstr(bytes, "Authorization"));
	/* A token with a line break is refused, unprinted. */
	assert_false(write_question(&r, "hunter2\n"));
	assert_null(strstr(e.text, "hunter2"));
}

/* What AWS_SDK_UA_APP_ID makes of it is decided in fetch/plan.c. */
static void
test_user_agent(void **state)
{
	(void)state;
	struct request r;
	terms.user_agent = SPAN("antechamber/1 app/mine");
	assert_true(write_question(&r, ""));
	assert_line("User-Agent: antechamber/1 app/mine");
	assert_true(write_request(sizeof(bytes)));
	assert_line("User-Agent: antechamber/1 app/mine");
	terms.user_agent.n = 0;
}

static void
test_no_path(void **state)
{
	(void)state;
	struct request r;
	struct buf b = BUF(bytes);
	struct url u;
	assert_true(url_parse(SPAN("http://h"), &u, &e));
	peer_init(&peer, &u, &terms);
	request_init(&r, &peer, "GET", SPAN(""));
	assert_true(request_write(&r, &b, &e));
	assert_true(span_starts_with(buf_span(&b), SPAN("GET / HTTP/1.1\r\n")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_fields, reset),
		cmocka_unit_test_setup(test_session_token, reset),
		cmocka_unit_test_setup(test_signature_changes, reset),
		cmocka_unit_test_setup(test_custom_endpoint, reset),
		cmocka_unit_test_setup(test_long_token, reset),
		cmocka_unit_test_setup(test_bad, reset),
		cmocka_unit_test_setup(test_host, reset),
		cmocka_unit_test_setup(test_question, reset),
		cmocka_unit_test_setup(test_user_agent, reset),
		cmocka_unit_test_setup(test_no_path, reset),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
