#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "ctl/base/time.h"

static void
use_zone(const char *zone)
{
	assert_int_equal(setenv("TZ", zone, 1), 0);
	tzset();
}

static void
test_parse(void **state)
{
	(void)state;
	static const struct {
		const char *number;
		int64_t ms;
	} row[] = {
		{ "0", 0 },
		{ "0.0", 0 },
		{ "1700000000", 1700000000000 },
		{ "1700000000.123", 1700000000123 },
		{ "1700000000.1239999", 1700000000123 },
		{ "1700000000.9999999999999999999999999", 1700000000999 },
		{ "1.7E9", 1700000000000 },
		{ "1.700000000123e9", 1700000000123 },
		{ "1.7e+09", 1700000000000 },
		{ "17000000000000e-4", 1700000000000 },
		{ "0.0015", 1 },
		{ "1e-999", 0 },
		{ "0e999", 0 },
		{ "0.000000000000000000000000000017E38", 1700000000000 },
		{ "170000000000000000000000000000E-20", 1700000000000 },
		{ "253402300799.999", 253402300799999 },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		int64_t ms = -1;
		assert_true(time_parse_seconds(span_of(row[i].number), &ms));
		assert_true(ms == row[i].ms);
	}
}

static void
test_parse_refuses(void **state)
{
	(void)state;
	static const char *const number[] = { "", "-1", "+1", "1.", ".5", "1e", "1e+", "1e-", "e9",
		"1.7e9x", " 1", "1 ", "0x10", "NaN", "null", "1,5", "1e1001", "253402300800",
		"1e12", "1e308", "99999999999999999999999999999999", "2023-11-14T22:13:20Z" };
	for (size_t i = 0; i < sizeof(number) / sizeof(*number); i++) {
		int64_t ms = 42;
		assert_false(time_parse_seconds(span_of(number[i]), &ms));
		assert_true(ms == 42);
	}
}

static const char *
local(int64_t ms)
{
	static struct text t;
	text_clear(&t);
	time_put_local(&t, ms);
	return text_str(&t);
}

static const char *
utc(int64_t ms)
{
	static struct text t;
	text_clear(&t);
	time_put_utc(&t, ms);
	return text_str(&t);
}

static void
test_utc(void **state)
{
	(void)state;
	use_zone("XYZ-9");
	assert_string_equal(utc(0), "1970-01-01T00:00:00Z");
	assert_string_equal(utc(1738335845999), "2025-01-31T15:04:05Z");
	assert_string_equal(utc(951782400000), "2000-02-29T00:00:00Z");
	assert_string_equal(utc(253402300799999), "9999-12-31T23:59:59Z");
	assert_string_equal(utc(TIME_NONE), "");
}

static void
test_local(void **state)
{
	(void)state;
	use_zone("UTC0");
	assert_string_equal(local(1738335845999), "2025-01-31 15:04:05");
	use_zone("XYZ-9");
	assert_string_equal(local(1738335845999), "2025-02-01 00:04:05");
	use_zone("CET-1CEST,M3.5.0,M10.5.0/3");
	assert_string_equal(local(1738335845000), "2025-01-31 16:04:05");
	assert_string_equal(local(1751328000000), "2025-07-01 02:00:00");
	assert_string_equal(local(253402300799999), "10000-01-01 00:59:59");
	assert_string_equal(local(TIME_NONE), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_refuses),
		cmocka_unit_test(test_utc),
		cmocka_unit_test(test_local),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
