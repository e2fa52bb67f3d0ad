#include "aws/time.h"

#define SECONDS_PER_DAY 86400
#define DAYS_BEFORE_1970 719528

/* A date and a time of day in the proleptic Gregorian calendar: the places in an array of int. */
enum {
	YEAR,
	MONTH, /* 1 to 12 */
	DAY, /* 1 to 31 */
	HOUR,
	MINUTE,
	SECOND,
	CIVIL_PARTS,
};

/* The days from 0000-01-01 to the first day of a year. */
static int
days_before_year(int year)
{
	return year * 365 + (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400;
}

static int
days_in_month(int year, int month)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool is_leap = days_before_year(year + 1) - days_before_year(year) > 365;
	return days[month - 1] + (month == 2 && is_leap);
}

static int64_t
seconds_of(const int civil[CIVIL_PARTS])
{
	int64_t days = days_before_year(civil[YEAR]) - DAYS_BEFORE_1970 + civil[DAY] - 1;
	for (int month = 1; month < civil[MONTH]; month++)
		days += days_in_month(civil[YEAR], month);
	return ((days * 24 + civil[HOUR]) * 60 + civil[MINUTE]) * 60 + civil[SECOND];
}

/* The date of a day counted from 0000-01-01. */
static void
date_of(int days, int civil[CIVIL_PARTS])
{
	int year = days / 366;
	while (days_before_year(year + 1) <= days)
		year++;
	days -= days_before_year(year);

	int month = 1;
	for (; days >= days_in_month(year, month); month++)
		days -= days_in_month(year, month);
	civil[YEAR] = year;
	civil[MONTH] = month;
	civil[DAY] = days + 1;
}

static void
put_two_digits(struct buf *b, int value)
{
	buf_put_char(b, (char)('0' + value / 10));
	buf_put_char(b, (char)('0' + value % 10));
}

void
time_put_stamp(struct buf *b, int64_t seconds)
{
	if (seconds < TIME_MIN)
		seconds = TIME_MIN;
	if (seconds > TIME_MAX)
		seconds = TIME_MAX;
	seconds -= TIME_MIN;
	int of_day = (int)(seconds % SECONDS_PER_DAY);
	int civil[CIVIL_PARTS] = {
		[HOUR] = of_day / 3600, [MINUTE] = of_day / 60 % 60, [SECOND] = of_day % 60
	};
	date_of((int)(seconds / SECONDS_PER_DAY), civil);
	put_two_digits(b, civil[YEAR] / 100);
	civil[YEAR] %= 100;
	for (int i = YEAR; i <= SECOND; i++) {
		if (i == HOUR)
			buf_put_char(b, 'T');
		put_two_digits(b, civil[i]);
	}
	buf_put_char(b, 'Z');
}

/* Takes that many digits off *s. */
static bool
take_number(struct span *s, size_t width, int *value)
{
	uint64_t number;
	if (s->n < width || !span_u64((struct span){ s->p, width }, 9999, &number))
		return false;
	*s = span_skip(*s, width);
	*value = (int)number;
	return true;
}

/* Takes one of the names of three letters off *s; *number says which, from 1 on. */
static bool
take_name(struct span *s, const char *names, int *number)
{
	struct span all = span_of(names);
	for (*number = 1; s->n >= 3 && all.n > 0; ++*number) {
		if (span_starts_with(all, (struct span){ s->p, 3 })) {
			*s = span_skip(*s, 3);
			return true;
		}
		all = span_skip(all, 3);
	}
	return false;
}

/*
 * Takes text of this form off *s: '0' to '5' are the parts of a civil time as numbers, N and W the
 * names of a month and of a day of the week; every other character is itself.
 */
static bool
take_form(struct span *s, const char *form, int civil[CIVIL_PARTS])
{
	int weekday;
	bool ok = true;
	for (; ok && *form != '\0'; form++) {
		if (ascii_is_digit(*form)) {
			ok = take_number(s, *form == '0' ? 4 : 2, &civil[*form - '0']);
		} else if (*form == 'N') {
			ok = take_name(s, "JanFebMarAprMayJunJulAugSepOctNovDec", &civil[MONTH]);
		} else if (*form == 'W') {
			ok = take_name(s, "MonTueWedThuFriSatSun", &weekday);
		} else {
			ok = span_starts_with(*s, (struct span){ form, 1 });
			*s = span_skip(*s, ok);
		}
	}
	return ok;
}

/* Second 60 is a leap second, which zones shift to the end of any minute. */
static bool
is_civil(const int civil[CIVIL_PARTS])
{
	return civil[MONTH] >= 1 && civil[MONTH] <= 12 && civil[DAY] >= 1 &&
	       civil[DAY] <= days_in_month(civil[YEAR], civil[MONTH]) && civil[HOUR] <= 23 &&
	       civil[MINUTE] <= 59 && civil[SECOND] <= 60;
}

bool
time_parse_http(struct span s, int64_t *seconds)
{
	int civil[CIVIL_PARTS];
	if (!take_form(&s, "W, 2 N 0 3:4:5 GMT", civil) || s.n > 0 || !is_civil(civil))
		return false;
	*seconds = seconds_of(civil);
	return true;
}

/* Takes one of two characters off *s. */
static bool
take_either(struct span *s, char a, char b)
{
	if (s->n == 0 || (s->p[0] != a && s->p[0] != b))
		return false;
	*s = span_skip(*s, 1);
	return true;
}

static bool
take_fraction(struct span *s)
{
	size_t digits = 0;
	if (!take_either(s, '.', '.'))
		return true;
	while (digits < s->n && ascii_is_digit(s->p[digits]))
		digits++;
	*s = span_skip(*s, digits);
	return digits >= 1 && digits <= 9;
}

/* Takes Z or +HH:MM or -HH:MM off *s, in seconds east of UTC. */
static bool
take_offset(struct span *s, int *east)
{
	int civil[CIVIL_PARTS];
	*east = 0;
	if (take_either(s, 'Z', 'z'))
		return true;
	int sign = span_starts_with(*s, SPAN("-")) ? -1 : 1;
	if (!take_either(s, '+', '-') || !take_form(s, "3:4", civil) || civil[HOUR] > 23 ||
		civil[MINUTE] > 59)
		return false;
	*east = sign * (civil[HOUR] * 60 + civil[MINUTE]) * 60;
	return true;
}

bool
time_parse_rfc3339(struct span s, int64_t *seconds)
{
	int civil[CIVIL_PARTS];
	int east;
	if (!take_form(&s, "0-1-2", civil) || !take_either(&s, 'T', 't') ||
		!take_form(&s, "3:4:5", civil) || !take_fraction(&s) || !take_offset(&s, &east) ||
		s.n > 0 || !is_civil(civil))
		return false;
	*seconds = seconds_of(civil) - east;
	return true;
}
