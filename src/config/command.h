#ifndef CONFIG_COMMAND_H
#define CONFIG_COMMAND_H

#include "config/config.h"

/* "exec" */
const char *command_name(enum command command);

/* "[options] ...", what may follow the name, and one line about what the command does. */
const char *command_arguments(enum command command);
const char *command_summary(enum command command);

/* The command of that name; false when there is none. */
bool command_by_name(struct span name, enum command *command);

#endif
