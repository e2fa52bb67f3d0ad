#ifndef LAUNCH_LAUNCH_H
#define LAUNCH_LAUNCH_H

#include "config/config.h"
#include "env/environ.h"
#include "init/roles.h"

/*
 * The launcher's role: copies the block, checks the copy, merges it with the inherited environment
 * by c->rules, restores what was inherited and executes the command that launch_find found.
 */

/* Looks the command up before anything is fetched. False: the command cannot be started. */
bool launch_find(const struct config *c, struct err *e);

/*
 * Makes the command's environment of a block and judges it: everything that may refuse the start
 * but the execve(2) itself. *plan says what becomes of each variable; it is good until the next
 * call. The errors are those of env/environ.h and launch/argsize.h.
 */
bool launch_judge(
	const struct config *c, struct span block, const struct environ_plan **plan, struct err *e);

/* The launch role of struct init_roles. */
int launch_run(const struct config *c, int block_fd, const struct launch_terms *terms);

#endif
