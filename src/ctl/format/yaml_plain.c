#include "ctl/format/character.h"
#include "ctl/format/write.h"

/*
 * Which strings YAML would not read as themselves without quotes. The rules are chamber's (those of
 * goccy/go-yaml) and beyond them those of YAML 1.1 (PyYAML, Ruby) and 1.2 where that library writes
 * something that these read as something else.
 */

/* Null and booleans of YAML 1.1 and 1.2, numbers without digits, the default value, merge. */
static bool
is_word(struct span s)
{
	struct span words =
		SPAN("~ null Null NULL true True TRUE false False FALSE y Y yes Yes YES "
		     "n N no No NO on On ON off Off OFF .inf .Inf .INF +.inf +.Inf +.INF "
		     "-.inf -.Inf -.INF .nan .NaN .NAN = <<");
	struct span word;
	/* No word is longer; most values are. */
	if (s.n > 5)
		return false;
	while (span_word(&words, " ", &word)) {
		if (span_eq(word, s))
			return true;
	}
	return false;
}

/* Takes the bytes off *s that are in set; returns how many. */
static size_t
take_any(struct span *s, struct span set)
{
	size_t n = 0;
	while (n < s->n && character_is_in(s->p[n], set))
		n++;
	*s = span_skip(*s, n);
	return n;
}

static bool
take(struct span *s, struct span prefix)
{
	if (!span_starts_with(*s, prefix))
		return false;
	*s = span_skip(*s, prefix.n);
	return true;
}

#define DIGITS "0123456789"

/* 0x1f, 0o17, 0b1_1: a number only if all digits are of its base. */
static bool
is_based_number(struct span s)
{
	static const struct {
		struct span prefix;
		struct span digits;
	} bases[] = {
		{ { "0x", 2 }, { DIGITS "abcdefABCDEF_", 23 } },
		{ { "0o", 2 }, { "01234567_", 9 } },
		{ { "0b", 2 }, { "01_", 3 } },
	};
	for (size_t i = 0; i < sizeof(bases) / sizeof(*bases); i++) {
		if (take(&s, bases[i].prefix))
			return take_any(&s, bases[i].digits) > 0 && s.n == 0;
	}
	return false;
}

/*
 * 12, 1_000, .5, 1.5e3, 08 (a number of YAML 1.2), and with colons: 190:20:30 is a number of base
 * 60 in YAML 1.1, 15:04 the time of day that chamber quotes.
 */
static bool
is_decimal_number(struct span s)
{
	const struct span digits = SPAN(DIGITS "_");
	if (take_any(&s, digits) == 0 && (s.n < 2 || s.p[0] != '.' || !ascii_is_digit(s.p[1])))
		return false;
	while (take(&s, SPAN(":"))) {
		const char first = s.n > 0 ? s.p[0] : '\0';
		const size_t n = take_any(&s, SPAN(DIGITS));
		if (n == 0 || n > 2 || (n == 2 && first > '5'))
			return false;
	}
	if (take(&s, SPAN(".")))
		take_any(&s, digits);
	if (take(&s, SPAN("e")) || take(&s, SPAN("E"))) {
		if (!take(&s, SPAN("+")))
			take(&s, SPAN("-"));
		return take_any(&s, digits) > 0 && s.n == 0;
	}
	return s.n == 0;
}

static bool
is_number(struct span s)
{
	/* chamber removes both signs. */
	take(&s, SPAN("+"));
	take(&s, SPAN("-"));
	return s.n > 0 && s.p[0] != '_' && (is_based_number(s) || is_decimal_number(s));
}

/* 2001-12-14, and with a time after it; also where no calendar has that day. */
static bool
is_date(struct span s)
{
	if (take_any(&s, SPAN(DIGITS)) != 4)
		return false;
	for (int i = 0; i < 2; i++) {
		if (!take(&s, SPAN("-")) || take_any(&s, SPAN(DIGITS)) == 0)
			return false;
	}
	if (s.n == 0)
		return true;
	if (!take(&s, SPAN("T")) && !take(&s, SPAN("t")) && take_any(&s, SPAN(" \t")) == 0)
		return false;
	take_any(&s, SPAN(DIGITS ":.+-Zz \t"));
	return s.n == 0;
}

/* What means something else to a parser of YAML, in a plain scalar or before one. */
static bool
has_indicator(struct span s)
{
	const char last = s.p[s.n - 1];
	if (character_is_in(s.p[0], SPAN("*&[{}],!|>%'\"@ `\t")) || last == ':' || last == ' ')
		return true;
	if (s.p[0] == '?' && (s.n == 1 || s.p[1] == ' '))
		return true;
	for (size_t i = 0; i < s.n; i++) {
		const char c = s.p[i];
		if (c == '#' || c == '\\')
			return true;
		if ((c == ':' || c == '-') && i + 1 < s.n && s.p[i + 1] == ' ')
			return true;
	}
	return false;
}

/*
 * What YAML does not allow, or what it takes for the end of a line; a tab has a place in blocks
 * only.
 */
static bool
has_unprintable(struct span s)
{
	const bool is_block = span_find(s, '\n') < s.n;
	struct character c;
	while (character_take(&s, &c)) {
		if (c.code == '\n' || (c.code == '\t' && is_block))
			continue;
		if (character_is_control(c.code) || c.code == 0x2028 || c.code == 0x2029 ||
			c.code == 0xfeff || c.code == 0xfffe || c.code == 0xffff)
			return true;
	}
	return false;
}

/* The first line of a block sets how far it is indented, so it must not begin with blanks. */
static bool
has_unclear_indentation(struct span s)
{
	struct span line;
	if (span_find(s, '\n') == s.n)
		return false;
	while (span_split(&s, '\n', &line)) {
		if (line.n > 0)
			return line.p[0] == ' ' || line.p[0] == '\t';
	}
	return true; /* nothing but line breaks */
}

bool
yaml_needs_quotes(struct span s)
{
	return s.n == 0 || span_eq(s, SPAN("-")) || is_word(s) || is_number(s) || is_date(s) ||
	       has_indicator(s) || has_unprintable(s) || has_unclear_indentation(s);
}
