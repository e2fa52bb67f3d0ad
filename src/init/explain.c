#include "init/explain.h"

#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>

#include "base/log.h"
#include "config/signame.h"

enum form {
	TO_DO, /* "start the command: ..." */
	DOING, /* "... while starting the command" */
};

/* What the process of this phase was to do. */
static const char *
purpose(const struct super *s, const struct config *c, enum form form)
{
	static const char text[][2][24] = {
		{ "load parameters", "loading parameters" },
		{ "start the command", "starting the command" },
		{ "write the report", "writing the report" },
		{ "run the command", "running the command" },
	};
	size_t row = 0;
	if (s->phase != PHASE_FETCH)
		row = s->phase == PHASE_START ? 1 : 3;
	if (row > 0 && c->command == COMMAND_CHECK)
		row = 2;
	return text[row][form];
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
explain_stop(const struct super *s, const struct config *c)
{
	struct err e;
	const int signo = s->stopped_by;
	const struct span name = signame_of(signo);
	const char *what = purpose(s, c, DOING);
	/* A real-time signal, by --rewrite-signal, has no name of its own. */
	if (signo > SIGSYS)
		err_set(&e, ERR_FINAL, "stopped by signal %d while %s", signo, what);
	else
		err_set(&e, ERR_FINAL, "stopped by SIG%.*s while %s", (int)name.n, name.p, what);
	log_error(&e);
}

void
explain_end(const struct super *s, const struct config *c, int status)
{
	const bool is_killed = WIFSIGNALED(status);
	if (s->stopped_by != 0) {
		/* The fetcher's code after its own line; the launcher says nothing of a stop. */
		if (is_killed || (s->phase == PHASE_FETCH && WEXITSTATUS(status) != s->code))
			explain_stop(s, c);
	} else if (s->phase == PHASE_FETCH && s->ending == ENDING_NOT && is_killed) {
		explain_death(WTERMSIG(status));
	}
}

void
explain_deadline(const struct super *s, const struct config *c)
{
	struct err e;
	unsigned long long tenths = ((unsigned long long)c->timeout_ms + 50) / 100;
	err_set(&e, ERR_FINAL, "%s: timed out after %llu.%llu s (--timeout)", purpose(s, c, TO_DO),
		tenths / 10, tenths % 10);
	err_hint(&e, "a longer --timeout allows more time");
	log_error(&e);
}

void
explain_alone(const struct super *s, const struct config *c)
{
	struct err e;
	err_set(&e, ERR_FINAL, "%s: its process is gone, and the kernel does not say how it ended",
		purpose(s, c, TO_DO));
	log_error(&e);
}
