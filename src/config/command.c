#include "config/command.h"

#define SERVICES "[service[:label]...]"

static const struct {
	char name[8];
	const char *arguments;
	const char *summary;
} text[] = {
	[COMMAND_EXEC] = { "exec", "[options] " SERVICES " -- command [argument...]",
		"run a command with the services' parameters in its environment" },
	[COMMAND_INIT] = { "init", "[options] -- command [argument...]",
		"run a command with antechamber as its init, load nothing" },
	[COMMAND_CHECK] = { "check", "[options] " SERVICES " [-- command [argument...]]",
		"do what exec does before the start and report what was found, never a value" },
	[COMMAND_COPY] = { "copy", "PATH", "write a copy of this executable to PATH" },
	[COMMAND_VERSION] = { "version", "", "print the version" },
	[COMMAND_HELP] = { "help", "[command]", "print this text, or the options of a command" },
};
_Static_assert(sizeof(text) / sizeof(*text) == COMMAND_HELP + 1, "a command has no text");

const char *
command_name(enum command command)
{
	return text[command].name;
}

const char *
command_arguments(enum command command)
{
	return text[command].arguments;
}

const char *
command_summary(enum command command)
{
	return text[command].summary;
}

bool
command_by_name(struct span name, enum command *command)
{
	for (unsigned i = 0; i <= COMMAND_HELP; i++) {
		if (span_eq(name, span_of(text[i].name))) {
			*command = (enum command)i;
			return true;
		}
	}
	return false;
}
