#include "config/help.h"

#include "config/options.h"

static const struct {
	char synopsis[64];
	char what[88];
} commands[] = {
	[COMMAND_EXEC] = { "exec [options] [service[:label]...] -- command [argument...]",
		"run a command with the parameters of services in its environment" },
	[COMMAND_INIT] = { "init [options] -- command [argument...]",
		"run a command under the same init, contact nobody" },
	[COMMAND_CHECK] = { "check [options] [service[:label]...] [-- command]",
		"do all that exec does before the start and tell what it found, never a value" },
	[COMMAND_COPY] = { "copy PATH", "write a copy of this executable to PATH" },
	[COMMAND_VERSION] = { "version", "print the version" },
	[COMMAND_HELP] = { "help [command]", "print this text" },
};

static void
put_column(struct buf *b, size_t from, size_t width)
{
	do {
		buf_put_char(b, ' ');
	} while (b->len < from + width && !b->overflow);
}

static void
put_option(struct buf *b, const struct option *o)
{
	size_t start = b->len;
	if (o->letter != 0)
		buf_printf(b, "  -%c, --%s", o->letter, o->name);
	else
		buf_printf(b, "      --%s", o->name);
	if (o->value[0] != '\0')
		buf_printf(b, " %s", o->value);
	put_column(b, start, 34);
	buf_put_str(b, o->help);
	if (o->fallback[0] != '\0')
		buf_printf(b, " (default %s)", o->fallback);
	char twin[OPTION_TWIN_MAX];
	option_twin(o, twin);
	if (twin[0] != '\0') {
		buf_put_char(b, '\n');
		put_column(b, b->len, 34);
		buf_printf(b, "[%s", twin);
		if (o->chamber_twin[0] != '\0')
			buf_printf(b, ", %s", o->chamber_twin);
		if (o->aws_twin[0] != '\0')
			buf_printf(b, ", %s", o->aws_twin);
		buf_put_char(b, ']');
	}
	buf_put_char(b, '\n');
}

static void
put_options(struct buf *b, enum command command)
{
	buf_put_str(b, "\nOptions, and the variables that set them when they are not given:\n");
	for (size_t i = 0; i < option_count; i++) {
		if ((options[i].commands & (1 << command)) != 0)
			put_option(b, &options[i]);
	}
}

static void
put_overview(struct buf *b)
{
	buf_put_str(
		b, "antechamber: the entrypoint that gives a container its secrets\n\nUsage:\n");
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		buf_printf(
			b, "  antechamber %s\n      %s\n", commands[i].synopsis, commands[i].what);
	buf_put_str(b, "\n'antechamber COMMAND --help' tells a command's options.\n");
}

void
config_put_help(struct buf *b, enum command command)
{
	if (command == COMMAND_HELP) {
		put_overview(b);
		return;
	}
	buf_printf(b, "Usage: antechamber %s\n\n%s\n", commands[command].synopsis,
		commands[command].what);
	if (command == COMMAND_EXEC || command == COMMAND_CHECK)
		buf_put_str(b,
			"\nA service is the part of /service/KEY before the key; without one,\n"
			"ANTECHAMBER_SERVICES is read. {NAME} in it is replaced by the variable\n"
			"NAME, {k8s:namespace} by the pod's namespace, {ecs:service}, "
			"{ecs:family}\n"
			"and {ecs:cluster} by what the task's metadata say.\n");
	if (command != COMMAND_VERSION)
		put_options(b, command);
}

void
config_put_version(struct buf *b)
{
	buf_put_str(b, "antechamber " ANTECHAMBER_VERSION "\n");
}
