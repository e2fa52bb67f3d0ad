#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aws/retry.h"

/* The largest random number is a jitter of 1, as the published cases of the rules have it. */
#define JITTER_ONE UINT32_MAX

#define STEPS_MAX 10

struct step {
	enum err_kind kind; /* ERR_NONE: the attempt came through */
	const char *hint;
	int64_t delay_ms; /* -1: no retry */
};

static void
run_steps(unsigned attempts_max, const struct step *step)
{
	struct retry_state r = { 0 };
	for (size_t i = 0; i < STEPS_MAX && step[i].delay_ms != 0; i++) {
		int64_t delay_ms = -1;
		struct retry_failure f = { step[i].kind, attempts_max,
			retry_parse_hint(span_of(step[i].hint)), JITTER_ONE };
		if (step[i].kind == ERR_NONE)
			retry_succeeded(&r, JITTER_ONE);
		else
			assert_int_equal(retry_next(&r, &f, &delay_ms), step[i].delay_ms > 0);
		assert_int_equal(delay_ms, step[i].delay_ms);
	}
}

static const struct {
	unsigned attempts_max;
	struct step step[STEPS_MAX];
} published[] = {
	/* 500, 500, 200 */
	{ 3, { { ERR_TRANSIENT, NULL, 50 }, { ERR_TRANSIENT, NULL, 100 },
		     { ERR_NONE, NULL, -1 } } },
	/* out of attempts */
	{ 3, { { ERR_TRANSIENT, NULL, 50 }, { ERR_TRANSIENT, NULL, 100 },
		     { ERR_TRANSIENT, NULL, -1 } } },
	/* five attempts */
	{ 5, { { ERR_TRANSIENT, NULL, 50 }, { ERR_TRANSIENT, NULL, 100 },
		     { ERR_TRANSIENT, NULL, 200 }, { ERR_TRANSIENT, NULL, 400 },
		     { ERR_TRANSIENT, NULL, -1 } } },
	/* throttled once */
	{ 3, { { ERR_THROTTLED, NULL, 1000 }, { ERR_NONE, NULL, -1 } } },
	/* x-amz-retry-after */
	{ 3, { { ERR_TRANSIENT, "1500", 1500 } } },
	{ 3, { { ERR_TRANSIENT, "0", 50 } } },
	{ 3, { { ERR_TRANSIENT, "10000", 5050 } } },
	{ 3, { { ERR_TRANSIENT, "invalid", 50 } } },
	{ 3, { { ERR_THROTTLED, "10000", 6000 } } },
	/* attempts of one, and none, which is one too */
	{ 1, { { ERR_TRANSIENT, NULL, -1 } } },
	{ 0, { { ERR_TRANSIENT, NULL, -1 } } },
	/* nothing to retry */
	{ 3, { { ERR_REFUSED, NULL, -1 } } },
	{ 3, { { ERR_FINAL, NULL, -1 } } },
	{ 3, { { ERR_LIMIT, NULL, -1 } } },
	{ 3, { { ERR_USAGE, NULL, -1 } } },
};

static void
test_published_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(published) / sizeof(*published); i++)
		run_steps(published[i].attempts_max, published[i].step);
}

static void
test_cap(void **state)
{
	(void)state;
	static const int64_t throttled[] = { 1000, 2000, 4000, 8000, 16000, 20000, 20000 };
	struct retry_state r = { 0 };
	for (size_t i = 0; i < 90; i++) {
		int64_t delay_ms = 0;
		struct retry_failure f = { ERR_THROTTLED, 1000, RETRY_NO_HINT, JITTER_ONE };
		assert_true(retry_next(&r, &f, &delay_ms));
		assert_int_equal(delay_ms, throttled[i < 6 ? i : 6]);
	}
}

static void
test_jitter(void **state)
{
	(void)state;
	static const struct {
		int64_t throttle_ms; /* remembered */
		uint32_t random;
		int64_t hint_ms;
		int64_t delay_ms;
	} row[] = {
		{ 0, 0, RETRY_NO_HINT, 0 },
		{ 0, UINT32_MAX / 2, RETRY_NO_HINT, 499 },
		{ 0, UINT32_MAX / 4 * 3, RETRY_NO_HINT, 749 },
		{ 0, 0, 700, 700 },
		{ 0, 0, 5001, 5000 },
		/* not the first one: a floor */
		{ 1000, 0, RETRY_NO_HINT, 667 },
		{ 2000, 0, RETRY_NO_HINT, 1334 },
		{ 2000, UINT32_MAX / 2, RETRY_NO_HINT, 1666 },
		{ 20000, 0, RETRY_NO_HINT, 13334 },
		{ 20000, 0, 60000, 18334 },
		{ 20000, 0, 1000, 13334 },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct retry_state r = { .throttle_ms = row[i].throttle_ms };
		struct retry_failure f = { ERR_THROTTLED, 2, row[i].hint_ms, row[i].random };
		int64_t delay_ms = -1;
		assert_true(retry_next(&r, &f, &delay_ms));
		assert_int_equal(delay_ms, row[i].delay_ms);
	}
}

static int64_t
fail_once(struct retry_state *r, enum err_kind kind)
{
	int64_t delay_ms = -1;
	const struct retry_failure f = { kind, 1000, RETRY_NO_HINT, JITTER_ONE };
	assert_true(retry_next(r, &f, &delay_ms));
	return delay_ms;
}

/* A success takes a second off the longest wait, and the pause after it is a quarter of that. */
static void
test_throttles_are_remembered(void **state)
{
	(void)state;
	static const int64_t pause[] = { 3750, 3500, 3250, 3000, 2750 };
	struct retry_state r = { 0 };
	for (int i = 0; i < 4; i++)
		fail_once(&r, ERR_THROTTLED);
	for (size_t i = 0; i < sizeof(pause) / sizeof(*pause); i++)
		assert_int_equal(retry_succeeded(&r, JITTER_ONE), pause[i]);
	assert_int_equal(fail_once(&r, ERR_THROTTLED), 11000);
	assert_int_equal(fail_once(&r, ERR_THROTTLED), 20000);
	assert_int_equal(retry_succeeded(&r, 0), 4750 - 4750 / 3);
}

static void
test_one_throttle_is_soon_forgotten(void **state)
{
	(void)state;
	struct retry_state r = { 0 };
	assert_int_equal(fail_once(&r, ERR_THROTTLED), 1000);
	assert_int_equal(retry_succeeded(&r, JITTER_ONE), 250);
	assert_int_equal(retry_succeeded(&r, JITTER_ONE), 0);
	assert_int_equal(retry_succeeded(&r, JITTER_ONE), 0);
	assert_int_equal(fail_once(&r, ERR_THROTTLED), 1000);
}

/* Every wait of a start, pauses included, if this request of four is throttled so often. */
static int64_t
waited_by_a_start(unsigned throttled_request, unsigned throttles, uint32_t random)
{
	struct retry_state r = { 0 };
	const struct retry_failure f = { ERR_THROTTLED, 10, RETRY_NO_HINT, random };
	int64_t waited = 0;
	for (unsigned request = 0; request < 4; request++) {
		for (unsigned n = 0; request == throttled_request && n < throttles; n++) {
			int64_t delay_ms;
			assert_true(retry_next(&r, &f, &delay_ms));
			waited += delay_ms;
		}
		waited += retry_succeeded(&r, random);
	}
	return waited;
}

/* Others of the same account may cause a throttle or two; that must not cost much. */
static void
test_chance_throttles_are_cheap(void **state)
{
	(void)state;
	static const uint32_t randoms[] = { 0, 1, UINT32_MAX / 2, UINT32_MAX - 1, UINT32_MAX };
	static const int64_t most_ms[] = { 0, 1250, 4500 };
	for (size_t i = 0; i < sizeof(randoms) / sizeof(*randoms); i++) {
		for (unsigned request = 0; request < 4; request++) {
			for (unsigned throttles = 0; throttles < 3; throttles++)
				assert_in_range(waited_by_a_start(request, throttles, randoms[i]),
					0, most_ms[throttles]);
		}
	}
	assert_int_equal(waited_by_a_start(0, 1, UINT32_MAX), 1250);
	assert_int_equal(waited_by_a_start(0, 2, UINT32_MAX), 4500);
}

/* The same, whatever comes when: a linear congruential generator chooses. */
static void
test_bounds(void **state)
{
	(void)state;
	static const enum err_kind kinds[] = { ERR_THROTTLED, ERR_TRANSIENT, ERR_NONE };
	struct retry_state r = { 0 };
	uint32_t bits = 1;
	for (unsigned i = 0; i < 100000; i++) {
		bits = bits * 1664525 + 1013904223;
		uint32_t random = i % 3 == 0 ? bits : i % 3 == 1 ? 0 : UINT32_MAX;
		struct retry_failure f = { kinds[(bits >> 20) % 3], UINT32_MAX, RETRY_NO_HINT,
			random };
		int64_t before = r.throttle_ms;
		if (f.kind == ERR_NONE) {
			assert_in_range(retry_succeeded(&r, random), 0, r.throttle_ms / 4);
			assert_true(r.throttle_ms == 0 || r.throttle_ms < before);
			continue;
		}
		int64_t delay_ms = -1;
		assert_true(retry_next(&r, &f, &delay_ms));
		assert_in_range(delay_ms, 0, RETRY_DELAY_MAX_MS);
		assert_in_range(r.throttle_ms, before, RETRY_DELAY_MAX_MS);
		if (f.kind == ERR_THROTTLED)
			assert_in_range(delay_ms, before - before / 3, before > 0 ? before : 1000);
		/* Now and then another start. */
		if (bits >> 27 == 0)
			r = (struct retry_state){ 0 };
	}
}

/* Errors that pass quickly neither teach nor take away: they double within their request alone. */
static void
test_transient_errors_are_not_remembered(void **state)
{
	(void)state;
	struct retry_state r = { 0 };
	for (int round = 0; round < 3; round++) {
		assert_int_equal(fail_once(&r, ERR_TRANSIENT), 50);
		assert_int_equal(fail_once(&r, ERR_TRANSIENT), 100);
		assert_int_equal(retry_succeeded(&r, JITTER_ONE), 0);
	}
	assert_int_equal(fail_once(&r, ERR_TRANSIENT), 50);
	assert_int_equal(fail_once(&r, ERR_THROTTLED), 1000);
	assert_int_equal(fail_once(&r, ERR_TRANSIENT), 200);
	assert_int_equal(fail_once(&r, ERR_THROTTLED), 2000);
	assert_int_equal(retry_succeeded(&r, JITTER_ONE), 750);
}

/* --retries N is N attempts, however many that are, and a success begins anew. */
static void
test_attempts_are_kept(void **state)
{
	(void)state;
	static const unsigned most[] = { 1, 2, 10, 36, 37, 100, 1000 };
	static const enum err_kind kinds[] = { ERR_TRANSIENT, ERR_THROTTLED };
	for (size_t i = 0; i < 2 * sizeof(most) / sizeof(*most); i++) {
		struct retry_failure f = { kinds[i % 2], most[i / 2], RETRY_NO_HINT, 0 };
		struct retry_state r = { 0 };
		for (unsigned round = 0; round < 3; round++) {
			unsigned attempts = 1;
			int64_t delay_ms;
			while (retry_next(&r, &f, &delay_ms))
				attempts++;
			assert_int_equal(attempts, most[i / 2]);
			retry_succeeded(&r, JITTER_ONE);
		}
	}
}

static void
test_hint(void **state)
{
	(void)state;
	static const struct {
		const char *value;
		int64_t want;
	} row[] = {
		{ "1500", 1500 },
		{ " 1500\t", 1500 },
		{ "0", 0 },
		{ "", RETRY_NO_HINT },
		{ "-5", RETRY_NO_HINT },
		{ "+5", RETRY_NO_HINT },
		{ "1.5", RETRY_NO_HINT },
		{ "1500ms", RETRY_NO_HINT },
		{ "99999999999", 99999999999 },
		{ "99999999999999999999", RETRY_NO_HINT },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++)
		assert_int_equal(retry_parse_hint(span_of(row[i].value)), row[i].want);
}

static const struct {
	unsigned status;
	const char *code;
	enum err_kind want;
} classes[] = {
	{ 400, "Throttling", ERR_THROTTLED },
	{ 400, "ThrottlingException", ERR_THROTTLED },
	{ 400, "ThrottledException", ERR_THROTTLED },
	{ 400, "RequestThrottledException", ERR_THROTTLED },
	{ 400, "RequestThrottled", ERR_THROTTLED },
	{ 400, "TooManyRequestsException", ERR_THROTTLED },
	{ 400, "ProvisionedThroughputExceededException", ERR_THROTTLED },
	{ 400, "TransactionInProgressException", ERR_THROTTLED },
	{ 400, "RequestLimitExceeded", ERR_THROTTLED },
	{ 400, "BandwidthLimitExceeded", ERR_THROTTLED },
	{ 400, "LimitExceededException", ERR_THROTTLED },
	{ 400, "SlowDown", ERR_THROTTLED },
	{ 400, "EC2ThrottledException", ERR_THROTTLED },
	{ 503, "SlowDown", ERR_THROTTLED },
	{ 429, "", ERR_THROTTLED },
	{ 400, "RequestTimeout", ERR_TRANSIENT },
	{ 400, "RequestTimeoutException", ERR_TRANSIENT },
	{ 400, "PriorRequestNotComplete", ERR_TRANSIENT },
	{ 400, "IDPCommunicationError", ERR_TRANSIENT },
	{ 400, "InternalServerError", ERR_TRANSIENT },
	{ 400, "InternalServiceError", ERR_TRANSIENT },
	{ 400, "ServiceUnavailable", ERR_TRANSIENT },
	{ 500, "", ERR_TRANSIENT },
	{ 502, "", ERR_TRANSIENT },
	{ 503, "CredentialsUninitialized", ERR_TRANSIENT },
	{ 504, "", ERR_TRANSIENT },
	{ 500, "AccessDeniedException", ERR_TRANSIENT },
	{ 200, "", ERR_TRANSIENT },
	{ 204, "", ERR_TRANSIENT },
	{ 301, "", ERR_FINAL },
	{ 307, "", ERR_FINAL },
	{ 501, "", ERR_FINAL },
	{ 505, "", ERR_FINAL },
	{ 999, "", ERR_FINAL },
	{ 400, "", ERR_REFUSED },
	{ 400, "throttling", ERR_REFUSED },
	{ 400, "ThrottlingExceptionX", ERR_REFUSED },
	{ 400, "AccessDeniedException", ERR_REFUSED },
	{ 400, "ExpiredTokenException", ERR_REFUSED },
	{ 400, "ParameterNotFound", ERR_REFUSED },
	{ 403, "SignatureDoesNotMatch", ERR_REFUSED },
	{ 404, "", ERR_REFUSED },
	{ 408, "", ERR_REFUSED },
};

static void
test_classify(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		assert_int_equal(retry_classify(classes[i].status, span_of(classes[i].code)),
			classes[i].want);
}

static void
test_expired_token(void **state)
{
	(void)state;
	assert_true(retry_is_expired_token(SPAN("ExpiredTokenException")));
	assert_true(retry_is_expired_token(SPAN("ExpiredToken")));
	assert_false(retry_is_expired_token(SPAN("RequestExpired")));
	assert_false(retry_is_expired_token(SPAN("")));
}

/* 784111777 is 08:49:37 of that day. */
static void
test_clock_skew(void **state)
{
	(void)state;
	static const char date[] = "Sun, 06 Nov 1994 08:49:37 GMT";
	static const int64_t then = 784111777;
	static const struct {
		const char *code;
		const char *date;
		int64_t now;
		int64_t offset; /* 0: no skew */
	} row[] = {
		{ "InvalidSignatureException", date, then - 241, 241 },
		{ "SignatureDoesNotMatch", date, then + 241, -241 },
		{ "AuthFailure", date, then - 86400, 86400 },
		{ "RequestTimeTooSkewed", date, 0, 784111777 },
		{ "AccessDeniedException", date, then + 3600, -3600 },
		{ "AccessDeniedException", date, then - 240, 0 },
		{ "AccessDeniedException", date, then + 240, 0 },
		{ "AccessDeniedException", date, then, 0 },
		{ "RequestExpired", date, then + 3600, 0 },
		{ "RequestInTheFuture", date, then + 3600, 0 },
		{ "ValidationException", date, then + 3600, 0 },
		{ "", date, then + 3600, 0 },
		{ "AccessDeniedException", "", then + 3600, 0 },
		{ "AccessDeniedException", "1994-11-06T08:49:37Z", then + 3600, 0 },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		int64_t offset = 0;
		bool skewed = retry_clock_skew(
			span_of(row[i].code), span_of(row[i].date), row[i].now, &offset);
		assert_int_equal(skewed, row[i].offset != 0);
		if (skewed)
			assert_int_equal(offset, row[i].offset);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_cases),
		cmocka_unit_test(test_cap),
		cmocka_unit_test(test_jitter),
		cmocka_unit_test(test_throttles_are_remembered),
		cmocka_unit_test(test_one_throttle_is_soon_forgotten),
		cmocka_unit_test(test_chance_throttles_are_cheap),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_transient_errors_are_not_remembered),
		cmocka_unit_test(test_attempts_are_kept),
		cmocka_unit_test(test_hint),
		cmocka_unit_test(test_classify),
		cmocka_unit_test(test_expired_token),
		cmocka_unit_test(test_clock_skew),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
