#ifndef INIT_INIT_H
#define INIT_INIT_H

#include "config/config.h"
#include "init/roles.h"

/*
 * PID 1: starts the roles, forwards signals, reaps (contract section 8, src/README.md). It includes
 * neither network nor parser; what it starts comes in as functions, so that the layering shows.
 */

/*
 * Runs the start and, where it supervises, the command to its end. Returns the exit code, after it
 * said what is in e: the callers' memory, since a second one on the stack is a page of PID 1.
 */
int init_run(const struct config *c, const struct init_roles *roles,
	const struct inherited *inherited, struct err *e);

#endif
