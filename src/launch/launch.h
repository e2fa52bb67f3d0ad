#ifndef LAUNCH_LAUNCH_H
#define LAUNCH_LAUNCH_H

#include "config/config.h"
#include "env/environ.h"
#include "init/roles.h"
#include "launch/argsize.h"

/*
 * The launcher's role: copies the block, checks the copy, merges it with the inherited environment
 * by c->rules, restores what was inherited and executes the command that launch_find found.
 */

/* Looks the command up before anything is fetched. False: the command cannot be started. */
bool launch_find(const struct config *c, struct err *e);

/*
 * Whether the command that was found, if there is one, could be executed: lookup_interpreter. For
 * `check`; the launcher hears it from the kernel.
 */
bool launch_can_run(struct err *e);

/* All memory of the role, mapped when it is played. Only what is used is ever touched. */
struct launcher {
	char block[BLOCK_MAX];
	struct environ_plan plan;
	const char *envp[ENVIRON_MAX + 1];
	char listen_pid[LISTEN_PID_MAX];
	struct argsize_terms terms;
};

/* Maps it and asks for the kernel's limits. NULL: ERR_FINAL, no memory. */
struct launcher *launch_map(struct err *e);

/*
 * Makes the command's environment of a block and judges it: everything that may refuse the start
 * but the execve(2) itself, without a system call. l->plan says what becomes of each variable. The
 * errors are those of env/environ.h and launch/argsize.h.
 */
bool launch_judge(struct launcher *l, const struct config *c, struct span block, struct err *e);

/* The launch role of struct init_roles. */
int launch_run(const struct config *c, int block_fd, const struct launch_terms *terms);

#endif
