#ifndef INIT_EXECPIPE_H
#define INIT_EXECPIPE_H

#include <signal.h>
#include <stdbool.h>

#include "base/err.h"

/*
 * How PID 1 learns what becomes of the launcher while it stays reachable: a pipe whose write end
 * the launcher has, close-on-exec. Its end means that the execve has happened (or that the launcher
 * was killed, which wait(2) says too); a byte, that the launcher returns without it.
 */
struct execpipe {
	int read_fd; /* -1: there is nothing to find out */
	int write_fd;
	bool is_silent; /* no signal comes when there is news: look from time to time */
};

/* Before the fork. False: there is no pipe, and e says why. */
bool execpipe_open(struct execpipe *p, struct err *e);

/* In the parent, after the fork. A signal, execpipe_is_notice, then says that there is news. */
void execpipe_watch(struct execpipe *p);

/* In the launcher: its role has returned. */
void execpipe_tell(const struct execpipe *p);

enum execpipe_news {
	EXECPIPE_NOTHING,
	EXECPIPE_EXECUTED,
	EXECPIPE_RETURNED,
};

/* What there is, once, without waiting. */
enum execpipe_news execpipe_look(struct execpipe *p);

/* Whether this is a signal that execpipe_watch asked for, be it a late one. */
bool execpipe_is_notice(int signo, const siginfo_t *info);

#endif
