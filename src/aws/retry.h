#ifndef AWS_RETRY_H
#define AWS_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/*
 * Whether and when a failed request is sent again: AWS's standard retry mode by its rules of 2026
 * (SDK reference guide, "Retry behavior"), with a memory for throttling. Pure: time and randomness
 * come from the caller.
 *
 * A throttled request means, at a start, that many containers start at once, and each of them knows
 * only its own requests. So a throttle is remembered beyond the success that follows: the longest
 * wait doubles with each throttle and shrinks by a second with each success. From the second
 * throttle on a wait has a floor, because a crowd that comes back early is throttled again, and
 * between requests that succeed there is a pause of a quarter of the wait, which leaves room for
 * the others. A start that is never throttled never waits, and one that is throttled once or twice
 * by chance waits for a few seconds at most. That is why the wait does not grow faster, although
 * large crowds would send fewer requests then; tests/bench/README.md has the figures.
 */

/* The longest delay of our own, and what a server may put on top of it. */
#define RETRY_DELAY_MAX_MS 20000
#define RETRY_HINT_EXTRA_MS 5000

/* The server did not say when to come back. */
#define RETRY_NO_HINT (-1)

/* What a sequence of requests to one host has learned; zero at its start. */
struct retry_state {
	unsigned retries; /* granted to the request under way */
	int64_t throttle_ms; /* the longest wait after another throttle; 0: never throttled */
};

/* What is known when an attempt has failed. */
struct retry_failure {
	enum err_kind kind; /* every kind except ERR_TRANSIENT and ERR_THROTTLED is final */
	unsigned attempts_max; /* of one request, the first included; at least 1 */
	int64_t hint_ms; /* retry_parse_hint or RETRY_NO_HINT */
	uint32_t random; /* 32 random bits */
};

/*
 * True when the request is to be sent again after *delay_ms milliseconds, at most
 * RETRY_DELAY_MAX_MS + RETRY_HINT_EXTRA_MS. After a transient error that is a random part of 50 ms,
 * doubled with each retry; after the first throttle a random part of a second; after later ones at
 * least two thirds of r->throttle_ms. False when another attempt is of no use, or the attempts
 * are used up. The standard mode's token bucket is left out: it would end a request before the
 * attempts that --retries promises, and one start is too short to learn from it.
 */
bool retry_next(struct retry_state *r, const struct retry_failure *f, int64_t *delay_ms);

/*
 * The request succeeded. Returns the milliseconds to wait before the next one: 0 unless there was
 * throttling that is not forgotten yet. random is 32 random bits.
 */
int64_t retry_succeeded(struct retry_state *r, uint32_t random);

/* The value of x-amz-retry-after, milliseconds; RETRY_NO_HINT when it is absent or not a number. */
int64_t retry_parse_hint(struct span value);

/* Whether an error code is one of a list, separated by blanks. */
bool retry_is_one_of(struct span code, struct span codes);

/*
 * The class of an error response, by its HTTP status and the error code of AWS ("" when it has
 * none): ERR_THROTTLED, ERR_TRANSIENT (sent again), ERR_FINAL (redirects, other 5xx: may pass, but
 * not now) or ERR_REFUSED (other 4xx). A status below 300 is ERR_TRANSIENT: not the response that
 * was asked for.
 */
enum err_kind retry_classify(unsigned status, struct span code);

/* Whether the code says that the session has expired, so that other credentials may help. */
bool retry_is_expired_token(struct span code);

/*
 * Whether our clock may have caused a response with this code: the code is one of those, and the
 * response's Date (its field's value) is more than four minutes off now (seconds since 1970).
 * *offset is then what to add to our clock, in seconds, and without meaning otherwise.
 */
bool retry_clock_skew(struct span code, struct span date, int64_t now, int64_t *offset);

#endif
