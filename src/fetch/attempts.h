#ifndef FETCH_ATTEMPTS_H
#define FETCH_ATTEMPTS_H

#include <stdbool.h>

#include "aws/retry.h"
#include "base/clock.h"
#include "base/err.h"

/* The attempts of a request and of those after it, and what throttling has taught (aws/retry.h). */
struct attempts {
	unsigned max; /* of one request */
	struct retry_state retry;
};

void attempts_init(struct attempts *a, unsigned max);

/* The attempt under way, from 1. */
unsigned attempts_number(const struct attempts *a);

/*
 * After an attempt has failed: whether there is another one, after *delay_ms, which is reported
 * (without --verbose only when it is more than a second). hint_ms is retry_parse_hint's or
 * RETRY_NO_HINT. After the last of several, the error says how many there were.
 */
bool attempts_next(
	struct attempts *a, const char *doing, int64_t hint_ms, struct err *e, clock_ms *delay_ms);

/*
 * The request succeeded, and there is another one: returns how long to wait before it, 0 unless
 * requests were throttled. A wait is reported as above.
 */
clock_ms attempts_succeeded(struct attempts *a, const char *doing);

/* "2.5 s": a time in a message. Returns s->text. */
struct seconds {
	char text[24];
};
const char *seconds(struct seconds *s, clock_ms ms);

#endif
