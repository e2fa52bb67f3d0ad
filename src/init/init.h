#ifndef INIT_INIT_H
#define INIT_INIT_H

#include "config/config.h"
#include "init/roles.h"

/*
 * PID 1: starts the roles, forwards signals, reaps (src/README.md). It includes neither network nor
 * parser; the roles come in as functions, so that the layering shows.
 */

/*
 * Runs the start and, where it supervises, the command to its end. Returns the exit code. Errors
 * are reported here; e is memory for them.
 */
int init_run(const struct config *c, const struct init_roles *roles,
	const struct inherited *inherited, struct err *e);

#endif
