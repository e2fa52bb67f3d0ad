#include "aws/retry.h"

#include "aws/time.h"

#define BASE_TRANSIENT_MS 50
#define BASE_THROTTLED_MS 1000

/* What a success makes us forget of the throttles before it. */
#define FORGOTTEN_MS 1000

/* The pause between requests that succeed is this part of the wait after a throttle. */
#define PAUSE_PART 4

/* Beyond this many doublings any base is above RETRY_DELAY_MAX_MS. */
#define DOUBLINGS_MAX 20

/* AWS accepts signatures within five minutes of its clock; its SDKs call more than four skew. */
#define SKEW_SECONDS 240

static int64_t
between(int64_t least, int64_t most, uint32_t random)
{
	return least + (int64_t)random * (most - least) / UINT32_MAX;
}

static int64_t
at_most(int64_t ms, int64_t most)
{
	return ms < most ? ms : most;
}

/* n counts the retries from 0. */
static int64_t
transient_delay(unsigned n, uint32_t random)
{
	int64_t most = (int64_t)BASE_TRANSIENT_MS << (n < DOUBLINGS_MAX ? n : DOUBLINGS_MAX);
	return between(0, at_most(most, RETRY_DELAY_MAX_MS), random);
}

/*
 * From two thirds of ms on. With less, a crowd comes back too early; with more, all of it comes
 * back at the same moments, between which the store has nothing to do.
 */
static int64_t
upper_third(int64_t ms, uint32_t random)
{
	return between(ms - ms / 3, ms, random);
}

static int64_t
throttled_delay(struct retry_state *r, uint32_t random)
{
	bool is_first = r->throttle_ms == 0;
	int64_t most = is_first ? BASE_THROTTLED_MS : r->throttle_ms;
	r->throttle_ms = at_most(2 * most, RETRY_DELAY_MAX_MS);
	return is_first ? between(0, most, random) : upper_third(most, random);
}

static int64_t
heed_hint(int64_t own_ms, int64_t hint_ms)
{
	if (hint_ms < own_ms)
		return own_ms;
	return hint_ms > own_ms + RETRY_HINT_EXTRA_MS ? own_ms + RETRY_HINT_EXTRA_MS : hint_ms;
}

bool
retry_next(struct retry_state *r, const struct retry_failure *f, int64_t *delay_ms)
{
	bool throttled = f->kind == ERR_THROTTLED;
	if (!throttled && f->kind != ERR_TRANSIENT)
		return false;
	if (f->attempts_max <= 1 || r->retries >= f->attempts_max - 1)
		return false;

	int64_t own_ms =
		throttled ? throttled_delay(r, f->random) : transient_delay(r->retries, f->random);
	*delay_ms = heed_hint(own_ms, f->hint_ms);
	r->retries++;
	return true;
}

int64_t
retry_succeeded(struct retry_state *r, uint32_t random)
{
	r->retries = 0;
	r->throttle_ms = r->throttle_ms > FORGOTTEN_MS ? r->throttle_ms - FORGOTTEN_MS : 0;
	return upper_third(r->throttle_ms / PAUSE_PART, random);
}

int64_t
retry_parse_hint(struct span value)
{
	uint64_t hint = 0;
	if (!span_u64(span_trim(value), INT64_MAX, &hint))
		return RETRY_NO_HINT;
	return (int64_t)hint;
}

bool
retry_is_one_of(struct span code, struct span codes)
{
	struct span each;
	while (span_word(&codes, " ", &each)) {
		if (span_eq(code, each))
			return true;
	}
	return false;
}

static enum err_kind
classify_status(unsigned status)
{
	if (status == 429)
		return ERR_THROTTLED;
	if (status < 300 || status == 500 || (status >= 502 && status <= 504))
		return ERR_TRANSIENT;
	return status < 400 || status > 500 ? ERR_FINAL : ERR_REFUSED;
}

enum err_kind
retry_classify(unsigned status, struct span code)
{
	if (retry_is_one_of(code,
		    SPAN("Throttling ThrottlingException ThrottledException "
			 "RequestThrottledException RequestThrottled TooManyRequestsException "
			 "ProvisionedThroughputExceededException TransactionInProgressException "
			 "RequestLimitExceeded BandwidthLimitExceeded LimitExceededException "
			 "SlowDown EC2ThrottledException")))
		return ERR_THROTTLED;
	/* The last one: STS could not ask the identity provider. */
	if (retry_is_one_of(
		    code, SPAN("RequestTimeout RequestTimeoutException PriorRequestNotComplete "
			       "InternalServerError InternalServiceError ServiceUnavailable "
			       "IDPCommunicationError")))
		return ERR_TRANSIENT;
	return classify_status(status);
}

bool
retry_is_expired_token(struct span code)
{
	return retry_is_one_of(code, SPAN("ExpiredTokenException ExpiredToken"));
}

bool
retry_clock_skew(struct span code, struct span date, int64_t now, int64_t *offset)
{
	int64_t theirs;
	if (!retry_is_one_of(
		    code, SPAN("InvalidSignatureException SignatureDoesNotMatch AuthFailure "
			       "RequestTimeTooSkewed AccessDeniedException")) ||
		!time_parse_http(date, &theirs))
		return false;
	*offset = theirs - now;
	return *offset < -SKEW_SECONDS || *offset > SKEW_SECONDS;
}
