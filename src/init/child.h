#ifndef INIT_CHILD_H
#define INIT_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "config/config.h"
#include "init/roles.h"

/* Starting our roles as processes (their pid, or -1 and an error), and hearing of their ends. */

/*
 * Starts the fetcher, which keeps 0 to 2 and block_fd and dies with us. Signals stay blocked in it
 * (we are told of them, and kill it).
 */
pid_t child_fetch(
	const struct config *c, const struct init_roles *roles, int block_fd, struct err *e);

/*
 * Starts the launcher in a process group of its own, the terminal's foreground if we are there, and
 * returns when the command's image has taken its place, or it has failed
 * and ended: no signal can fall between, and the command's process group is there. The memory is
 * the launcher's own, so that the secrets are never written in ours.
 */
pid_t child_launch(const struct config *c, const struct init_roles *roles, int block_fd,
	const struct launch_terms *terms, struct err *e);

enum child_news {
	CHILD_ENDED, /* status is what wait(2) says */
	CHILD_STOPPED, /* status is the signal */
	CHILD_QUIET, /* children are left, none has news */
	CHILD_NONE, /* no children are left */
};

/*
 * The next news of any child, without waiting. One SIGCHLD may stand for many, so ask until
 * CHILD_QUIET or CHILD_NONE. A process that asked to be traced by us (PTRACE_TRACEME) is let go on.
 */
enum child_news child_next(pid_t *pid, int *status);

#endif
