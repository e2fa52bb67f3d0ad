#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* Milliseconds of a clock that never jumps (CLOCK_MONOTONIC). */
typedef int64_t clock_ms;

/* Later than any time there is. */
#define CLOCK_NEVER INT64_MAX

/* When something has to be over, and how long it was given, for the message. */
struct deadline {
	clock_ms at; /* CLOCK_NEVER: no limit */
	clock_ms timeout_ms;
};

clock_ms clock_now(void);

/* Milliseconds until t as poll(2) takes them: 0 when t is past, -1 when it is CLOCK_NEVER. */
int clock_until(clock_ms t, clock_ms now);

/* Seconds since 1970 (CLOCK_REALTIME). */
int64_t clock_unix(void);

#endif
