#ifndef CTL_HELP_H
#define CTL_HELP_H

#include "ctl/base/text.h"
#include "ctl/command.h"

/* Appends the help of a command, or of the program where command is NULL. */
void help_put(struct text *t, const struct ctl_command *command);

#endif
