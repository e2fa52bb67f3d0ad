#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "aws/time.h"
#include "base/log.h"
#include "base/secret.h"
#include "fetch/session.h"
#include "unit/base/capture.h"
#include "unit/fetch/wire.h"
#include "hidden.h"

static struct secret_list secrets;

/* No wire: what is asked is read from the request, what is answered is put into the response. */

static struct scratch scratch;
static struct identity identity;
static struct peer_terms terms;
static struct err e;
static char request[HTTP_REQUEST_MAX];
static char token_path[] = "/tmp/identity_test.XXXXXX";

static int
enter(void **state)
{
	(void)state;
	secret_use(&secrets);
	log_setup(LOG_ERROR, false);
	memset(&e, 0, sizeof(e));
	memcpy(token_path + sizeof(token_path) - 7, "XXXXXX", 6);
	int fd = mkstemp(token_path);
	return fd >= 0 && close(fd) == 0 ? 0 : -1;
}

static int
leave(void **state)
{
	(void)state;
	return unlink(token_path);
}

static void
write_token(const char *text)
{
	int fd = open(token_path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

/* Plans with an environment in which "@" stands for the token file's path. */
static bool
plan(const char *environ_line)
{
	static char line[2048];
	struct buf b = BUF(line);
	for (const char *p = environ_line; *p != '\0'; p++) {
		if (*p == '@')
			buf_put_str(&b, token_path);
		else
			buf_put_char(&b, *p);
	}
	return credentials_plan(&identity, wire_environ(buf_str(&b)), &scratch, &e);
}

static void
start(const char *environ_line)
{
	if (!plan(environ_line))
		fail_msg("%s", e.text);
	char *none[] = { NULL };
	assert_true(endpoint_select(ENDPOINT_STS, SPAN("eu-west-1"), none, &identity.sts, &e));
	bool web = identity.plan.source == SOURCE_WEB_IDENTITY;
	terms.attempts_max = 3;
	peer_init(&identity.peer, web ? &identity.sts.url : &identity.plan.url, &terms);
	credentials_start(&identity);
}

static const char *
ask(void)
{
	struct buf b = BUF(request);
	if (!identity.call.ops->build(&identity.call, &b, &e))
		fail_msg("%s", e.text);
	return buf_str(&b);
}

static enum call_result
take(unsigned status, const char *body)
{
	wire_answer(&identity.call.exchange.response, status, "", body);
	return identity.call.ops->take(&identity.call, &e);
}

static void
assert_asks(const char *start_line, const char *field)
{
	const char *text = ask();
	if (!span_starts_with(span_of(text), span_of(start_line)))
		fail_msg("%s", text);
	if (field != NULL && strstr(text, field) == NULL)
		fail_msg("no %s in %s", field, text);
}

static void
test_static(void **state)
{
	(void)state;
	assert_true(plan("AWS_ACCESS_KEY_ID=ID|AWS_SECRET_ACCESS_KEY=s|AWS_SESSION_TOKEN=t"));
	assert_int_equal(identity.plan.source, SOURCE_STATIC);
	assert_true(identity.is_known);
	const struct credentials *c = &identity.now;
	assert_true(span_eq(c->access_key_id.bytes, SPAN("ID")));
	assert_true(span_eq(c->session_token.bytes, SPAN("t")));
	/* There is nothing newer to get. */
	assert_false(credentials_renew(&identity, identity.generation));
}

#define KEYS(n)                                                                                 \
	"{\"AccessKeyId\":\"ID" n "\",\"SecretAccessKey\":\"secret-" n "\",\"Token\":\"token" n \
	"\"}"

static void
test_container(void **state)
{
	(void)state;
	start("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/credentials/uuid");
	assert_int_equal(identity.plan.source, SOURCE_CONTAINER);
	assert_false(identity.is_known);
	assert_string_equal(identity.peer.name, "169.254.170.2");
	assert_asks("GET /v2/credentials/uuid HTTP/1.1\r\nHost: 169.254.170.2\r\n",
		"\r\nUser-Agent: antechamber/");
	assert_null(strstr(request, "Authorization"));
	assert_int_equal(take(200, KEYS("1")), CALL_DONE);
	assert_true(identity.is_known);
	assert_true(span_eq(identity.now.secret_access_key.bytes, SPAN("secret-1")));
	assert_true(is_hidden(SPAN("secret-1")));
}

/* The token's file comes before the token, is read whole and goes with either URI. */
static void
test_authorization(void **state)
{
	(void)state;
	write_token("from the file");
	start("AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:99/c|"
	      "AWS_CONTAINER_AUTHORIZATION_TOKEN=plain|AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=@");
	assert_asks("GET /c HTTP/1.1\r\nHost: 127.0.0.1:99\r\n",
		"\r\nAuthorization: from the file\r\n");
	assert_true(is_hidden(SPAN("from the file")));
	start("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/c|AWS_CONTAINER_AUTHORIZATION_TOKEN=Basic "
	      "x");
	assert_asks("GET /c HTTP/1.1\r\n", "\r\nAuthorization: Basic x\r\n");
	start("AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:99");
	assert_asks("GET / HTTP/1.1\r\n", NULL);
}

/* Line breaks at the end of a token file are not part of the token: `echo` writes one. */
static void
test_line_breaks(void **state)
{
	(void)state;
	static const char *const ends[] = { "", "\n", "\r\n", "\n\n", "\r\n\r\n" };
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		char text[32];
		struct buf b = BUF(text);
		buf_printf(&b, "jwt.part%s", ends[i]);
		write_token(buf_str(&b));
		start("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/c|"
		      "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=@");
		assert_asks("GET /c HTTP/1.1\r\n", "\r\nAuthorization: jwt.part\r\n");
		start("AWS_WEB_IDENTITY_TOKEN_FILE=@|AWS_ROLE_ARN=r");
		assert_true(span_ends_with(span_of(ask()), SPAN("&WebIdentityToken=jwt.part")));
	}
	write_token("\r\n");
	assert_false(plan("AWS_WEB_IDENTITY_TOKEN_FILE=@|AWS_ROLE_ARN=r"));
	assert_non_null(strstr(e.text, "the file is empty"));
}

static void
test_bad_tokens(void **state)
{
	(void)state;
	static const struct {
		const char *file;
		const char *environ_line;
		const char *part;
	} row[] = {
		{ "hunter2\nx",
			"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/c|"
			"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=@",
			"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: byte 8 of 9 is a line break" },
		{ "",
			"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/c|"
			"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=@",
			"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: the file is empty" },
		{ "",
			"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/c|"
			"AWS_CONTAINER_AUTHORIZATION_TOKEN=hunter2\r\nX: y",
			"AWS_CONTAINER_AUTHORIZATION_TOKEN: byte 8 of 13 is a line break" },
		{ "hunter2\x7f", "AWS_WEB_IDENTITY_TOKEN_FILE=@|AWS_ROLE_ARN=r",
			"AWS_WEB_IDENTITY_TOKEN_FILE: byte 8 of 8 is a control character" },
		{ "\x01hunter2", "AWS_WEB_IDENTITY_TOKEN_FILE=@|AWS_ROLE_ARN=r",
			"AWS_WEB_IDENTITY_TOKEN_FILE: byte 1 of 8 is a control character" },
		{ "",
			"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/c|"
			"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=/nonexistent/t",
			"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: open /nonexistent/t" },
		{ "", "AWS_WEB_IDENTITY_TOKEN_FILE=@|AWS_ROLE_ARN=r",
			"AWS_WEB_IDENTITY_TOKEN_FILE: the file is empty" },
		{ "", "AWS_WEB_IDENTITY_TOKEN_FILE=/nonexistent/t|AWS_ROLE_ARN=r",
			"AWS_WEB_IDENTITY_TOKEN_FILE: open /nonexistent/t" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		secret_use(&secrets);
		write_token(row[i].file);
		if (plan(row[i].environ_line))
			fail_msg("%s is taken", row[i].environ_line);
		if (strstr(e.text, row[i].part) == NULL)
			fail_msg("%s", e.text);
		assert_null(strstr(e.text, "hunter2"));
		assert_int_equal(err_exit_code(&e), 100);
	}
}

static void
test_web_identity(void **state)
{
	(void)state;
	write_token("jwt.part&two");
	start("AWS_WEB_IDENTITY_TOKEN_FILE=@|AWS_ROLE_ARN=arn:aws:iam::1:role/r|"
	      "AWS_ROLE_SESSION_NAME=me");
	assert_string_equal(identity.peer.name, "sts.eu-west-1.amazonaws.com");
	assert_asks("POST / HTTP/1.1\r\nHost: sts.eu-west-1.amazonaws.com\r\n",
		"&RoleSessionName=me&WebIdentityToken=jwt.part%26two");
	assert_non_null(strstr(request, "\r\nContent-Type: application/x-www-form-urlencoded\r\n"));
	assert_non_null(strstr(request, "\r\nAccept: application/json\r\n"));
	assert_null(strstr(request, "\r\nAuthorization:"));
	assert_int_equal(
		take(200, "<R><AccessKeyId>ID</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
			  "<SessionToken>t</SessionToken></R>"),
		CALL_DONE);
	assert_true(identity.is_known);
}

/* The environment bounds no role's ARN; the form does. */
static void
test_a_form_too_large(void **state)
{
	(void)state;
	static char role[sizeof(identity.body) + 32] = "AWS_ROLE_ARN=";
	char file[64];
	struct buf f = BUF(file);
	struct buf form = BUF(request);
	write_token("jwt");
	buf_printf(&f, "AWS_WEB_IDENTITY_TOKEN_FILE=%s", token_path);
	buf_str(&f);
	memset(role + strlen(role), 'r', sizeof(role) - 1 - strlen(role));
	char *variables[] = { file, role, NULL };
	assert_true(credentials_plan(&identity, variables, &scratch, &e));
	credentials_start(&identity);
	assert_false(identity.call.ops->build(&identity.call, &form, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_non_null(strstr(e.text, "the form for STS: more than"));
}

static void
test_refusals(void **state)
{
	(void)state;
	write_token("jwt");
	start("AWS_WEB_IDENTITY_TOKEN_FILE=@|AWS_ROLE_ARN=r");
	assert_int_equal(take(403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no "
				   "</Message></Error></ErrorResponse>"),
		CALL_FAILED);
	assert_int_equal(err_exit_code(&e), 100);
	assert_non_null(strstr(e.hint, "sts:AssumeRoleWithWebIdentity"));
	assert_int_equal(take(400, "<E><Code>IDPCommunicationError</Code><Message>m</Message></E>"),
		CALL_FAILED);
	assert_true(err_is_retryable(&e));

	start("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/c");
	assert_int_equal(take(503, "{\"code\":\"CredentialsUninitialized\",\"message\":\"later\"}"),
		CALL_FAILED);
	assert_true(err_is_retryable(&e));
	assert_int_equal(take(404, "not here"), CALL_FAILED);
	assert_int_equal(err_exit_code(&e), 100);
	assert_null(strstr(e.text, "not here"));
	assert_int_equal(take(302, ""), CALL_FAILED);
	assert_false(err_is_retryable(&e));
	assert_int_equal(take(200, "no JSON"), CALL_FAILED);
	assert_true(err_is_retryable(&e));
	assert_false(identity.is_known);
}

/* A body of keys that end so many seconds from now. */
static const char *
keys_for(int64_t seconds)
{
	static char body[256];
	char stamp[TIME_STAMP_LEN];
	struct buf s = BUF(stamp);
	struct buf b = BUF(body);
	time_put_stamp(&s, clock_unix() + seconds);
	buf_printf(&b,
		"{\"AccessKeyId\":\"ID\",\"SecretAccessKey\":\"s\",\"Token\":\"t\","
		"\"Expiration\":\"%.*s-%.*s-%.*sT%.*s:%.*s:%.*sZ\"}",
		4, stamp, 2, stamp + 4, 2, stamp + 6, 2, stamp + 9, 2, stamp + 11, 2, stamp + 13);
	return buf_str(&b);
}

/* Expired credentials are used, with one warning: AWS decides whether they still count. */
static void
test_expiry(void **state)
{
	(void)state;
	static const struct {
		int64_t seconds;
		unsigned lines;
	} row[] = { { 3600, 0 }, { 30, 0 }, { -1, 1 }, { -100, 1 }, { -86400, 1 } };
	log_setup(LOG_INFO, false);
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		start("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/c");
		capture_begin();
		enum call_result first = take(200, keys_for(row[i].seconds));
		bool renews = credentials_renew(&identity, identity.generation);
		enum call_result second = take(200, keys_for(row[i].seconds));
		unsigned lines = capture_end();
		assert_int_equal(first, CALL_DONE);
		assert_true(renews);
		assert_int_equal(second, CALL_DONE);
		assert_true(identity.is_known);
		assert_int_equal(lines, row[i].lines);
		if (lines > 0)
			assert_non_null(
				strstr(capture_line(0), "warning: the credentials expired "));
	}
}

/* The session was refused as over: once more, with what was got before still unprinted. */
static void
test_renewal(void **state)
{
	(void)state;
	start("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/c");
	assert_int_equal(take(200, KEYS("1")), CALL_DONE);
	unsigned first = identity.generation;
	assert_true(credentials_renew(&identity, first));
	assert_false(identity.is_known);
	/* A second service that finds the same joins in. */
	assert_true(credentials_renew(&identity, first));
	assert_int_equal(identity.call.state, CALL_WAITING);
	/* What is malformed does not mix with what is there. */
	assert_int_equal(take(200, "{\"AccessKeyId\":\"ID3\",\"SecretAccessKey\":3}"), CALL_FAILED);
	assert_true(span_eq(identity.now.access_key_id.bytes, SPAN("ID1")));
	assert_int_equal(take(200, KEYS("2")), CALL_DONE);
	/* A third one, whose refusal comes late, takes the new ones and asks nobody. */
	assert_true(credentials_renew(&identity, first));
	assert_true(identity.is_known);
	assert_true(span_eq(identity.now.access_key_id.bytes, SPAN("ID2")));
	assert_true(is_hidden(SPAN("secret-1")));
	assert_true(is_hidden(SPAN("secret-2")));
}

/* Keys that somebody wrote down stay what they are. */
static void
test_static_keys_are_not_renewed(void **state)
{
	(void)state;
	assert_true(plan("AWS_ACCESS_KEY_ID=AKIA|AWS_SECRET_ACCESS_KEY=secret"));
	assert_false(credentials_renew(&identity, identity.generation));
	assert_true(identity.is_known);
}

/* Answers that came to nothing leave room for the one that is good. */
static void
test_many_malformed(void **state)
{
	(void)state;
	static char body[16 * 1024];
	struct buf b = BUF(body);
	buf_put_str(&b, "{\"AccessKeyId\":\"ID\",\"SecretAccessKey\":\"");
	while (b.len < 10000)
		buf_put_char(&b, 's');
	buf_put_str(&b, "\",\"Expiration\":\"soon\"}");
	start("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/c");
	for (int i = 0; i < 10; i++) {
		assert_int_equal(take(200, buf_str(&b)), CALL_FAILED);
		if (!err_is_retryable(&e))
			fail_msg("attempt %d: %s", i + 1, e.text);
	}
	assert_int_equal(take(200, KEYS("1")), CALL_DONE);
}

static void
test_imds(void **state)
{
	(void)state;
	start("AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:1338");
	identity.wants_region = true;
	assert_asks("PUT /latest/api/token HTTP/1.1\r\nHost: 127.0.0.1:1338\r\n",
		"\r\nX-aws-ec2-metadata-token-ttl-seconds: 21600\r\n");
	assert_int_equal(take(200, "SESSION=="), CALL_NEXT);
	assert_true(is_hidden(SPAN("SESSION==")));
	assert_asks("GET /latest/meta-data/placement/region HTTP/1.1\r\n",
		"\r\nX-aws-ec2-metadata-token: SESSION==\r\n");
	assert_int_equal(take(200, "eu-west-1"), CALL_NEXT);
	assert_true(span_eq(identity.region, SPAN("eu-west-1")));
	assert_asks("GET /latest/meta-data/iam/security-credentials/ HTTP/1.1\r\n",
		"\r\nX-aws-ec2-metadata-token: SESSION==\r\n");
	assert_int_equal(take(200, "my-role\nother-role\n"), CALL_NEXT);
	assert_asks("GET /latest/meta-data/iam/security-credentials/my-role HTTP/1.1\r\n",
		"\r\nX-aws-ec2-metadata-token: SESSION==\r\n");
	assert_int_equal(take(200, "{\"Code\":\"Success\",\"AccessKeyId\":\"ID\","
				   "\"SecretAccessKey\":\"s\",\"Token\":\"t\"}"),
		CALL_DONE);
	assert_true(identity.is_known);
}

static void
test_imds_without_region(void **state)
{
	(void)state;
	start("");
	assert_int_equal(take(200, "SESSION"), CALL_NEXT);
	assert_asks("GET /latest/meta-data/iam/security-credentials/ HTTP/1.1\r\n", NULL);
}

/* One that answers and refuses, or has no role, is an error; never a fall back to version 1. */
static void
test_imds_refusals(void **state)
{
	(void)state;
	static const unsigned statuses[] = { 400, 403, 404, 405 };
	for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses); i++) {
		start("");
		assert_int_equal(take(statuses[i], ""), CALL_FAILED);
		assert_int_equal(err_exit_code(&e), 100);
		assert_int_equal(identity.step, IMDS_TOKEN);
	}
	start("");
	assert_int_equal(take(200, "SESSION"), CALL_NEXT);
	assert_int_equal(take(404, "<html/>"), CALL_FAILED);
	assert_int_equal(err_exit_code(&e), 100);
	assert_non_null(strstr(e.text, "no role"));

	start("");
	take(200, "SESSION");
	take(200, "role");
	assert_int_equal(take(200, "{\"Code\":\"AssumeRoleUnauthorizedAccess\",\"Message\":\"m\"}"),
		CALL_FAILED);
	assert_int_equal(err_exit_code(&e), 100);
}

static void
test_imds_malformed(void **state)
{
	(void)state;
	static const char *const row[] = { "", "\n", "a b", "<html>", "\x01" };
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		start("");
		assert_int_equal(take(200, row[i]), CALL_FAILED);
		assert_true(err_is_retryable(&e));
		assert_asks("PUT /latest/api/token HTTP/1.1\r\n", NULL);
		start("");
		assert_int_equal(take(200, "SESSION"), CALL_NEXT);
		assert_int_equal(take(200, row[i]), CALL_FAILED);
		assert_true(err_is_retryable(&e));
		/* The same is asked again. */
		assert_asks("GET /latest/meta-data/iam/security-credentials/ HTTP/1.1\r\n", NULL);
	}
	start("");
	identity.wants_region = true;
	take(200, "SESSION");
	assert_int_equal(take(200, "EU_WEST"), CALL_FAILED);
	assert_int_equal(identity.region.n, 0);
	assert_int_equal(take(500, "eu-west-1"), CALL_FAILED);
	assert_true(err_is_retryable(&e));
	assert_int_equal(identity.region.n, 0);
	assert_asks("GET /latest/meta-data/placement/region HTTP/1.1\r\n", NULL);
}

/*
 * Without a response no source is configured at all: the error says what was looked at, which
 * address was asked, and the hop limit where it was reached and said nothing.
 */
static void
test_imds_away(void **state)
{
	(void)state;
	start("AWS_PROFILE=dev");
	err_set(&e, ERR_TRANSIENT, "169.254.169.254: connect to 169.254.169.254:80: timed out");
	identity.call.ops->no_response(&identity.call, &e);
	assert_int_equal(err_exit_code(&e), 100);
	assert_false(err_is_retryable(&e));
	assert_non_null(strstr(e.text, "AWS_ACCESS_KEY_ID"));
	assert_non_null(strstr(e.text, "connect to 169.254.169.254:80: timed out)"));
	assert_false(span_starts_with(span_of(e.text), SPAN("credentials: ")));
	assert_non_null(strstr(e.hint, "aws-vault"));

	identity.call.exchange.is_accepted = true;
	err_set(&e, ERR_TRANSIENT, "169.254.169.254: timed out waiting for the response from it");
	identity.call.ops->no_response(&identity.call, &e);
	assert_non_null(strstr(e.text, "169.254.169.254: timed out"));
	assert_non_null(strstr(e.hint, "hop limit"));

	start("");
	assert_int_equal(take(200, "SESSION"), CALL_NEXT);
	err_set(&e, ERR_TRANSIENT, "timed out waiting for the response from it");
	identity.call.ops->no_response(&identity.call, &e);
	assert_true(err_is_retryable(&e));
}

/* A service that sent something, or gave credentials before, is there; a shortage is ours. */
static void
test_imds_is_there(void **state)
{
	(void)state;
	/* The number counts, not the words. */
	static const struct {
		int number;
		bool is_there;
		bool is_retryable;
	} row[] = {
		{ ETIMEDOUT, false, false },
		{ ECONNREFUSED, false, false },
		{ ENOMEM, false, true },
		{ EMFILE, false, true },
		{ ENFILE, false, true },
		{ ENOBUFS, false, true },
		{ ETIMEDOUT, true, true },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		start("");
		identity.call.exchange.response.framing_len = row[i].is_there ? 1 : 0;
		identity.call.exchange.is_accepted = row[i].is_there;
		err_sys(&e, ERR_TRANSIENT, row[i].number, "connect");
		err_ctx(&e, "169.254.169.254");
		identity.call.ops->no_response(&identity.call, &e);
		assert_int_equal(err_is_retryable(&e), row[i].is_retryable);
	}
	start("");
	err_set(&e, ERR_TRANSIENT, "169.254.169.254: the server says: Out of memory");
	identity.call.ops->no_response(&identity.call, &e);
	assert_false(err_is_retryable(&e));
	start("");
	identity.generation = 1;
	err_set(&e, ERR_TRANSIENT, "169.254.169.254: timed out");
	identity.call.ops->no_response(&identity.call, &e);
	assert_true(err_is_retryable(&e));
	identity.generation = 0;
	/* Bytes of an earlier connection count for nothing. */
	identity.call.exchange.response.framing_len = 1;
	identity.call.exchange.is_accepted = false;
	identity.call.ops->no_response(&identity.call, &e);
	assert_false(err_is_retryable(&e));
}

/* The hint at the token is for those that send one. */
static void
test_refused_token(void **state)
{
	(void)state;
	static const struct {
		unsigned status;
		bool is_hinted;
	} row[] = { { 401, true }, { 403, true }, { 400, false }, { 404, false } };
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		memset(&e, 0, sizeof(e));
		start("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/c");
		assert_int_equal(take(row[i].status, "no"), CALL_FAILED);
		assert_int_equal(strstr(e.hint, "AUTHORIZATION_TOKEN") != NULL, row[i].is_hinted);
	}
}

/* A role's name that is no name: an empty first line, and characters that none has. */
static void
test_imds_lines(void **state)
{
	(void)state;
	static const char *const bad[] = { "", "\n", "a role", "role\t" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		start("");
		assert_int_equal(take(200, "SESSION"), CALL_NEXT);
		assert_int_equal(take(200, bad[i]), CALL_FAILED);
		assert_int_equal(e.kind, ERR_TRANSIENT);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_static, enter, leave),
		cmocka_unit_test_setup_teardown(test_container, enter, leave),
		cmocka_unit_test_setup_teardown(test_authorization, enter, leave),
		cmocka_unit_test_setup_teardown(test_line_breaks, enter, leave),
		cmocka_unit_test_setup_teardown(test_bad_tokens, enter, leave),
		cmocka_unit_test_setup_teardown(test_web_identity, enter, leave),
		cmocka_unit_test_setup_teardown(test_refusals, enter, leave),
		cmocka_unit_test_setup_teardown(test_a_form_too_large, enter, leave),
		cmocka_unit_test_setup_teardown(test_static_keys_are_not_renewed, enter, leave),
		cmocka_unit_test_setup_teardown(test_expiry, enter, leave),
		cmocka_unit_test_setup_teardown(test_renewal, enter, leave),
		cmocka_unit_test_setup_teardown(test_many_malformed, enter, leave),
		cmocka_unit_test_setup_teardown(test_imds, enter, leave),
		cmocka_unit_test_setup_teardown(test_imds_without_region, enter, leave),
		cmocka_unit_test_setup_teardown(test_imds_refusals, enter, leave),
		cmocka_unit_test_setup_teardown(test_imds_malformed, enter, leave),
		cmocka_unit_test_setup_teardown(test_imds_away, enter, leave),
		cmocka_unit_test_setup_teardown(test_imds_is_there, enter, leave),
		cmocka_unit_test_setup_teardown(test_refused_token, enter, leave),
		cmocka_unit_test_setup_teardown(test_imds_lines, enter, leave),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
