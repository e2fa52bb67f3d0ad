#include "init/signals.h"

#include <errno.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "init/entry.h"
#include "init/resident.h"

/* The size of the kernel's set, which it demands to be told. */
#define SET_SIZE sizeof(uint64_t)

static void
change_mask(int how, uint64_t set)
{
	/* Fails for a wrong size or a bad address only. */
	syscall(SYS_rt_sigprocmask, how, &set, NULL, SET_SIZE);
}

void
signals_set_mask(uint64_t mask)
{
	change_mask(SIG_SETMASK, mask);
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

RESIDENT int
signals_wait(uint64_t set, clock_ms until, siginfo_t *info)
{
	for (;;) {
		struct timespec left;
		struct timespec *limit = NULL;
		if (until != CLOCK_NEVER) {
			int ms = clock_until(until, clock_now());
			left = (struct timespec){ ms / 1000, ms % 1000 * 1000000L };
			limit = &left;
		}
		long signo = resident_call(
			SYS_rt_sigtimedwait, (long)&set, (long)info, (long)limit, SET_SIZE);
		if (signo > 0)
			return (int)signo;
		/* EINTR: we were stopped and continued, or traced. */
		if (signo == -EAGAIN && clock_until(until, clock_now()) == 0)
			return 0;
	}
}

RESIDENT bool
signals_is_own_fault(const siginfo_t *info, pid_t self)
{
	return info->si_code == SI_USER && info->si_pid == self;
}

RESIDENT bool
signals_send(pid_t pid, int signo)
{
	long result = resident_call(SYS_kill, pid, signo, 0, 0);
	if (result != 0)
		errno = (int)-result;
	return result == 0;
}

RESIDENT bool
signals_pass_on(pid_t pid, int signo, const siginfo_t *info)
{
	/* The kernel lets nobody claim that a kill(2) or the kernel itself was the sender. */
	if (info->si_code == SI_QUEUE &&
		resident_call(SYS_rt_sigqueueinfo, pid, signo, (long)info, 0) == 0)
		return true;
	return signals_send(pid, signo);
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
