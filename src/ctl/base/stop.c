#include "ctl/base/stop.h"

#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/stop.h"

static const int stops[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
#define STOPS (sizeof(stops) / sizeof(*stops))

/* What stop_hold changed. */
static struct {
	sigset_t mask;
	struct sigaction action[STOPS];
	bool has_asked;
} held;

void
stop_hold(void)
{
	sigset_t set;
	sigemptyset(&set);
	for (size_t i = 0; i < STOPS; i++) {
		sigaction(stops[i], NULL, &held.action[i]);
		sigaddset(&set, stops[i]);
	}
	sigprocmask(SIG_BLOCK, &set, &held.mask);
	stop_watch();
	for (size_t i = 0; i < STOPS; i++) {
		if (held.action[i].sa_handler == SIG_IGN)
			sigaction(stops[i], &held.action[i], NULL);
	}
}

bool
stop_asked(int *signo)
{
	/* Lets them in, and waits for nothing. */
	stop_poll(NULL, 0, 0);
	*signo = stop_signal();
	held.has_asked = held.has_asked || *signo != 0;
	return *signo != 0;
}

void
stop_release(void)
{
	if (stop_signal() != 0 && !held.has_asked)
		stop_die(stop_signal());
	for (size_t i = 0; i < STOPS; i++)
		sigaction(stops[i], &held.action[i], NULL);
	sigprocmask(SIG_SETMASK, &held.mask, NULL);
}

void
stop_die(int signo)
{
	const struct sigaction action = { .sa_handler = SIG_DFL };
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, signo);
	prctl(PR_SET_DUMPABLE, 0);
	sigaction(signo, &action, NULL);
	kill(getpid(), signo);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	/* The kernel spares PID 1 of a container. */
	_exit(128 + signo);
}

bool
stop_is_pending(void)
{
	sigset_t pending;
	if (sigpending(&pending) != 0)
		return false;
	for (size_t i = 0; i < STOPS; i++) {
		if (sigismember(&pending, stops[i]) == 1 && !stop_is_ignored(stops[i]))
			return true;
	}
	return false;
}

bool
stop_is_ignored(int signo)
{
	struct sigaction action;
	return sigaction(signo, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}
