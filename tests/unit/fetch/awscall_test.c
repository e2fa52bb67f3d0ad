#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "fetch/awscall.h"
#include "unit/fetch/wire.h"

static struct secret_list secrets;

/* No wire: what is asked is read from the request, what is answered is put into the response. */

static struct session session;
static struct identity *const identity = &session.identity;
static struct store *const store = &session.store;
static struct endpoint endpoint;
static struct peer_terms terms;
static struct peer peer;
static struct awscall awscall;
static struct err e;
static char request[HTTP_REQUEST_MAX];

/* What the operation of these tests does. */
static struct {
	size_t body_len;
	size_t text_len;
	enum call_result result;
} script;

static void
put_body(const struct awscall *c, struct buf *b)
{
	(void)c;
	for (size_t i = 0; i < script.body_len; i++)
		buf_put_char(b, 'x');
}

/* Stores the root, whatever comes of the answer. */
static enum call_result
read_root(struct awscall *c, struct json_value root, struct err *err)
{
	assert_true(store_add(&c->session->store, 0, SPAN("name"), root, err));
	if (script.result == CALL_FAILED)
		err_set(err, ERR_TRANSIENT, "malformed response");
	return script.result;
}

static void
explain(const struct awscall *c, struct err *err)
{
	(void)c;
	err_ctx(err, "variable A");
}

static const struct awscall_op plain = {
	.target = "AmazonSSM.GetParametersByPath",
	.put_body = put_body,
	.read = read_root,
};

static const struct awscall_op explaining = {
	.target = "AmazonSSM.GetParameters",
	.put_body = put_body,
	.read = read_root,
	.explain = explain,
};

/* Counts the bytes, as the owner of a call that reads text would read them. */
static enum call_result
read_text(struct awscall *c, struct span body, struct err *err)
{
	(void)c;
	(void)err;
	script.text_len = body.n;
	return CALL_DONE;
}

/* STS speaks the Query protocol: a form, and XML. */
static const struct awscall_op query = {
	.target = "AssumeRole",
	.put_body = put_body,
	.read_text = read_text,
};

#define CONTAINER "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/c"
#define STATIC "AWS_ACCESS_KEY_ID=AKIDEXAMPLE|AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI"

/* A call that may be driven, with credentials that came from there. */
static void
begin(const struct awscall_op *op, const char *credentials)
{
	char *none[] = { NULL };
	secret_use(&secrets);
	log_setup(LOG_ERROR, false);
	memset(&e, 0, sizeof(e));
	memset(&script, 0, sizeof(script));
	store->count = 0;
	store->bytes_len = 0;
	session.clock_offset = 0;
	terms.attempts_max = 3;
	assert_true(credentials_plan(identity, wire_environ(credentials), &session.scratch, &e));
	peer_init(&identity->peer, &identity->plan.url, &terms);
	identity->now = (struct credentials){
		.access_key_id = { SPAN("AKIDEXAMPLE") },
		.secret_access_key = { SPAN("wJalrXUtnFEMI") },
	};
	identity->is_known = true;
	assert_true(endpoint_select(ENDPOINT_SSM, SPAN("eu-west-1"), none, &endpoint, &e));
	peer_init(&peer, &endpoint.url, &terms);
	const struct awscall_terms for_it = { &session, &peer, &endpoint, "load it" };
	awscall_start(&awscall, op, NULL, &for_it);
}

static const char *
ask(void)
{
	struct buf b = BUF(request);
	if (!awscall.call.ops->build(&awscall.call, &b, &e))
		fail_msg("%s", e.text);
	return buf_str(&b);
}

static enum call_result
take(unsigned status, const char *fields, const char *body)
{
	memset(&e, 0, sizeof(e));
	wire_answer(&awscall.call.exchange.response, status, fields, body);
	return awscall.call.ops->take(&awscall.call, &e);
}

#define CODE(code) "{\"__type\":\"" code "\",\"message\":\"m\"}"

/* The connection is made meanwhile, but nothing is signed with credentials that are not there. */
static void
test_waits_for_credentials(void **state)
{
	(void)state;
	begin(&plain, CONTAINER);
	identity->is_known = false;
	assert_false(awscall.call.ops->is_ready(&awscall.call));
	identity->is_known = true;
	assert_true(awscall.call.ops->is_ready(&awscall.call));
}

static void
test_request(void **state)
{
	(void)state;
	begin(&plain, STATIC);
	script.body_len = 3;
	const char *text = ask();
	assert_true(span_starts_with(
		span_of(text), SPAN("POST / HTTP/1.1\r\nHost: ssm.eu-west-1.amazonaws.com\r\n")));
	assert_non_null(strstr(text, "\r\nX-Amz-Target: AmazonSSM.GetParametersByPath\r\n"));
	assert_non_null(strstr(text, "/eu-west-1/ssm/aws4_request, "));
	assert_true(span_ends_with(span_of(text), SPAN("\r\n\r\nxxx")));
}

static void
test_query(void **state)
{
	(void)state;
	begin(&query, STATIC);
	script.body_len = 3;
	const char *text = ask();
	assert_non_null(strstr(text, "\r\nContent-Type: application/x-www-form-urlencoded\r\n"));
	assert_null(strstr(text, "X-Amz-Target"));
	assert_non_null(strstr(text, "SignedHeaders=content-type;host;x-amz-date, "));
	assert_int_equal(take(200, "", "<xml/>"), CALL_DONE);
	assert_int_equal(script.text_len, 6);
	/* The action has no dot that the name of a service would end at. */
	assert_int_equal(take(403, "", CODE("AccessDenied")), CALL_FAILED);
	assert_non_null(strstr(e.hint, "allow ssm:AssumeRole on it"));
}

/* An owner with more room than the scratch has. */
static void
test_own_room(void **state)
{
	(void)state;
	static char body[REQUEST_BODY_MAX + 2];
	static char room[sizeof(body) + HTTP_REQUEST_MAX];
	begin(&plain, STATIC);
	script.body_len = sizeof(session.scratch.body) + 1;
	awscall.body = BUF(body);
	struct buf b = BUF(room);
	assert_true(awscall.call.ops->build(&awscall.call, &b, &e));
	assert_true(span_ends_with(buf_span(&b), SPAN("xxx")));
}

static void
test_body_too_long(void **state)
{
	(void)state;
	struct buf b = BUF(request);
	begin(&plain, STATIC);
	script.body_len = sizeof(session.scratch.body) + 1;
	assert_false(awscall.call.ops->build(&awscall.call, &b, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_string_equal(e.text, "request body: more than 32768 bytes");
}

static void
test_answer(void **state)
{
	(void)state;
	begin(&plain, STATIC);
	script.result = CALL_NEXT;
	assert_int_equal(take(200, "", "\"one\""), CALL_NEXT);
	script.result = CALL_DONE;
	assert_int_equal(take(200, "", "\"two\""), CALL_DONE);
	assert_int_equal(store->count, 2);
	assert_true(span_eq(store->param[0].value, SPAN("one")));
	assert_true(span_eq(store->param[1].value, SPAN("two")));
}

/* Never a part of a malformed response is used, and what came before it stays. */
static void
test_malformed_answer(void **state)
{
	(void)state;
	static const char *const row[] = { "", "{", "\"\xff\"", "\"value\"" };
	begin(&plain, STATIC);
	script.result = CALL_NEXT;
	assert_int_equal(take(200, "", "\"before\""), CALL_NEXT);
	size_t known = secret_mark();
	script.result = CALL_FAILED;
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		assert_int_equal(take(200, "", row[i]), CALL_FAILED);
		assert_true(err_is_retryable(&e));
		assert_true(span_starts_with(span_of(e.text), SPAN("malformed response")));
		assert_int_equal(store->count, 1);
		assert_int_equal(secret_mark(), known);
	}
	assert_true(span_eq(store->param[0].value, SPAN("before")));
}

/* IAM's name of the operation, and the key: SecureStrings need both. */
static void
test_access_denied(void **state)
{
	(void)state;
	begin(&plain, STATIC);
	assert_int_equal(take(400, "", CODE("AccessDeniedException")), CALL_FAILED);
	assert_int_equal(err_exit_code(&e), 100);
	assert_string_equal(e.text, "AccessDeniedException: m");
	assert_string_equal(e.hint, "allow ssm:GetParametersByPath on it, and kms:Decrypt on its "
				    "key, in the role's policy");
	assert_int_equal(take(400, "", CODE("ValidationException")), CALL_FAILED);
	assert_null(strstr(e.hint, "allow"));
}

static void
test_explained(void **state)
{
	(void)state;
	begin(&explaining, STATIC);
	assert_int_equal(take(503, "", "busy"), CALL_FAILED);
	assert_string_equal(e.text, "variable A: status 503");
	assert_true(err_is_retryable(&e));
	assert_int_equal(take(400, "", CODE("ThrottlingException")), CALL_FAILED);
	assert_int_equal(e.kind, ERR_THROTTLED);
}

#define NEW_YEAR "Date: Thu, 01 Jan 2099 00:00:00 GMT\r\n"

/* Our clock is off by more than four minutes: signed again by AWS's, once for a request. */
static void
test_clock_skew(void **state)
{
	(void)state;
	begin(&plain, STATIC);
	assert_int_equal(take(400, NEW_YEAR, CODE("InvalidSignatureException")), CALL_AGAIN);
	assert_non_null(strstr(ask(), "\r\nX-Amz-Date: 20990101T00"));
	static const char later[] = "Date: Fri, 02 Jan 2099 00:00:00 GMT\r\n";
	assert_int_equal(take(400, later, CODE("InvalidSignatureException")), CALL_FAILED);
	assert_int_equal(err_exit_code(&e), 100);
	assert_non_null(strstr(ask(), "\r\nX-Amz-Date: 20990101T00"));
	/* The next request has its own, from the clock as it is by now. */
	script.result = CALL_NEXT;
	assert_int_equal(take(200, "", "\"v\""), CALL_NEXT);
	assert_int_equal(take(400, later, CODE("InvalidSignatureException")), CALL_AGAIN);
	assert_non_null(strstr(ask(), "\r\nX-Amz-Date: 20990102T00"));
}

/* Another service found the clock wrong while this request was under way: that one had the old. */
static void
test_clock_skew_of_several(void **state)
{
	(void)state;
	begin(&plain, STATIC);
	ask();
	session.clock_offset = 4070908800 - clock_unix();
	assert_int_equal(take(400, NEW_YEAR, CODE("InvalidSignatureException")), CALL_AGAIN);
	assert_non_null(strstr(ask(), "\r\nX-Amz-Date: 20990101T00"));
}

/* With the clock right, a bad signature is what it says. */
static void
test_no_clock_skew(void **state)
{
	(void)state;
	begin(&plain, STATIC);
	assert_int_equal(take(400, "", CODE("InvalidSignatureException")), CALL_FAILED);
	assert_int_equal(take(400, NEW_YEAR, CODE("ValidationException")), CALL_FAILED);
	assert_int_equal(session.clock_offset, 0);
}

/* Expired credentials are fetched once more for a request; still expired ones are the end. */
static void
test_expired_token(void **state)
{
	(void)state;
	begin(&plain, CONTAINER);
	assert_int_equal(take(400, "", CODE("ExpiredTokenException")), CALL_AGAIN);
	assert_false(identity->is_known);
	assert_false(awscall.call.ops->is_ready(&awscall.call));
	identity->is_known = true;
	assert_int_equal(take(400, "", CODE("ExpiredTokenException")), CALL_FAILED);
	assert_int_equal(err_exit_code(&e), 100);
	assert_true(identity->is_known);
	/* Another page may come after the next hour. */
	script.result = CALL_NEXT;
	assert_int_equal(take(200, "", "\"v\""), CALL_NEXT);
	assert_int_equal(take(400, "", CODE("ExpiredTokenException")), CALL_AGAIN);
}

/* The environment's have nothing newer. */
static void
test_expired_static_token(void **state)
{
	(void)state;
	begin(&plain, STATIC);
	assert_int_equal(take(400, "", CODE("ExpiredTokenException")), CALL_FAILED);
	assert_int_equal(err_exit_code(&e), 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_waits_for_credentials),
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_query),
		cmocka_unit_test(test_own_room),
		cmocka_unit_test(test_body_too_long),
		cmocka_unit_test(test_answer),
		cmocka_unit_test(test_malformed_answer),
		cmocka_unit_test(test_access_denied),
		cmocka_unit_test(test_explained),
		cmocka_unit_test(test_clock_skew),
		cmocka_unit_test(test_clock_skew_of_several),
		cmocka_unit_test(test_no_clock_skew),
		cmocka_unit_test(test_expired_token),
		cmocka_unit_test(test_expired_static_token),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
