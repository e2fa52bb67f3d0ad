#ifndef CTL_BASE_TIME_H
#define CTL_BASE_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/* Times of the store: milliseconds since 1970 UTC. */

/* Not known: printed as nothing. */
#define TIME_NONE INT64_MIN

/*
 * A time as AWS's JSON has it, a number of seconds: 1700000000, 1700000000.123 or 1.7E9. Below a
 * millisecond it is cut. False: not a number, negative, or after the year 9999.
 */
bool time_parse_seconds(struct span number, int64_t *ms);

/*
 * As chamber prints it, in the local time zone: "2026-01-31 15:04:05". Empty for TIME_NONE. Lives
 * as memory_get's.
 */
struct span time_local(int64_t ms);

/* For programs: "2026-01-31T15:04:05Z". Empty for TIME_NONE. */
struct span time_utc(int64_t ms);

#endif
