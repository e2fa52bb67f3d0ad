#include "launch/execute.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/quote.h"

/*
 * A line of ours that stderr did not take (a closed pipe, a file at its limit) left us a signal,
 * which pends as long as we block it. It is not the command's.
 */
static void
drop_own_faults(void)
{
	uint64_t faults = UINT64_C(1) << (SIGPIPE - 1) | UINT64_C(1) << (SIGXFSZ - 1);
	const struct timespec at_once = { 0 };
	const pid_t self = getpid();
	for (;;) {
		siginfo_t info;
		long signo = syscall(SYS_rt_sigtimedwait, &faults, &info, &at_once, sizeof(faults));
		if (signo <= 0)
			return;
		if (info.si_code == SI_USER && info.si_pid == self)
			continue;
		/* Another process sent it: that is the command's. */
		faults &= ~(UINT64_C(1) << (signo - 1));
		kill(self, (int)signo);
	}
}

static void
restore(const struct inherited *inherited)
{
	drop_own_faults();
	if (inherited->sigchld_ignored) {
		struct sigaction ignore = { .sa_handler = SIG_IGN };
		sigaction(SIGCHLD, &ignore, NULL);
	}
	/* All 64 bits as the kernel had them (init/signals.h). From here on a signal ends this
	 * process, as it would the command. */
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &inherited->signal_mask, NULL,
		sizeof(inherited->signal_mask));
}

static enum err_kind
kind_of(int number)
{
	switch (number) {
	case ENOENT:
	case ENOTDIR:
		return ERR_NOT_FOUND;
	case E2BIG:
		return ERR_LIMIT;
	case EAGAIN:
		return ERR_FINAL;
	}
	return ERR_NOT_EXECUTABLE;
}

bool
execute_explain(int number, const char *path, struct err *e)
{
	struct quoted q;
	const bool is_there = access(path, F_OK) == 0;
	err_sys(e, kind_of(number), number, "run %s", quote(&q, span_of(path)));
	if (number == ENOEXEC)
		return err_hint(e, "it is built for another architecture, or a script without a "
				   "#! line");
	if (kind_of(number) != ERR_NOT_FOUND || !is_there)
		return false;
	err_set(e, ERR_NOT_FOUND, "run %s: its interpreter is missing", q.text);
	return err_hint(e, "the program of its #! line, or the dynamic loader that it was "
			   "linked for, is not in the image");
}

bool
execute(const char *path, char *const *argv, char *const *envp, const struct inherited *inherited,
	struct err *e)
{
	restore(inherited);
	execve(path, argv, envp);
	return execute_explain(errno, path, e);
}
