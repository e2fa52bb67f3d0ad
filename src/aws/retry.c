#include "aws/retry.h"

#include "aws/time.h"

#define BASE_TRANSIENT_MS 50
#define BASE_THROTTLED_MS 1000

/* Beyond this many doublings any base is above RETRY_DELAY_MAX_MS. */
#define DOUBLINGS_MAX 20

/* AWS takes signatures five minutes around its clock; its SDKs call more than four skew. */
#define SKEW_SECONDS 240

static const struct {
	struct span code;
	enum err_kind kind;
} code_kinds[] = {
	{ { "Throttling", 10 }, ERR_THROTTLED },
	{ { "ThrottlingException", 19 }, ERR_THROTTLED },
	{ { "ThrottledException", 18 }, ERR_THROTTLED },
	{ { "RequestThrottledException", 25 }, ERR_THROTTLED },
	{ { "RequestThrottled", 16 }, ERR_THROTTLED },
	{ { "TooManyRequestsException", 24 }, ERR_THROTTLED },
	{ { "ProvisionedThroughputExceededException", 38 }, ERR_THROTTLED },
	{ { "TransactionInProgressException", 30 }, ERR_THROTTLED },
	{ { "RequestLimitExceeded", 20 }, ERR_THROTTLED },
	{ { "BandwidthLimitExceeded", 22 }, ERR_THROTTLED },
	{ { "LimitExceededException", 22 }, ERR_THROTTLED },
	{ { "SlowDown", 8 }, ERR_THROTTLED },
	{ { "EC2ThrottledException", 21 }, ERR_THROTTLED },
	{ { "RequestTimeout", 14 }, ERR_TRANSIENT },
	{ { "RequestTimeoutException", 23 }, ERR_TRANSIENT },
	{ { "PriorRequestNotComplete", 23 }, ERR_TRANSIENT },
	{ { "InternalServerError", 19 }, ERR_TRANSIENT },
	{ { "InternalServiceError", 20 }, ERR_TRANSIENT },
	{ { "ServiceUnavailable", 18 }, ERR_TRANSIENT },
	/* STS could not ask the identity provider. */
	{ { "IDPCommunicationError", 21 }, ERR_TRANSIENT },
};

static const struct span expired_codes[] = {
	{ "ExpiredTokenException", 21 },
	{ "ExpiredToken", 12 },
};

static const struct span skew_codes[] = {
	{ "InvalidSignatureException", 25 },
	{ "SignatureDoesNotMatch", 21 },
	{ "AuthFailure", 11 },
	{ "RequestTimeTooSkewed", 20 },
	{ "AccessDeniedException", 21 },
};

void
retry_bucket_init(struct retry_bucket *b)
{
	b->tokens = RETRY_BUCKET_SIZE;
}

/* A random part of what the n-th retry may wait at most; n counts from 0. */
static int64_t
jittered_delay(int64_t base_ms, unsigned n, uint32_t random)
{
	int64_t most = base_ms << (n < DOUBLINGS_MAX ? n : DOUBLINGS_MAX);
	if (most > RETRY_DELAY_MAX_MS)
		most = RETRY_DELAY_MAX_MS;
	return (int64_t)random * most / UINT32_MAX;
}

static int64_t
heed_hint(int64_t own_ms, int64_t hint_ms)
{
	if (hint_ms < own_ms)
		return own_ms;
	return hint_ms > own_ms + RETRY_HINT_EXTRA_MS ? own_ms + RETRY_HINT_EXTRA_MS : hint_ms;
}

bool
retry_next(struct retry_bucket *b, struct retry_request *r, const struct retry_failure *f,
	int64_t *delay_ms)
{
	bool throttled = f->kind == ERR_THROTTLED;
	unsigned cost = throttled ? RETRY_COST_THROTTLED : RETRY_COST_TRANSIENT;
	if (!throttled && f->kind != ERR_TRANSIENT)
		return false;
	if (f->attempts_max <= 1 || r->retries >= f->attempts_max - 1 || b->tokens < cost)
		return false;

	int64_t base_ms = throttled ? BASE_THROTTLED_MS : BASE_TRANSIENT_MS;
	*delay_ms = heed_hint(jittered_delay(base_ms, r->retries, f->random), f->hint_ms);
	b->tokens -= cost;
	r->cost = cost;
	r->retries++;
	return true;
}

void
retry_succeeded(struct retry_bucket *b, struct retry_request *r)
{
	b->tokens += r->cost;
	if (b->tokens > RETRY_BUCKET_SIZE)
		b->tokens = RETRY_BUCKET_SIZE;
	*r = (struct retry_request){ 0 };
}

int64_t
retry_parse_hint(struct span value)
{
	uint64_t hint = 0;
	if (!span_u64(span_trim(value), INT32_MAX, &hint))
		return RETRY_NO_HINT;
	return (int64_t)hint;
}

static enum err_kind
classify_status(unsigned status)
{
	switch (status) {
	case 429:
		return ERR_THROTTLED;
	case 500:
	case 502:
	case 503:
	case 504:
		return ERR_TRANSIENT;
	default:
		break;
	}
	if (status < 300)
		return ERR_TRANSIENT;
	return status < 400 || status >= 500 ? ERR_FINAL : ERR_REFUSED;
}

enum err_kind
retry_classify(unsigned status, struct span code)
{
	for (size_t i = 0; i < sizeof(code_kinds) / sizeof(*code_kinds); i++) {
		if (span_eq(code, code_kinds[i].code))
			return code_kinds[i].kind;
	}
	return classify_status(status);
}

static bool
is_one_of(struct span code, const struct span *codes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (span_eq(code, codes[i]))
			return true;
	}
	return false;
}

bool
retry_is_expired_token(struct span code)
{
	return is_one_of(code, expired_codes, sizeof(expired_codes) / sizeof(*expired_codes));
}

bool
retry_clock_skew(struct span code, struct span date, int64_t now, int64_t *offset)
{
	int64_t theirs = 0;
	if (!is_one_of(code, skew_codes, sizeof(skew_codes) / sizeof(*skew_codes)) ||
		!time_parse_http(date, &theirs))
		return false;
	int64_t difference = theirs - now;
	if (difference >= -SKEW_SECONDS && difference <= SKEW_SECONDS)
		return false;
	*offset = difference;
	return true;
}
