#include "base/clock.h"

#include <limits.h>
#include <time.h>

clock_ms
clock_now(void)
{
	struct timespec t = { 0 };
	clock_gettime(CLOCK_MONOTONIC, &t);
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
	struct timespec t = { 0 };
	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec;
}
