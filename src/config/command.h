#ifndef CONFIG_COMMAND_H
#define CONFIG_COMMAND_H

#include "config/config.h"

/* "exec" */
struct span command_name(enum command command);

/* "exec [options] ...", beginning with its name, and one line about what it does. */
struct span command_synopsis(enum command command);
struct span command_summary(enum command command);

/* The command of that name; false when there is none. */
bool command_by_name(struct span name, enum command *command);

#endif
