#include "config/config.h"

#include <string.h>

#include "base/quote.h"
#include "config/options.h"

/* The state of one walk over the command line. */
struct walk {
	char *const *word; /* the next one */
	struct config *c;
	bool has_command;
	bool wants_help;
	bool wants_version;
	bool has_separator;
	uint64_t seen; /* bit i: options[i] was given */
	struct err *e;
};

static const char command_name[][8] = {
	[COMMAND_EXEC] = "exec",
	[COMMAND_INIT] = "init",
	[COMMAND_CHECK] = "check",
	[COMMAND_COPY] = "copy",
	[COMMAND_VERSION] = "version",
	[COMMAND_HELP] = "help",
};
_Static_assert(sizeof(command_name) / sizeof(*command_name) == COMMAND_HELP + 1, "no name");

const char *
config_getenv(char *const *environ, const char *name)
{
	struct span wanted = span_of(name);
	for (; *environ != NULL; environ++) {
		struct span entry = span_of(*environ);
		if (span_starts_with(entry, wanted) && entry.n > wanted.n + 1 &&
			entry.p[wanted.n] == '=')
			return entry.p + wanted.n + 1;
	}
	return NULL;
}

enum log_level
config_log_level(const struct config *c)
{
	if (c->quiet)
		return LOG_ERROR;
	return c->verbose ? LOG_DEBUG : LOG_INFO;
}

bool
config_fetches(const struct config *c)
{
	return (c->command == COMMAND_EXEC || c->command == COMMAND_CHECK) &&
	       (c->references || (c->service_count > 0 && c->backend != BACKEND_NULL));
}

static void
set_defaults(struct config *c, char *const *environ)
{
	struct err ignored = { 0 };
	memset(c, 0, sizeof(*c));
	c->environ = environ;
	c->help_of = COMMAND_HELP;
	for (int i = 1; i <= SIGNAL_MAX; i++)
		c->supervision.rewrite[i] = (uint8_t)i;
	/* The table's defaults are good values: a unit test sets each of them. */
	for (size_t i = 0; i < option_count; i++) {
		if (options[i].fallback[0] != '\0')
			option_set(&options[i], c, span_of(options[i].fallback), &ignored);
	}
}

static bool
usage_hint(struct err *e)
{
	return err_hint(e, "'antechamber --help' shows what can be written");
}

/* A value's error gets the place it came from: "--retries" or "ANTECHAMBER_RETRIES". */
static bool
set_named(const struct option *o, struct config *c, const char *place, struct span value,
	struct err *e)
{
	struct quoted q;
	if (option_set(o, c, value, e))
		return true;
	return err_ctx(e, "usage: %s '%s'", place, quote(&q, value));
}

static bool
set_option(struct walk *w, const struct option *o, struct span value)
{
	char place[sizeof(o->name) + 2] = "--";
	memcpy(place + 2, o->name, sizeof(o->name));
	w->seen |= UINT64_C(1) << (o - options);
	return set_named(o, w->c, place, value, w->e);
}

/* The word behind an option that wants a value. */
static bool
take_value(struct walk *w, const struct option *o, struct span *value)
{
	if (*w->word == NULL || strcmp(*w->word, "--") == 0) {
		err_set(w->e, ERR_USAGE, "usage: --%s: its value is missing: %s", o->name,
			o->value);
		return usage_hint(w->e);
	}
	*value = span_of(*w->word++);
	return true;
}

static bool
parse_long(struct walk *w, struct span text)
{
	struct quoted q;
	size_t n = span_find(text, '=');
	struct span name = { text.p, n };
	const struct option *o = option_by_name(name);
	if (span_eq(text, SPAN("help"))) {
		w->wants_help = true;
		return true;
	}
	if (span_eq(text, SPAN("version"))) {
		w->wants_version = true;
		return true;
	}
	if (o == NULL) {
		err_set(w->e, ERR_USAGE, "usage: --%s: there is no such option", quote(&q, name));
		return usage_hint(w->e);
	}
	struct span value = SPAN("true");
	if (n < text.n)
		value = span_skip(text, n + 1);
	else if (!option_is_flag(o) && !take_value(w, o, &value))
		return false;
	return set_option(w, o, value);
}

/* -g, -gs, -r3, -r 3, -r=3, -g=false */
static bool
parse_letters(struct walk *w, struct span text)
{
	while (text.n > 0) {
		const struct option *o = option_by_letter(text.p[0]);
		if (text.p[0] == 'h') {
			w->wants_help = true;
			text = span_skip(text, 1);
			continue;
		}
		if (o == NULL) {
			struct quoted q;
			err_set(w->e, ERR_USAGE, "usage: -%s: there is no such option",
				quote(&q, (struct span){ text.p, 1 }));
			return usage_hint(w->e);
		}
		struct span value = span_skip(text, 1);
		text = value;
		bool attached = value.n > 0 && (!option_is_flag(o) || value.p[0] == '=');
		if (attached) {
			value = span_skip(value, value.p[0] == '=');
			text.n = 0;
		} else if (option_is_flag(o)) {
			value = SPAN("true");
		} else if (!take_value(w, o, &value)) {
			return false;
		}
		if (!set_option(w, o, value))
			return false;
	}
	return true;
}

static bool
parse_command(struct walk *w, struct span word)
{
	for (unsigned i = 0; i <= COMMAND_HELP; i++) {
		if (span_eq(word, span_of(command_name[i]))) {
			w->c->command = (enum command)i;
			w->has_command = true;
			return true;
		}
	}
	struct quoted q;
	err_set(w->e, ERR_USAGE, "usage: '%s': there is no such command", quote(&q, word));
	return usage_hint(w->e);
}

static bool
add_service(struct config *c, struct span service, struct err *e)
{
	if (c->service_count == SERVICES_MAX)
		return err_set(e, ERR_LIMIT, "services: more than %d", SERVICES_MAX);
	c->service[c->service_count++] = service;
	return true;
}

static bool
parse_operand(struct walk *w, struct span word)
{
	struct quoted q;
	struct config *c = w->c;
	if (!w->has_command)
		return parse_command(w, word);
	switch (c->command) {
	case COMMAND_EXEC:
	case COMMAND_CHECK:
		return add_service(c, word, w->e);
	case COMMAND_COPY:
		if (c->copy_path == NULL) {
			c->copy_path = word.p;
			return true;
		}
		break;
	case COMMAND_HELP:
		for (unsigned i = 0; i <= COMMAND_HELP; i++) {
			if (span_eq(word, span_of(command_name[i]))) {
				c->help_of = (enum command)i;
				return true;
			}
		}
		break;
	case COMMAND_INIT:
	case COMMAND_VERSION:
		break;
	}
	err_set(w->e, ERR_USAGE, "usage: %s: '%s' is too much%s", command_name[c->command],
		quote(&q, word),
		c->command == COMMAND_INIT ? ": the command stands behind --" : "");
	return usage_hint(w->e);
}

static bool
walk_words(struct walk *w)
{
	while (*w->word != NULL) {
		struct span word = span_of(*w->word++);
		bool ok;
		if (span_eq(word, SPAN("--"))) {
			w->has_separator = true;
			if (*w->word != NULL)
				w->c->child = w->word;
			return true;
		}
		if (span_starts_with(word, SPAN("--")))
			ok = parse_long(w, span_skip(word, 2));
		else if (word.n > 1 && word.p[0] == '-')
			ok = parse_letters(w, span_skip(word, 1));
		else
			ok = parse_operand(w, word);
		if (!ok)
			return false;
	}
	return true;
}

/* A list in one variable, or a single value. */
static bool
set_from_variable(const struct option *o, struct config *c, const char *variable, const char *text,
	struct err *e)
{
	struct span rest = span_of(text);
	struct span part;
	if (!option_is_list(o))
		return set_named(o, c, variable, rest, e);
	while (span_word(&rest, " \t\n,", &part)) {
		if (!set_named(o, c, variable, part, e))
			return false;
	}
	return true;
}

/* The first of the option's variables that is set and not empty. */
static bool
read_twins(const struct option *o, struct config *c, struct err *e)
{
	char own[OPTION_TWIN_MAX];
	option_twin(o, own);
	const char *variable[] = { own, o->chamber_twin, o->aws_twin };
	for (size_t i = 0; i < sizeof(variable) / sizeof(*variable); i++) {
		const char *text = NULL;
		if (variable[i][0] != '\0')
			text = config_getenv(c->environ, variable[i]);
		if (text != NULL)
			return set_from_variable(o, c, variable[i], text, e);
	}
	return true;
}

static bool
read_environment(struct walk *w)
{
	struct config *c = w->c;
	unsigned command = 1u << c->command;
	for (size_t i = 0; i < option_count; i++) {
		bool seen = (w->seen >> i & 1) != 0;
		bool fits = (options[i].commands & command) != 0;
		if (seen && !fits) {
			err_set(w->e, ERR_USAGE, "usage: --%s: is no option of %s", options[i].name,
				command_name[c->command]);
			return usage_hint(w->e);
		}
		if (!seen && fits && !read_twins(&options[i], c, w->e))
			return false;
	}
	if ((command & (1u << COMMAND_EXEC | 1u << COMMAND_CHECK)) == 0 || c->service_count > 0)
		return true;

	struct span rest = span_of(config_getenv(c->environ, "ANTECHAMBER_SERVICES"));
	struct span service;
	while (span_word(&rest, " \t\n,", &service)) {
		if (!add_service(c, service, w->e))
			return false;
	}
	return true;
}

/* What must stand on the command line for the command to make sense. */
static bool
check_complete(const struct walk *w)
{
	const struct config *c = w->c;
	const char *name = command_name[c->command];
	bool fetches = c->command == COMMAND_EXEC || c->command == COMMAND_CHECK;
	bool runs = c->command == COMMAND_EXEC || c->command == COMMAND_INIT;

	if (runs && !w->has_separator) {
		err_set(w->e, ERR_USAGE, "usage: %s: no --: it separates %s from the command", name,
			c->command == COMMAND_EXEC ? "the services" : "the options");
		return err_hint(w->e, "write: antechamber %s%s -- command", name,
			c->command == COMMAND_EXEC ? " service" : "");
	}
	if (runs && c->child == NULL) {
		err_set(w->e, ERR_USAGE, "usage: %s: there is no command behind --", name);
		return usage_hint(w->e);
	}
	if (fetches && c->service_count == 0 && !c->references) {
		err_set(w->e, ERR_USAGE, "usage: %s: no service", name);
		return err_hint(
			w->e, "name at least one service before --, or set ANTECHAMBER_SERVICES");
	}
	if (c->command == COMMAND_COPY && (c->copy_path == NULL || c->copy_path[0] == '\0')) {
		err_set(w->e, ERR_USAGE, "usage: copy: the path to write to is missing");
		return usage_hint(w->e);
	}
	return true;
}

enum log_format
config_log_format(char *const *argv, char *const *environ)
{
	static struct config c;
	const struct option *o = option_by_name(SPAN("log-format"));
	struct err ignored;
	c.environ = environ;
	read_twins(o, &c, &ignored);
	for (; *argv != NULL && strcmp(*argv, "--") != 0; argv++) {
		struct span word = span_of(*argv);
		if (span_eq(word, SPAN("--log-format")) && argv[1] != NULL)
			option_set(o, &c, span_of(argv[1]), &ignored);
		else if (span_starts_with(word, SPAN("--log-format=")))
			option_set(o, &c, span_skip(word, 13), &ignored);
	}
	return c.log_format;
}

bool
config_parse(int argc, char *const *argv, char *const *environ, struct config *c, struct err *e)
{
	set_defaults(c, environ);
	struct walk w = { .word = argv + (argc > 0), .c = c, .e = e };
	if (!walk_words(&w))
		return false;
	if (w.wants_version || w.wants_help) {
		if (w.has_command && c->command != COMMAND_HELP)
			c->help_of = c->command;
		c->command = w.wants_help ? COMMAND_HELP : COMMAND_VERSION;
		return true;
	}
	if (!w.has_command) {
		err_set(e, ERR_USAGE, "usage: no command: exec, init, check, copy or version");
		return usage_hint(e);
	}
	return read_environment(&w) && check_complete(&w);
}
