#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aws/time.h"

#define NO_TIME INT64_MIN

static void
test_stamp(void **state)
{
	(void)state;
	static const struct {
		int64_t seconds;
		const char *want;
	} row[] = {
		{ 0, "19700101T000000Z" },
		{ -1, "19691231T235959Z" },
		{ 1440938160, "20150830T123600Z" },
		{ 951782399, "20000228T235959Z" },
		{ 951782400, "20000229T000000Z" },
		{ 951868800, "20000301T000000Z" },
		{ 4107542400, "21000301T000000Z" },
		{ 4107542399, "21000228T235959Z" },
		{ TIME_MAX, "99991231T235959Z" },
		{ INT64_MAX, "99991231T235959Z" },
		{ TIME_MIN, "00000101T000000Z" },
		{ INT64_MIN, "00000101T000000Z" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		char text[TIME_STAMP_LEN + 1];
		struct buf b = BUF(text);
		time_put_stamp(&b, row[i].seconds);
		assert_string_equal(buf_str(&b), row[i].want);
	}
}

static void
test_http_date(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t want;
	} row[] = {
		{ "Sun, 06 Nov 1994 08:49:37 GMT", 784111777 },
		{ "Thu, 01 Jan 1970 00:00:00 GMT", 0 },
		{ "Tue, 29 Feb 2000 00:00:00 GMT", 951782400 },
		{ "Thu, 29 Feb 1900 00:00:00 GMT", NO_TIME },
		{ "Sun, 06 Nov 1994 08:49:37 UTC", NO_TIME },
		{ "Sun, 06 Nov 1994 08:49:37 GMT ", NO_TIME },
		{ "Sun, 06 Nov 1994 08:49:37", NO_TIME },
		{ "Sun, 06 Nov 1994 24:00:00 GMT", NO_TIME },
		{ "Sun, 6 Nov 1994 08:49:37 GMT", NO_TIME },
		{ "Sun, 06 nov 1994 08:49:37 GMT", NO_TIME },
		{ "Son, 06 Nov 1994 08:49:37 GMT", NO_TIME },
		{ "Sun, 06 ovD 1994 08:49:37 GMT", NO_TIME },
		{ "Sun, 00 Nov 1994 08:49:37 GMT", NO_TIME },
		{ "Sun, +6 Nov 1994 08:49:37 GMT", NO_TIME },
		{ "Sunday, 06-Nov-94 08:49:37 GMT", NO_TIME },
		{ "Sun Nov  6 08:49:37 1994", NO_TIME },
		{ "", NO_TIME },
		{ "Su", NO_TIME },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		int64_t seconds = NO_TIME;
		bool ok = time_parse_http(span_of(row[i].text), &seconds);
		assert_int_equal(ok, row[i].want != NO_TIME);
		assert_int_equal(seconds, row[i].want);
	}
}

static void
test_rfc3339(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t want;
	} row[] = {
		{ "2016-02-25T06:03:31Z", 1456380211 },
		{ "2026-11-22T02:41:07.368283Z", 1795315267 },
		{ "2016-02-25T06:03:31.5Z", 1456380211 },
		{ "2016-02-25T06:03:31.123456789Z", 1456380211 },
		{ "2016-02-25T06:03:31.123456789+01:00", 1456380211 - 3600 },
		{ "2016-02-25T06:03:31-07:30", 1456380211 + 27000 },
		{ "2016-02-25t06:03:31z", 1456380211 },
		{ "2016-12-31T23:59:60Z", 1483228800 },
		{ "1969-12-31T23:59:59Z", -1 },
		{ "2016-02-25T06:03:31.1234567890Z", NO_TIME },
		{ "2016-02-25T06:03:31.Z", NO_TIME },
		{ "2016-02-25T06:03:31", NO_TIME },
		{ "2016-02-25T06:03:31.5", NO_TIME },
		{ "2016-02-25T06:03Z", NO_TIME },
		{ "2016-02-25 06:03:31Z", NO_TIME },
		{ "2016-02-25T06:03:31+0100", NO_TIME },
		{ "2016-02-25T06:03:31+01:00 ", NO_TIME },
		{ "2016-02-25T06:03:31+24:00", NO_TIME },
		{ "2016-02-25T06:03:31+01:60", NO_TIME },
		{ "2016-02-25T06:03:31Zx", NO_TIME },
		{ "2015-02-29T06:03:31Z", NO_TIME },
		{ "2016-13-01T06:03:31Z", NO_TIME },
		{ "2016-00-01T06:03:31Z", NO_TIME },
		{ "2016-02-25T06:60:31Z", NO_TIME },
		{ "2016-02-25T06:03:61Z", NO_TIME },
		{ "20160225T060331Z", NO_TIME },
		{ "2016-02-25", NO_TIME },
		{ "1456380211", NO_TIME },
		{ "", NO_TIME },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		int64_t seconds = NO_TIME;
		bool ok = time_parse_rfc3339(span_of(row[i].text), &seconds);
		assert_int_equal(ok, row[i].want != NO_TIME);
		assert_int_equal(seconds, row[i].want);
	}
}

/* The calendar both ways, on a day of every month of 800 years. */
static void
test_round_trip(void **state)
{
	(void)state;
	for (int64_t at = -30 * INT64_C(86400) * 4800; at < 30 * INT64_C(86400) * 4800;
		at += 30 * 86400 + 12345) {
		char text[32];
		char date[32];
		struct buf b = BUF(text);
		struct buf out = BUF(date);
		time_put_stamp(&b, at);
		buf_printf(&out, "%.*s-%.*s-%.*sT%.*s:%.*s:%.*sZ", 4, text, 2, text + 4, 2,
			text + 6, 2, text + 9, 2, text + 11, 2, text + 13);
		int64_t back = NO_TIME;
		assert_true(time_parse_rfc3339(buf_span(&out), &back));
		assert_int_equal(back, at);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stamp),
		cmocka_unit_test(test_http_date),
		cmocka_unit_test(test_rfc3339),
		cmocka_unit_test(test_round_trip),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
