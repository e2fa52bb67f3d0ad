#include "init/explain.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/log.h"
#include "config/signame.h"

static const char *
doing(const struct super *s)
{
	return s->phase == PHASE_FETCH ? "load parameters" : "start the command";
}

static void
explain_death(int signo)
{
	struct err e;
	const struct span name = signame_of(signo);
	if (signo == SIGSYS) {
		err_set(&e, ERR_FINAL,
			"load parameters: the sandbox killed the process that loads them, for a "
			"system call that it never makes");
		err_hint(&e, "a response may have been made to attack it: please report this");
	} else {
		err_set(&e, ERR_FINAL,
			"load parameters: the process that loads them was killed by signal %d "
			"(%.*s)",
			signo, (int)name.n, name.p);
	}
	log_error(&e);
}

void
explain_stop(const struct super *s)
{
	struct err e;
	const struct span name = signame_of(s->stopped_by);
	err_set(&e, ERR_FINAL, "stopped by SIG%.*s %s", (int)name.n, name.p,
		s->phase == PHASE_FETCH ? "while loading parameters"
					: "while starting the command");
	log_error(&e);
}

void
explain_end(const struct super *s, int status)
{
	const bool is_killed = WIFSIGNALED(status);
	if (s->stopped_by != 0) {
		/* The fetcher's code after its own line; the launcher says nothing of a stop. */
		if (is_killed || (s->phase == PHASE_FETCH && WEXITSTATUS(status) != s->code))
			explain_stop(s);
	} else if (s->phase == PHASE_FETCH && s->ending == ENDING_NOT && is_killed) {
		explain_death(WTERMSIG(status));
	}
}

void
explain_deadline(const struct super *s, clock_ms timeout)
{
	struct err e;
	unsigned long long tenths = ((unsigned long long)timeout + 50) / 100;
	err_set(&e, ERR_FINAL, "%s: timed out after %llu.%llu s (--timeout)", doing(s), tenths / 10,
		tenths % 10);
	err_hint(&e, "a longer --timeout allows more time");
	log_error(&e);
}

void
explain_alone(const struct super *s)
{
	struct err e;
	err_set(&e, ERR_FINAL, "%s: its process is gone, and the kernel does not say how it ended",
		s->phase == PHASE_RUN ? "run the command" : doing(s));
	log_error(&e);
}
