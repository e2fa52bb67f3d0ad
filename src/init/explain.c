#include "init/explain.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/log.h"
#include "config/signame.h"

void
explain_fetcher_end(int status)
{
	struct err e;
	if (!WIFSIGNALED(status))
		return;
	int signo = WTERMSIG(status);
	const struct span name = signame_of(signo);
	if (signo == SIGSYS) {
		err_set(&e, ERR_FINAL,
			"load parameters: the sandbox refused a system call (signal %d)", signo);
		err_hint(&e, "please report it; --sandbox off works around it");
	} else {
		err_set(&e, ERR_FINAL,
			"load parameters: the process that loads them was ended by signal %d "
			"(%.*s)",
			signo, (int)name.n, name.p);
	}
	log_error(&e);
}

void
explain_deadline(clock_ms timeout)
{
	struct err e;
	unsigned long long ms = (unsigned long long)timeout;
	err_set(&e, ERR_FINAL, "load parameters: not done after %llu ms", ms);
	err_hint(&e, "--timeout gives more time");
	log_error(&e);
}
