#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <limits.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"

static void
test_until(void **state)
{
	(void)state;
	static const struct {
		clock_ms t;
		clock_ms now;
		int wait;
	} row[] = {
		{ CLOCK_NEVER, 0, -1 },
		{ CLOCK_NEVER, INT64_MAX - 1, -1 },
		{ 0, 0, 0 },
		{ 10, 10, 0 },
		{ 9, 10, 0 },
		{ -5, 10, 0 },
		{ 11, 10, 1 },
		{ 10 + (clock_ms)INT_MAX, 10, INT_MAX },
		{ 11 + (clock_ms)INT_MAX, 10, INT_MAX },
		{ CLOCK_NEVER - 1, 0, INT_MAX },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++)
		assert_int_equal(clock_until(row[i].t, row[i].now), row[i].wait);
}

static void
test_now(void **state)
{
	(void)state;
	const struct timespec pause = { .tv_nsec = 20 * 1000 * 1000 };
	clock_ms before = clock_now();
	assert_true(before > 0);
	nanosleep(&pause, NULL);
	clock_ms after = clock_now();
	assert_in_range(after - before, 19, 10000);
}

static void
test_unix(void **state)
{
	(void)state;
	time_t before = time(NULL);
	int64_t now = clock_unix();
	assert_in_range(now - before + 1, 0, 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_until),
		cmocka_unit_test(test_now),
		cmocka_unit_test(test_unix),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
