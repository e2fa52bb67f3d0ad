#ifndef LAUNCH_LAUNCH_H
#define LAUNCH_LAUNCH_H

#include "config/config.h"
#include "init/roles.h"

/*
 * The launcher's role: copies the block, checks the copy, merges it with the inherited environment by
 * c->rules, restores what was inherited and executes the command that launch_find found.
 */

/* Looks the command up before anything is fetched. False: the command cannot be started. */
bool launch_find(const struct config *c, struct err *e);

/* The launch role of struct init_roles. */
int launch_run(const struct config *c, int block_fd, const struct launch_terms *terms);

#endif
