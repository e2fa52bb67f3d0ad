#include "init/signals.h"

#include <errno.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "init/entry.h"

/* The size of the kernel's set, an argument of each call. */
#define SET_SIZE sizeof(uint64_t)

/* A failure that passes costs a turn; one that comes again and again does not pass. */
#define WAIT_TRIES 100

static bool
change_mask(int how, uint64_t set)
{
	return syscall(SYS_rt_sigprocmask, how, &set, NULL, SET_SIZE) == 0;
}

void
signals_set_mask(uint64_t mask)
{
	change_mask(SIG_SETMASK, mask);
}

bool
signals_are_blocked(void)
{
	errno = -entry_result;
	return entry_result == 0;
}

struct inherited
signals_inherit(void)
{
	struct inherited found = { .signal_mask = entry_signal_mask };
	struct sigaction old = { 0 };
	sigaction(SIGCHLD, NULL, &old);
	found.sigchld_ignored = old.sa_handler == SIG_IGN;
	if (found.sigchld_ignored) {
		struct sigaction standard = { .sa_handler = SIG_DFL };
		sigaction(SIGCHLD, &standard, NULL);
	}
	return found;
}

int
signals_wait(uint64_t set, clock_ms until, siginfo_t *info)
{
	for (int tries = WAIT_TRIES; tries > 0; tries--) {
		struct timespec left;
		struct timespec *limit = NULL;
		if (until != CLOCK_NEVER) {
			int ms = until <= 0 ? 0 : clock_until(until, clock_now());
			left = (struct timespec){ ms / 1000, ms % 1000 * 1000000L };
			limit = &left;
		}
		long signo = syscall(SYS_rt_sigtimedwait, &set, info, limit, SET_SIZE);
		if (signo > 0)
			return (int)signo;
		/* EINTR: we were stopped and continued, or traced. */
		if (errno == EAGAIN && (until <= 0 || clock_until(until, clock_now()) == 0))
			return 0;
	}
	return -1;
}

uint64_t
signals_pending(void)
{
	uint64_t set = 0;
	syscall(SYS_rt_sigpending, &set, SET_SIZE);
	return set;
}

bool
signals_is_own_fault(const siginfo_t *info, pid_t self)
{
	/* A timer sends signals to its own process only: a late tick of base/bounded.h. */
	return (info->si_code == SI_USER && info->si_pid == self) || info->si_code == SI_TIMER;
}

bool
signals_pass_on(pid_t pid, int signo, const siginfo_t *info)
{
	/* The kernel lets nobody claim that a kill(2) or the kernel itself was the sender. */
	if (info->si_code == SI_QUEUE && syscall(SYS_rt_sigqueueinfo, pid, signo, info) == 0)
		return true;
	return kill(pid, signo) == 0;
}

bool
signals_stop_group(int signo)
{
	struct sigaction standard = { .sa_handler = SIG_DFL };
	struct sigaction old = { 0 };
	sigaction(signo, &standard, &old);
	kill(0, signo);
	change_mask(SIG_UNBLOCK, SIGNALS_BIT(signo)); /* here we stop */
	signals_set_mask(SIGNALS_ALL);
	sigaction(signo, &old, NULL);

	siginfo_t info;
	return signals_wait(SIGNALS_BIT(SIGCONT), clock_now(), &info) == SIGCONT;
}
