#include "init/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/bounded.h"
#include "base/log.h"
#include "base/stop.h"
#include "init/fds.h"
#include "init/signals.h"
#include "init/terminal.h"

/* An error that passes must not be taken for the end of all children; one that stays ends us. */
#define WAIT_TRIES 100

/* Where the fetcher finds the block: the first number after the standard streams. */
#define FETCHER_BLOCK_FD (STDERR_FILENO + 1)

/* After the deadlines of the fetcher itself and of its parent. */
#define FETCHER_ALARM_S 2

/*
 * The kernel's own end of a fetcher, for one that hangs below a parent that is stopped, or dead
 * without the fetcher having been told. By SIGKILL, which can neither be blocked nor ignored; the
 * sandbox allows no call that touches the timer. Where there are no timers, there is none.
 */
static void
set_alarm(clock_ms timeout)
{
	struct sigevent end = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL };
	const struct itimerspec at = { .it_value = { .tv_sec = (time_t)(timeout / 1000) +
							       FETCHER_ALARM_S } };
	int timer;
	if (timeout != 0 && syscall(SYS_timer_create, CLOCK_MONOTONIC, &end, &timer) == 0)
		syscall(SYS_timer_settime, timer, 0, &at, NULL);
}

/* The descriptors of the fetcher: stderr, the block, and nothing to read from or to write to. */
static bool
keep_descriptors(int block_fd, struct err *e)
{
	if (block_fd != FETCHER_BLOCK_FD && dup3(block_fd, FETCHER_BLOCK_FD, O_CLOEXEC) < 0)
		return err_sys(e, ERR_FINAL, errno, "keep the file for the parameters");
	fds_close_from(FETCHER_BLOCK_FD + 1);
	close(STDIN_FILENO);
	close(STDOUT_FILENO);
	return fds_guard_standard(e);
}

_Noreturn static void
run_fetcher(const struct config *c, const struct init_roles *roles, int block_fd, pid_t parent)
{
	struct err e;
	log_role("fetch");
	/* Without a parent there is no use for the parameters. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* A negative number: the kernel refuses to say it. */
	pid_t now = getppid();
	if (now >= 0 && now != parent)
		_exit(EXIT_TEMPORARY);
	bounded_prepare();
	set_alarm(c->timeout_ms);
	stop_watch();
	if (!keep_descriptors(block_fd, &e)) {
		log_error(&e);
		_exit(err_exit_code(&e));
	}
	_exit(roles->fetch(c, FETCHER_BLOCK_FD));
}

pid_t
child_fetch(const struct config *c, const struct init_roles *roles, int block_fd, struct err *e)
{
	pid_t self = getpid();
	/* Not fork(3), which takes the locks of all that threads share: here is one thread. */
	pid_t pid = _Fork();
	if (pid < 0)
		err_sys(e, ERR_FINAL, errno, "start the process that fetches");
	if (pid == 0)
		run_fetcher(c, roles, block_fd, self);
	return pid;
}

pid_t
child_launch(const struct config *c, const struct init_roles *roles, int block_fd,
	const struct launch_terms *terms, struct execpipe *p)
{
	const pid_t own_group = getpgrp();
	pid_t pid = _Fork();
	if (pid == 0) {
		terminal_become_job(own_group);
		int code = roles->launch(c, block_fd, terms);
		execpipe_tell(p);
		_exit(code);
	}
	if (pid > 0) {
		/* The launcher does the same: the group is there before anything is sent to it. */
		setpgid(pid, pid);
		execpipe_watch(p);
	}
	return pid;
}

/*
 * A tracer that does nothing would keep the process stopped for ever. The signal it was about to
 * get goes with it, but not the SIGTRAP of an exec under trace, which is for the tracer.
 */
static bool
let_go(pid_t pid, int signo)
{
	long deliver = signo == SIGTRAP ? 0 : signo;
	return syscall(SYS_ptrace, PTRACE_DETACH, pid, NULL, deliver) == 0;
}

enum child_news
child_next(pid_t *pid, int *status)
{
	int raw = 0;
	int tries = WAIT_TRIES;
	do {
		*pid = waitpid(-1, &raw, WNOHANG | WUNTRACED | __WALL);
	} while (*pid < 0 && errno != ECHILD && --tries > 0);
	if (*pid == 0)
		return CHILD_QUIET;
	if (*pid < 0)
		return errno == ECHILD ? CHILD_NONE : CHILD_UNKNOWN;
	if (WIFSTOPPED(raw)) {
		*status = WSTOPSIG(raw);
		return let_go(*pid, *status) ? CHILD_LET_GO : CHILD_STOPPED;
	}
	*status = raw;
	return CHILD_ENDED;
}
