#include "base/clock.h"

#include <limits.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* The system call itself: we ask too rarely for the C library and its search for a vDSO. */
static struct timespec
read_clock(clockid_t clock)
{
	struct timespec t = { 0 };
	syscall(SYS_clock_gettime, clock, &t);
	return t;
}

clock_ms
clock_now(void)
{
	const struct timespec t = read_clock(CLOCK_MONOTONIC);
	return (clock_ms)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int
clock_until(clock_ms t, clock_ms now)
{
	if (t == CLOCK_NEVER)
		return -1;
	if (t <= now)
		return 0;
	return t - now > INT_MAX ? INT_MAX : (int)(t - now);
}

int64_t
clock_unix(void)
{
	return read_clock(CLOCK_REALTIME).tv_sec;
}
