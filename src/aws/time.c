#include "aws/time.h"

#define SECONDS_PER_DAY 86400

/* A date and a time of day in the proleptic Gregorian calendar. */
struct civil {
	int year;
	int month; /* 1 to 12 */
	int day; /* 1 to 31 */
	int hour;
	int minute;
	int second;
};

/*
 * Years are counted from March, so that the leap day ends one: then the days before a month are a
 * linear function of it, and 400 years have always the same 146097 days.
 */
#define DAYS_PER_ERA 146097
/* From 0000-03-01 to 1970-01-01. */
#define DAYS_BEFORE_1970 719468

static int64_t
days_of(const struct civil *c)
{
	int64_t year = c->month > 2 ? c->year : c->year - 1;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t of_era = year - era * 400;
	int64_t from_march = (c->month + 9) % 12;
	int64_t of_year = (153 * from_march + 2) / 5 + c->day - 1;
	int64_t day = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
	return era * DAYS_PER_ERA + day - DAYS_BEFORE_1970;
}

static void
civil_of_days(int64_t days, struct civil *c)
{
	int64_t since = days + DAYS_BEFORE_1970;
	int64_t era = (since >= 0 ? since : since - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
	int64_t day = since - era * DAYS_PER_ERA;
	/* Take out the leap days (1460: last of 4 years, 36524: of 100, 146096: of 400). */
	int64_t of_era = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	int64_t of_year = day - (of_era * 365 + of_era / 4 - of_era / 100);
	int64_t from_march = (5 * of_year + 2) / 153;

	c->day = (int)(of_year - (153 * from_march + 2) / 5 + 1);
	c->month = (int)(from_march < 10 ? from_march + 3 : from_march - 9);
	c->year = (int)(of_era + era * 400 + (c->month <= 2));
}

static int64_t
seconds_of(const struct civil *c)
{
	return days_of(c) * SECONDS_PER_DAY + c->hour * 3600 + c->minute * 60 + c->second;
}

static void
put_digits(struct buf *b, int value, int width)
{
	char text[4];
	for (int i = width; i > 0; i--) {
		text[i - 1] = (char)('0' + value % 10);
		value /= 10;
	}
	buf_put(b, (struct span){ text, (size_t)width });
}

void
time_put_stamp(struct buf *b, int64_t seconds)
{
	if (seconds < TIME_MIN)
		seconds = TIME_MIN;
	if (seconds > TIME_MAX)
		seconds = TIME_MAX;
	int64_t days = seconds / SECONDS_PER_DAY;
	int of_day = (int)(seconds % SECONDS_PER_DAY);
	if (of_day < 0) {
		of_day += SECONDS_PER_DAY;
		days--;
	}

	struct civil c = { 0 };
	civil_of_days(days, &c);
	put_digits(b, c.year, 4);
	put_digits(b, c.month, 2);
	put_digits(b, c.day, 2);
	buf_put_char(b, 'T');
	put_digits(b, of_day / 3600, 2);
	put_digits(b, of_day / 60 % 60, 2);
	put_digits(b, of_day % 60, 2);
	buf_put_char(b, 'Z');
}

/* Takes width digits and then, unless it is NUL, the character behind off *s. */
static bool
take_number(struct span *s, size_t width, char behind, int *value)
{
	uint64_t number = 0;
	if (s->n < width || !span_u64((struct span){ s->p, width }, 9999, &number))
		return false;
	*s = span_skip(*s, width);
	*value = (int)number;
	if (behind == '\0')
		return true;
	if (s->n == 0 || s->p[0] != behind)
		return false;
	*s = span_skip(*s, 1);
	return true;
}

/* Takes one of count names of three letters and then the text behind off *s. */
static bool
take_name(struct span *s, const char *names, struct span behind, int *index)
{
	struct span all = span_of(names);
	if (s->n < 3)
		return false;
	struct span name = { s->p, 3 };
	for (*index = 0; all.n > 0 && !span_starts_with(all, name); ++*index)
		all = span_skip(all, 3);
	*s = span_skip(*s, 3);
	if (all.n == 0 || !span_starts_with(*s, behind))
		return false;
	*s = span_skip(*s, behind.n);
	return true;
}

static bool
is_leap_year(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Second 60 is a leap second and may stand at the end of any minute, as zones shift it. */
static bool
is_civil(const struct civil *c)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	if (c->month < 1 || c->month > 12 || c->day < 1)
		return false;
	int last = days[c->month - 1] + (c->month == 2 && is_leap_year(c->year));
	return c->day <= last && c->hour <= 23 && c->minute <= 59 && c->second <= 60;
}

bool
time_parse_http(struct span s, int64_t *seconds)
{
	struct civil c = { 0 };
	int weekday = 0;
	if (!take_name(&s, "MonTueWedThuFriSatSun", SPAN(", "), &weekday) ||
		!take_number(&s, 2, ' ', &c.day) ||
		!take_name(&s, "JanFebMarAprMayJunJulAugSepOctNovDec", SPAN(" "), &c.month) ||
		!take_number(&s, 4, ' ', &c.year) || !take_number(&s, 2, ':', &c.hour) ||
		!take_number(&s, 2, ':', &c.minute) || !take_number(&s, 2, ' ', &c.second))
		return false;
	c.month++;
	if (!span_eq(s, SPAN("GMT")) || !is_civil(&c))
		return false;
	*seconds = seconds_of(&c);
	return true;
}

static bool
take_fraction(struct span *s)
{
	if (s->n == 0 || s->p[0] != '.')
		return true;
	size_t digits = 0;
	while (1 + digits < s->n && ascii_is_digit(s->p[1 + digits]))
		digits++;
	*s = span_skip(*s, 1 + digits);
	return digits >= 1 && digits <= 9;
}

/* Z or +HH:MM or -HH:MM to the end of s, in seconds east of UTC. */
static bool
parse_offset(struct span s, int *east)
{
	*east = 0;
	if (s.n == 1)
		return s.p[0] == 'Z' || s.p[0] == 'z';
	if (s.n == 0 || (s.p[0] != '+' && s.p[0] != '-'))
		return false;
	int hours = 0;
	int minutes = 0;
	struct span digits = span_skip(s, 1);
	if (!take_number(&digits, 2, ':', &hours) || !take_number(&digits, 2, '\0', &minutes) ||
		digits.n > 0 || hours > 23 || minutes > 59)
		return false;
	*east = (hours * 3600 + minutes * 60) * (s.p[0] == '-' ? -1 : 1);
	return true;
}

bool
time_parse_rfc3339(struct span s, int64_t *seconds)
{
	struct civil c = { 0 };
	int east = 0;
	if (!take_number(&s, 4, '-', &c.year) || !take_number(&s, 2, '-', &c.month) ||
		!take_number(&s, 2, '\0', &c.day) || s.n == 0 || (s.p[0] != 'T' && s.p[0] != 't'))
		return false;
	s = span_skip(s, 1);
	if (!take_number(&s, 2, ':', &c.hour) || !take_number(&s, 2, ':', &c.minute) ||
		!take_number(&s, 2, '\0', &c.second) || !take_fraction(&s) ||
		!parse_offset(s, &east) || !is_civil(&c))
		return false;
	*seconds = seconds_of(&c) - east;
	return true;
}
