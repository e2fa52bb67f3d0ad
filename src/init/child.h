#ifndef INIT_CHILD_H
#define INIT_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "config/config.h"
#include "init/execpipe.h"
#include "init/roles.h"

/* Starting our roles as processes, and hearing of their ends. */

/*
 * Starts the fetcher, which keeps 2 and block_fd, finds nothing on 0 and 1, and dies with us.
 * Signals stay blocked in it, but while it waits (base/stop.h). Its pid, or -1 and an error.
 */
pid_t child_fetch(
	const struct config *c, const struct init_roles *roles, int block_fd, struct err *e);

/*
 * Starts the launcher in a process group of its own, the terminal's foreground if we are there. Its
 * memory is its own, so that the secrets are never written in ours, and its signals stay blocked
 * until right before the execve, so that what is forwarded meanwhile is the command's. The group is
 * there when this returns; p, which is open, says what becomes of it. Its pid, or -1 and errno.
 */
pid_t child_launch(const struct config *c, const struct init_roles *roles, int block_fd,
	const struct launch_terms *terms, struct execpipe *p);

enum child_news {
	CHILD_ENDED, /* status is what wait(2) says */
	CHILD_STOPPED, /* status is the signal */
	CHILD_LET_GO, /* it was stopped by tracing, and goes on */
	CHILD_QUIET, /* children are left, none has news */
	CHILD_NONE, /* no children are left */
	CHILD_UNKNOWN, /* wait(2) cannot be called; errno says why */
};

/*
 * The next news of any child, without waiting. One SIGCHLD may stand for many, so ask until
 * CHILD_QUIET or CHILD_NONE. A process that asked to be traced by us (PTRACE_TRACEME) is let go on.
 */
enum child_news child_next(pid_t *pid, int *status);

#endif
