#include "ctl/help.h"

#include "ctl/options.h"

/* Where the second column begins. */
#define COLUMN 36

static void
put_column(struct text *t, size_t start)
{
	if (t->n + 1 > start + COLUMN) {
		text_put_char(t, '\n');
		start = t->n;
	}
	do
		text_put_char(t, ' ');
	while (t->n < start + COLUMN);
}

static void
put_option(struct text *t, const struct ctl_option *o)
{
	const size_t start = t->n;
	if (o->letter != 0)
		text_printf(t, "  -%c, --%s", o->letter, o->name);
	else
		text_printf(t, "      --%s", o->name);
	if (o->value != NULL)
		text_printf(t, " %s", o->value);
	put_column(t, start);
	text_put_str(t, o->help);
	if (o->fallback != NULL)
		text_printf(t, " (default %s)", o->fallback);
	text_put_char(t, '\n');
	if (o->variable[0] == NULL)
		return;
	put_column(t, t->n);
	for (size_t i = 0; i < sizeof(o->variable) / sizeof(*o->variable); i++) {
		if (o->variable[i] != NULL)
			text_printf(t, "%s%s", i == 0 ? "[" : ", ", o->variable[i]);
	}
	text_put_str(t, "]\n");
}

/* Those of one command, or those that all have. */
static void
put_options(struct text *t, const struct ctl_command *command, const char *title)
{
	bool has_title = false;
	for (const struct ctl_option *o = ctl_option_table; o < ctl_option_table + ctl_option_count;
		o++) {
		if (command == NULL ? o->commands != NULL
				    : o->commands == NULL || !ctl_option_is_of(o, command->name))
			continue;
		if (!has_title)
			text_printf(t, "\n%s\n", title);
		has_title = true;
		put_option(t, o);
	}
}

static void
put_commands(struct text *t)
{
	text_put_str(t, "antechamberctl: the secrets of services, for the people who write them\n\n"
			"Usage: antechamberctl COMMAND [OPTION...] [ARGUMENT...]\n\nCommands:\n");
	for (size_t i = 0; i < ctl_command_count; i++) {
		const size_t start = t->n;
		text_printf(
			t, "  %s %s", ctl_command_table[i].name, ctl_command_table[i].arguments);
		put_column(t, start);
		text_printf(t, "%s\n", ctl_command_table[i].summary);
	}
}

void
help_put(struct text *t, const struct ctl_command *command)
{
	if (command == NULL) {
		put_commands(t);
		put_options(t, NULL, "Options of all commands, and the variables that set them:");
		text_put_str(
			t, "\n'antechamberctl COMMAND --help' lists the options of a command.\n");
		return;
	}
	text_printf(t, "Usage: antechamberctl %s [OPTION...] %s\n\n%s\n", command->name,
		command->arguments, command->summary);
	put_options(t, command, "Options, and the variables that set them:");
	put_options(t, NULL, "Options of all commands:");
}
