#ifndef AWS_TIME_H
#define AWS_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * The three ways in which AWS writes a time, without the C library's calendar (no locale, no
 * TZ, no static storage). A time is seconds since 1970 UTC, in the years 0 to 9999. Pure.
 */

#define TIME_MIN INT64_C(-62167219200) /* 0000-01-01T00:00:00Z */
#define TIME_MAX INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

/*
 * Appends YYYYMMDDTHHMMSSZ, the timestamp of Signature Version 4; its first eight characters are
 * the date of the scope. A time outside TIME_MIN to TIME_MAX is written as the nearer of the two.
 */
#define TIME_STAMP_LEN 16
void time_put_stamp(struct buf *b, int64_t seconds);

/*
 * "Sun, 06 Nov 1994 08:49:37 GMT" (IMF-fixdate, RFC 9110 section 5.6.7; the two obsolete forms are
 * refused). The day's name must be valid, but is not compared with the date. False: not a date.
 */
bool time_parse_http(struct span s, int64_t *seconds);

/*
 * RFC 3339 section 5.6: with an offset or Z, with no fraction or one of 1 to 9 digits, which is
 * dropped. A leap second counts as the second after it. False: not a time.
 */
bool time_parse_rfc3339(struct span s, int64_t *seconds);

#endif
