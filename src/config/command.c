#include "config/command.h"

/* The synopsis, a newline, the summary. */
static struct span
text_of(enum command command)
{
	switch (command) {
	case COMMAND_EXEC:
		return SPAN("exec [options] [service[:label]...] -- command [argument...]\n"
			    "run a command with the parameters of services in its environment");
	case COMMAND_INIT:
		return SPAN("init [options] -- command [argument...]\n"
			    "run a command under the same init, contact nobody");
	case COMMAND_CHECK:
		return SPAN("check [options] [service[:label]...] [-- command]\n"
			    "do all that exec does before the start and tell what it found, "
			    "never a value");
	case COMMAND_COPY:
		return SPAN("copy PATH\n"
			    "write a copy of this executable to PATH");
	case COMMAND_VERSION:
		return SPAN("version\n"
			    "print the version");
	case COMMAND_HELP:
		return SPAN("help [command]\n"
			    "print this text");
	}
	return SPAN("");
}

struct span
command_synopsis(enum command command)
{
	struct span rest = text_of(command);
	rest.n = span_find(rest, '\n');
	return rest;
}

struct span
command_summary(enum command command)
{
	struct span rest = text_of(command);
	return span_skip(rest, span_find(rest, '\n') + 1);
}

struct span
command_name(enum command command)
{
	struct span name = command_synopsis(command);
	name.n = span_find(name, ' ');
	return name;
}

bool
command_by_name(struct span name, enum command *command)
{
	for (unsigned i = 0; i <= COMMAND_HELP; i++) {
		if (span_eq(name, command_name((enum command)i))) {
			*command = (enum command)i;
			return true;
		}
	}
	return false;
}
