#include <signal.h>
#include <string.h>

#include "config/options.h"
#include "config/signame.h"

#define EXPECTED_BOOL "one of 1, 0, true, false, yes, no, on, off"
#define COUNT_MAX 1000000
/* The longest time that is accepted: a year. */
#define SECONDS_MAX 31536000

/* The position of the word in "a|b|c", in any case. */
static bool
parse_choice(const char *choices, struct span text, unsigned *place)
{
	struct span rest = span_of(choices);
	struct span choice;
	for (*place = 0; span_split(&rest, '|', &choice); (*place)++) {
		if (span_eq_nocase(choice, text))
			return true;
	}
	return false;
}

static bool
refuse(struct err *e, const char *expected)
{
	return err_set(e, ERR_USAGE, "not %s", expected);
}

static bool
parse_bool(struct span text, bool *value)
{
	unsigned place;
	if (!parse_choice("0|1|false|true|no|yes|off|on", text, &place))
		return false;
	*value = place % 2 == 1;
	return true;
}

static bool
parse_subreaper(struct span text, enum subreaper_mode *mode)
{
	bool on;
	if (!parse_bool(text, &on))
		return false;
	*mode = on ? SUBREAPER_ON : SUBREAPER_OFF;
	return true;
}

static bool
parse_count(struct span text, unsigned *count)
{
	uint64_t number;
	if (!span_u64(text, COUNT_MAX, &number) || number == 0)
		return false;
	*count = (unsigned)number;
	return true;
}

/* The digits after the point, in milliseconds; further ones only say whether it is zero. */
static bool
parse_fraction(struct span digits, clock_ms *ms, bool *is_zero)
{
	clock_ms unit = 100;
	*ms = 0;
	for (size_t i = 0; i < digits.n; i++, unit /= 10) {
		if (!ascii_is_digit(digits.p[i]))
			return false;
		*is_zero &= digits.p[i] == '0';
		*ms += (digits.p[i] - '0') * unit;
	}
	return digits.n > 0;
}

/* "2", "0.25", ".5". What is not zero must not become zero, which may mean "no limit". */
static bool
set_seconds(clock_ms *ms, struct span text, struct err *e)
{
	static const char expected[] = "a number of seconds from 0 to 31536000, such as 0.5";
	struct span fraction = text;
	struct span whole = { NULL, 0 };
	span_split(&fraction, '.', &whole);
	const bool has_point = fraction.p != NULL;
	uint64_t seconds = 0;
	clock_ms part = 0;
	bool is_zero = true;
	if (whole.n == 0 ? !has_point : !span_u64(whole, SECONDS_MAX, &seconds))
		return refuse(e, expected);
	if (has_point && !parse_fraction(fraction, &part, &is_zero))
		return refuse(e, expected);
	*ms = (clock_ms)seconds * 1000 + part;
	if (*ms == 0 && !is_zero)
		return err_set(e, ERR_USAGE, "less than a millisecond (0.001), but not 0");
	return true;
}

static bool
refuse_choice(const struct option *o, struct err *e)
{
	return err_set(e, ERR_USAGE, "not one of %s", o->value);
}

static bool
set_choice(const struct option *o, void *member, struct span value, struct err *e)
{
	unsigned place;
	if (!parse_choice(o->value, value, &place))
		return refuse_choice(o, e);
	/* The member is some enum, whose type the table does not know. */
	_Static_assert(sizeof(enum sandbox_mode) == sizeof(place), "an enum of another size");
	memcpy(member, &place, sizeof(place));
	return true;
}

static bool
set_backend(const struct option *o, struct config *c, struct span value, struct err *e)
{
	unsigned place;
	if (value.n > 5 && span_eq_nocase((struct span){ value.p, 5 }, SPAN("file:"))) {
		c->backend = BACKEND_FILE;
		c->backend_file = value.p + 5;
		return true;
	}
	if (parse_choice("s3|s3-kms", value, &place))
		return err_set(
			e, ERR_USAGE, "chamber's S3 backends are not supported, only %s", o->value);
	/* The enum has the order of the words. */
	if (!parse_choice(o->value, value, &place))
		return refuse_choice(o, e);
	c->backend = (enum backend)place;
	return true;
}

static bool
add_name(struct name_list *list, struct span value, struct err *e)
{
	const size_t star = span_find(value, '*');
	if (value.n == 0 || span_find(value, '=') < value.n || star + 1 < value.n)
		return refuse(e, "a variable's name, or a prefix of it ending in *");
	struct span rest = value;
	struct span first;
	/* Only in the option's variable is it a list. */
	if (!span_word(&rest, OPTION_SEPARATORS, &first) || first.n < value.n)
		return refuse(e, "one name: repeat the option for each");
	if (list->count == NAMES_MAX)
		return err_set(e, ERR_LIMIT, "more than %d names", NAMES_MAX);
	list->name[list->count++] = value;
	return true;
}

static bool
set_rewrite(struct config *c, struct span value, struct err *e)
{
	struct span to = value;
	struct span from;
	int arriving = 0;
	int forwarded = 0;
	if (!span_split(&to, ':', &from) || !signame_parse(from, &arriving) ||
		!(span_eq(to, SPAN("0")) || signame_parse(to, &forwarded)))
		return refuse(e, "A:B of two signals, such as TERM:QUIT, or A:0 to drop A");
	if (arriving == SIGKILL || arriving == SIGSTOP || arriving == SIGCHLD) {
		const struct span name = signame_of(arriving);
		return err_set(e, ERR_USAGE, "SIG%.*s is never forwarded", (int)name.n, name.p);
	}
	c->supervision.rewrite[arriving] = (uint8_t)forwarded;
	return true;
}

static bool
set_remap(struct config *c, struct span value, struct err *e)
{
	uint64_t code;
	if (!span_u64(value, 255, &code))
		return refuse(e, "an exit code from 0 to 255");
	c->supervision.remap_exit[code] = true;
	return true;
}

bool
option_set(const struct option *o, struct config *c, struct span value, struct err *e)
{
	void *member = (char *)c + o->offset;
	switch (o->kind) {
	case OPTION_FLAG:
		return parse_bool(value, member) || refuse(e, EXPECTED_BOOL);
	case OPTION_TRISTATE:
		return parse_subreaper(value, member) || refuse(e, EXPECTED_BOOL);
	case OPTION_COUNT:
		return parse_count(value, member) || refuse(e, "a whole number from 1 to 1000000");
	case OPTION_SECONDS:
		return set_seconds(member, value, e);
	case OPTION_SIGNAL:
		return signame_parse(value, member) ||
		       refuse(e, "a signal's name such as TERM or RTMIN+3, "
				 "or a number from 1 to 64");
	case OPTION_CHOICE:
		return set_choice(o, member, value, e);
	case OPTION_TEXT:
		memcpy(member, &value.p, sizeof(value.p));
		return true;
	case OPTION_BACKEND:
		return set_backend(o, c, value, e);
	case OPTION_NAMES:
		return add_name(member, value, e);
	case OPTION_REMAP:
		return set_remap(c, value, e);
	case OPTION_REWRITE:
		return set_rewrite(c, value, e);
	case OPTION_IGNORED:
		return parse_bool(SPAN("true"), member);
	}
	return false;
}
