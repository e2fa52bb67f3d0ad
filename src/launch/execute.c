#include "launch/execute.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/quote.h"

static void
restore(const struct inherited *inherited)
{
	if (inherited->sigchld_ignored) {
		struct sigaction ignore = { .sa_handler = SIG_IGN };
		sigaction(SIGCHLD, &ignore, NULL);
	}
	/* All 64 bits as the kernel had them (init/signals.h). From here on a signal ends us, as it
	 * would the command. */
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &inherited->signal_mask, NULL,
		sizeof(inherited->signal_mask));
}

static enum err_kind
kind_of(int number)
{
	switch (number) {
	case ENOENT:
		return ERR_NOT_FOUND;
	case E2BIG:
		return ERR_LIMIT;
	case EAGAIN:
		return ERR_FINAL;
	}
	return ERR_NOT_EXECUTABLE;
}

static bool
explain(int number, const char *path, struct err *e)
{
	struct quoted q;
	const bool is_there = access(path, F_OK) == 0;
	err_sys(e, kind_of(number), number, "run %s", quote(&q, span_of(path)));
	if (number == ENOEXEC)
		return err_hint(e, "it is built for another architecture, or a script without a "
				   "#! line");
	if (number != ENOENT || !is_there)
		return false;
	err_set(e, ERR_NOT_FOUND, "run %s: its interpreter is not there", q.text);
	return err_hint(e, "the program of its #! line, or the dynamic loader that it was "
			   "linked for, is not in the image");
}

bool
execute(const char *path, char *const *argv, char *const *envp, const struct inherited *inherited,
	struct err *e)
{
	restore(inherited);
	execve(path, argv, envp);
	return explain(errno, path, e);
}
