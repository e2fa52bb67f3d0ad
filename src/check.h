#ifndef CHECK_H
#define CHECK_H

#include "config/config.h"

/*
 * The command `check` (contract section 1): does all that exec does before the start, in this
 * process, and tells on stdout what it found, never a value. Returns 0 when exec would have
 * started the command, else exec's exit code.
 */
int check_run(const struct config *c);

#endif
