#ifndef CTL_BASE_TIME_H
#define CTL_BASE_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "ctl/base/text.h"

/* Times of the store: milliseconds since 1970 UTC. */

/* Not known: printed as nothing. */
#define TIME_NONE INT64_MIN

/*
 * A time as AWS's JSON has it, a number of seconds: 1700000000, 1700000000.123 or 1.7E9. Below a
 * millisecond it is cut. False: not a number, negative, or after the year 9999.
 */
bool time_parse_seconds(struct span number, int64_t *ms);

/* Appends "2026-01-31 15:04:05", chamber's form, in the local time zone; nothing for TIME_NONE. */
void time_put_local(struct text *t, int64_t ms);

/* Appends "2026-01-31T15:04:05Z", for programs; nothing for TIME_NONE. */
void time_put_utc(struct text *t, int64_t ms);

#endif
