#include "config/help.h"

#include "config/command.h"
#include "config/options.h"

/* Where the second column begins. */
#define COLUMN 34

/* Up to the second column of the line that begins at start; of the next line if it is too long. */
static void
put_column(struct buf *b, size_t start)
{
	if (b->len + 1 > start + COLUMN) {
		buf_put_char(b, '\n');
		start = b->len;
	}
	do {
		buf_put_char(b, ' ');
	} while (b->len < start + COLUMN && !b->overflow);
}

static void
put_variables(struct buf *b, const struct option *o)
{
	char twin[OPTION_TWIN_MAX];
	option_twin(o, twin);
	if (twin[0] == '\0')
		return;
	put_column(b, b->len);
	buf_printf(b, "[%s", twin);
	if (o->chamber_twin != NULL)
		buf_printf(b, ", %s", o->chamber_twin);
	if (o->aws_twin != NULL)
		buf_printf(b, ", %s", o->aws_twin);
	buf_put_str(b, "]\n");
}

static void
put_option(struct buf *b, const struct option *o)
{
	const size_t start = b->len;
	if (o->letter != 0)
		buf_printf(b, "  -%c, --%s", o->letter, o->name);
	else
		buf_printf(b, "      --%s", o->name);
	if (o->value != NULL)
		buf_printf(b, " %s", o->value);
	put_column(b, start);
	buf_put_str(b, o->help);
	if (o->fallback[0] != '\0')
		buf_printf(b, " (default %s)", o->fallback);
	buf_put_char(b, '\n');
	put_variables(b, o);
}

static void
put_options(struct buf *b, enum command command)
{
	buf_put_str(b, "\nOptions, and the variables that set them:\n");
	for (const struct option *o = option_table; o < option_table + option_count; o++) {
		if ((o->commands & 1u << command) != 0)
			put_option(b, o);
	}
}

/* Synopsis and summary, with a separator between them. */
static void
put_command(struct buf *b, enum command command, const char *between)
{
	const char *arguments = command_arguments(command);
	buf_printf(b, "antechamber %s%s%s%s%s\n", command_name(command),
		arguments[0] != '\0' ? " " : "", arguments, between, command_summary(command));
}

static void
put_overview(struct buf *b)
{
	buf_put_str(
		b, "antechamber: the entrypoint that gives a container its secrets\n\nUsage:\n");
	for (unsigned i = 0; i <= COMMAND_HELP; i++) {
		buf_put_str(b, "  ");
		put_command(b, (enum command)i, "\n      ");
	}
	buf_put_str(b, "\n'antechamber COMMAND --help' lists the options of a command.\n");
}

void
config_put_help(struct buf *b, enum command command)
{
	if (command == COMMAND_HELP) {
		put_overview(b);
		return;
	}
	buf_put_str(b, "Usage: ");
	put_command(b, command, "\n\n");
	if (command == COMMAND_EXEC || command == COMMAND_CHECK)
		buf_put_str(b,
			"\nThe parameters of a service have names such as /service/KEY. If no "
			"service is\n"
			"given, ANTECHAMBER_SERVICES is read. {NAME} in a service is "
			"replaced by the\n"
			"variable NAME, {k8s:namespace} by the pod's namespace, and "
			"{ecs:service},\n"
			"{ecs:family} and {ecs:cluster} by what the ECS task has.\n");
	if (command != COMMAND_VERSION)
		put_options(b, command);
}

void
config_put_version(struct buf *b)
{
	buf_put_str(b, "antechamber " ANTECHAMBER_VERSION "\n");
}
