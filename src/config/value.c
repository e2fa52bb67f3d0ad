#include <string.h>

#include "config/options.h"
#include "config/signame.h"

/* Longest time that is taken: a year. */
#define SECONDS_MAX 31536000

static bool
parse_bool(struct span text, bool *value)
{
	static const char yes[][5] = { "1", "true", "yes", "on" };
	static const char no[][6] = { "0", "false", "no", "off" };
	for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++) {
		if (span_eq_nocase(text, span_of(yes[i])) || span_eq_nocase(text, span_of(no[i]))) {
			*value = span_eq_nocase(text, span_of(yes[i]));
			return true;
		}
	}
	return false;
}

/* "2", "0.25", ".5": milliseconds, further digits are dropped. */
static bool
parse_seconds(struct span text, clock_ms *ms)
{
	struct span fraction = text;
	struct span whole = { NULL, 0 };
	span_split(&fraction, '.', &whole);
	uint64_t seconds = 0;
	if (whole.n > 0 && !span_u64(whole, SECONDS_MAX, &seconds))
		return false;
	if (fraction.n == 0) {
		*ms = (clock_ms)seconds * 1000;
		return whole.n > 0 && fraction.p == NULL;
	}

	clock_ms part = 0;
	clock_ms unit = 100;
	for (size_t i = 0; i < fraction.n; i++, unit /= 10) {
		if (!ascii_is_digit(fraction.p[i]))
			return false;
		part += (fraction.p[i] - '0') * unit;
	}
	*ms = (clock_ms)seconds * 1000 + part;
	return true;
}

/* The place of the word among "a|b|c". */
static bool
parse_choice(const char *choices, struct span text, unsigned *place)
{
	struct span rest = span_of(choices);
	struct span choice;
	for (*place = 0; span_split(&rest, '|', &choice); (*place)++) {
		if (span_eq(choice, text))
			return true;
	}
	return false;
}

static bool
set_backend(struct config *c, struct span value, struct err *e)
{
	if (value.n > 5 && span_eq_nocase((struct span){ value.p, 5 }, SPAN("file:"))) {
		c->backend = BACKEND_FILE;
		c->backend_file = value.p + 5;
		return true;
	}
	if (span_eq_nocase(value, SPAN("ssm")))
		c->backend = BACKEND_SSM;
	else if (span_eq_nocase(value, SPAN("secretsmanager")))
		c->backend = BACKEND_SECRETS_MANAGER;
	else if (span_eq_nocase(value, SPAN("null")))
		c->backend = BACKEND_NULL;
	else if (span_eq_nocase(value, SPAN("s3")) || span_eq_nocase(value, SPAN("s3-kms")))
		return err_set(e, ERR_USAGE,
			"chamber's backend %.*s is not supported, only ssm, secretsmanager, "
			"file:PATH and null",
			(int)value.n, value.p);
	else
		return err_set(e, ERR_USAGE, "not one of ssm, secretsmanager, file:PATH, null");
	return true;
}

static bool
set_unset(struct config *c, struct span value, struct err *e)
{
	size_t star = span_find(value, '*');
	bool is_prefix = star < value.n && star + 1 == value.n;
	if (value.n == 0 || span_find(value, '=') < value.n || (star < value.n && !is_prefix))
		return err_set(
			e, ERR_USAGE, "not a variable's name, or a prefix of it ending in *");
	if (c->rules.unset_count == UNSET_MAX)
		return err_set(e, ERR_LIMIT, "more than %d names", UNSET_MAX);
	c->rules.unset[c->rules.unset_count++] = value;
	return true;
}

static bool
set_remap(struct config *c, struct span value, struct err *e)
{
	uint64_t code;
	if (!span_u64(value, 255, &code))
		return err_set(e, ERR_USAGE, "not an exit code from 0 to 255");
	c->supervision.remap_exit[code] = true;
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
		return err_set(e, ERR_USAGE,
			"not A:B of two signals, such as TERM:QUIT, or A:0 to drop A");
	const char *name = signame_of(arriving);
	if (name != NULL && (strcmp(name, "KILL") == 0 || strcmp(name, "STOP") == 0 ||
				    strcmp(name, "CHLD") == 0))
		return err_set(e, ERR_USAGE, "SIG%s never arrives to be forwarded", name);
	c->supervision.rewrite[arriving] = (uint8_t)forwarded;
	return true;
}

static bool
set_flag(const struct option *o, char *member, struct span value, struct err *e)
{
	bool on;
	if (!parse_bool(value, &on))
		return err_set(e, ERR_USAGE, "not one of 1, 0, true, false, yes, no, on, off");
	if (o->kind == OPTION_FLAG) {
		memcpy(member, &on, sizeof(on));
		return true;
	}
	enum subreaper_mode mode = on ? SUBREAPER_ON : SUBREAPER_OFF;
	memcpy(member, &mode, sizeof(mode));
	return true;
}

static bool
set_count(char *member, struct span value, struct err *e)
{
	uint64_t number;
	if (!span_u64(value, 1000000, &number) || number == 0)
		return err_set(e, ERR_USAGE, "not a whole number from 1 to 1000000");
	unsigned count = (unsigned)number;
	memcpy(member, &count, sizeof(count));
	return true;
}

static bool
set_choice(const struct option *o, char *member, struct span value, struct err *e)
{
	unsigned place;
	if (!parse_choice(o->value, value, &place))
		return err_set(e, ERR_USAGE, "not one of %s", o->value);
	memcpy(member, &place, sizeof(place));
	return true;
}

static bool
set_seconds(char *member, struct span value, struct err *e)
{
	clock_ms ms;
	if (!parse_seconds(value, &ms))
		return err_set(e, ERR_USAGE, "not a number of seconds such as 30 or 0.5");
	memcpy(member, &ms, sizeof(ms));
	return true;
}

static bool
set_signal(char *member, struct span value, struct err *e)
{
	int signo;
	if (!signame_parse(value, &signo))
		return err_set(e, ERR_USAGE,
			"not a signal's name such as TERM or RTMIN+3, nor a number from 1 to 64");
	memcpy(member, &signo, sizeof(signo));
	return true;
}

bool
option_set(const struct option *o, struct config *c, struct span value, struct err *e)
{
	char *member = (char *)c + o->offset;
	const bool given = true;
	switch ((enum option_kind)o->kind) {
	case OPTION_FLAG:
	case OPTION_TRISTATE:
		return set_flag(o, member, value, e);
	case OPTION_COUNT:
		return set_count(member, value, e);
	case OPTION_SECONDS:
		return set_seconds(member, value, e);
	case OPTION_CHOICE:
		return set_choice(o, member, value, e);
	case OPTION_TEXT:
		memcpy(member, &value.p, sizeof(value.p));
		return true;
	case OPTION_SIGNAL:
		return set_signal(member, value, e);
	case OPTION_BACKEND:
		return set_backend(c, value, e);
	case OPTION_UNSET:
		return set_unset(c, value, e);
	case OPTION_REMAP:
		return set_remap(c, value, e);
	case OPTION_REWRITE:
		return set_rewrite(c, value, e);
	case OPTION_IGNORED:
		memcpy(member, &given, sizeof(given));
		return true;
	}
	return false;
}
