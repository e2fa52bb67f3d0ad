#include "config/config.h"

#include <string.h>

#include "base/envvar.h"
#include "config/command.h"
#include "config/service.h"
#include "config/words.h"

enum log_level
config_log_level(const struct config *c)
{
	if (c->quiet)
		return LOG_ERROR;
	return c->verbose ? LOG_DEBUG : LOG_INFO;
}

static bool
has_services(const struct config *c)
{
	return c->command == COMMAND_EXEC || c->command == COMMAND_CHECK;
}

bool
config_fetches(const struct config *c)
{
	return has_services(c) &&
	       (c->rules.references || (c->service_count > 0 && c->backend != BACKEND_NULL));
}

void
config_drop_supervision(struct config *c)
{
	memset(&c->supervision, 0, sizeof(c->supervision));
	c->supervision.mode = SUPERVISE_AUTO;
	for (int i = 1; i <= SIGNAL_MAX; i++)
		c->supervision.rewrite[i] = (uint8_t)i;
}

static void
set_defaults(struct config *c, char *const *environ)
{
	struct err ignored = { 0 };
	memset(c, 0, sizeof(*c));
	c->environ = environ;
	c->help_of = COMMAND_HELP;
	config_drop_supervision(c);
	/* The table's defaults are good values: a unit test sets each of them. */
	for (const struct option *o = option_table; o < option_table + option_count; o++) {
		if (o->fallback[0] != '\0')
			option_set(o, c, span_of(o->fallback), &ignored);
	}
}

/* A list in one variable, or a single value. */
static bool
set_from_variable(const struct option *o, struct config *c, const char *variable, const char *text,
	struct err *e)
{
	struct span rest = span_of(text);
	struct span part;
	if (!option_is_list(o))
		return words_set(o, c, variable, rest, e);
	while (span_word(&rest, OPTION_SEPARATORS, &part)) {
		if (!words_set(o, c, variable, part, e))
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
	const char *variable[] = { own[0] != '\0' ? own : NULL, o->chamber_twin, o->aws_twin };
	for (size_t i = 0; i < sizeof(variable) / sizeof(*variable); i++) {
		const char *text = NULL;
		if (variable[i] != NULL)
			text = envvar_get(c->environ, variable[i]);
		if (text != NULL)
			return set_from_variable(o, c, variable[i], text, e);
	}
	return true;
}

static bool
read_option(struct words *w, const struct option *o)
{
	const bool was_given = (w->seen >> option_index(o) & 1) != 0;
	/* After an error only --log-format still matters, whatever the command is. */
	const bool fits = w->failed || (o->commands & 1 << w->c->command) != 0;
	if (was_given && !fits) {
		return err_set(w->e, ERR_USAGE, "--%s is not an option of %s", o->name,
			command_name(w->c->command));
	}
	return was_given || !fits || read_twins(o, w->c, w->e);
}

/* The variable counts where the command line names no service. */
static bool
read_services(struct config *c, struct err *e)
{
	struct span rest = span_of(envvar_get(c->environ, "ANTECHAMBER_SERVICES"));
	struct span service;
	const bool is_named = c->service_count > 0;
	while (span_word(&rest, OPTION_SEPARATORS, &service)) {
		c->services_hidden = is_named;
		if (!is_named && !words_add_service(c, service, e))
			return false;
	}
	return true;
}

/* What the command cannot do without. */
static bool
check_complete(const struct words *w)
{
	const struct config *c = w->c;
	const bool is_exec = c->command == COMMAND_EXEC;
	const bool runs = is_exec || c->command == COMMAND_INIT;
	if (runs && !w->has_separator) {
		err_set(w->e, ERR_USAGE, "-- is missing: it separates the %s from the command",
			is_exec ? "services" : "options");
		return err_hint(w->e, "write: antechamber %s -- command",
			is_exec ? "exec service" : "init");
	}
	if (w->has_separator && !runs && !has_services(c))
		return err_set(w->e, ERR_USAGE, "unexpected argument '--'");
	if (w->has_separator && c->argv == NULL)
		return err_set(w->e, ERR_USAGE, "no command after --");
	if (has_services(c) && c->service_count == 0 && !c->rules.references) {
		err_set(w->e, ERR_USAGE, "no service is named");
		return err_hint(
			w->e, "name at least one service before --, or set ANTECHAMBER_SERVICES");
	}
	if (c->command == COMMAND_COPY && (c->copy_path == NULL || c->copy_path[0] == '\0'))
		return err_set(w->e, ERR_USAGE, "the path to write to is missing");
	return c->backend != BACKEND_NULL || service_check_unused(c, w->e);
}

/* Adds what the environment says where the command line says nothing; judges the whole. */
static bool
complete(struct words *w)
{
	for (const struct option *o = option_table; o < option_table + option_count; o++)
		words_judge(w, read_option(w, o));
	if (has_services(w->c))
		words_judge(w, read_services(w->c, w->e));
	words_judge(w, check_complete(w) || err_ctx(w->e, "%s", command_name(w->c->command)));
	return !w->failed;
}

bool
config_parse(int argc, char *const *argv, char *const *environ, struct config *c, struct err *e)
{
	set_defaults(c, environ);
	struct words w = { .next = argv + (argc > 0), .c = c, .e = e };
	words_read(&w);
	if (!w.failed && (w.wants_version || w.wants_help)) {
		if (w.has_command && c->command != COMMAND_HELP)
			c->help_of = c->command;
		c->command = w.wants_help ? COMMAND_HELP : COMMAND_VERSION;
		return true;
	}
	if (!w.has_command)
		words_judge(&w, err_set(w.e, ERR_USAGE,
					"no command given: exec, init, check, copy or version"));
	if (complete(&w))
		return true;
	if (e->kind == ERR_USAGE)
		err_ctx(e, "usage");
	if (w.has_command && c->command < COMMAND_VERSION)
		return err_hint(
			e, "'antechamber %s --help' lists the options", command_name(c->command));
	return err_hint(e, "'antechamber --help' lists the commands");
}
