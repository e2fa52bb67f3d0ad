#include "ctl/base/time.h"

#include <stddef.h>
#include <time.h>

#include "base/buf.h"

/* 9999-12-31T23:59:59.999Z: four digits are all that a year has. */
#define LATEST_MS INT64_C(253402300799999)

/* A decimal number in parts: digits times ten to the power of scale. */
struct decimal {
	uint64_t digits;
	int scale;
};

/* Takes the digits that s begins with; those of a fraction make the scale smaller. */
static bool
take_digits(struct span *s, bool is_fraction, struct decimal *d)
{
	const size_t before = s->n;
	for (; s->n > 0 && ascii_is_digit(*s->p); *s = span_skip(*s, 1)) {
		bool fits = d->digits < UINT64_C(100000000000000000);
		if (fits)
			d->digits = 10 * d->digits + (uint64_t)(*s->p - '0');
		d->scale += (fits ? 0 : 1) - (is_fraction ? 1 : 0);
	}
	return s->n < before;
}

static bool
take_exponent(struct span s, struct decimal *d)
{
	bool is_negative = s.n > 0 && *s.p == '-';
	if (s.n > 0 && (*s.p == '-' || *s.p == '+'))
		s = span_skip(s, 1);
	uint64_t exponent;
	if (!span_u64(s, 1000, &exponent))
		return false;
	d->scale += is_negative ? -(int)exponent : (int)exponent;
	return true;
}

static bool
parse_decimal(struct span s, struct decimal *d)
{
	if (!take_digits(&s, false, d))
		return false;
	if (s.n > 0 && *s.p == '.') {
		s = span_skip(s, 1);
		if (!take_digits(&s, true, d))
			return false;
	}
	if (s.n > 0 && ascii_lower(*s.p) == 'e')
		return take_exponent(span_skip(s, 1), d);
	return s.n == 0;
}

bool
time_parse_seconds(struct span number, int64_t *ms)
{
	struct decimal d = { 0 };
	if (!parse_decimal(number, &d))
		return false;
	uint64_t value = d.digits;
	int scale = d.scale + 3;
	for (; scale < 0 && value > 0; scale++)
		value /= 10;
	for (; scale > 0 && value > 0 && value <= LATEST_MS; scale--)
		value *= 10;
	if (value > LATEST_MS)
		return false;
	*ms = (int64_t)value;
	return true;
}

static void
put_digits(struct text *t, int value, int width)
{
	char digits[12];
	size_t n = sizeof(digits);
	for (; width > 0 || value > 0; width--, value /= 10)
		digits[--n] = (char)('0' + value % 10);
	text_put(t, (struct span){ digits + n, sizeof(digits) - n });
}

static void
put_calendar(struct text *t, const struct tm *at, char between)
{
	put_digits(t, at->tm_year + 1900, 4);
	text_put_char(t, '-');
	put_digits(t, at->tm_mon + 1, 2);
	text_put_char(t, '-');
	put_digits(t, at->tm_mday, 2);
	text_put_char(t, between);
	put_digits(t, at->tm_hour, 2);
	text_put_char(t, ':');
	put_digits(t, at->tm_min, 2);
	text_put_char(t, ':');
	put_digits(t, at->tm_sec, 2);
}

void
time_put_local(struct text *t, int64_t ms)
{
	struct tm at;
	const time_t seconds = (time_t)(ms / 1000);
	if (ms == TIME_NONE)
		return;
	if (localtime_r(&seconds, &at) != NULL)
		put_calendar(t, &at, ' ');
}

void
time_put_utc(struct text *t, int64_t ms)
{
	struct tm at;
	const time_t seconds = (time_t)(ms / 1000);
	if (ms == TIME_NONE || gmtime_r(&seconds, &at) == NULL)
		return;
	put_calendar(t, &at, 'T');
	text_put_char(t, 'Z');
}
