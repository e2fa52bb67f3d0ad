#include "base/stop.h"

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define BIT(signo) (UINT64_C(1) << ((signo)-1))

static const int stops[] = { SIGTERM, SIGINT, SIGQUIT, SIGHUP };

static volatile sig_atomic_t stopped;

/*
 * A handler, where other processes of ours wait for signals with a system call: poll(2) returns for
 * a signal only if that has one, and a signalfd(2) would need read(2) in the sandbox. It runs in
 * stop_poll alone, where the signals are let in.
 */
static void
remember(int signo)
{
	if (stopped == 0)
		stopped = signo;
}

static void
handle(void (*handler)(int), int flags)
{
	const struct sigaction action = { .sa_handler = handler, .sa_flags = flags };
	for (size_t i = 0; i < sizeof(stops) / sizeof(*stops); i++)
		sigaction(stops[i], &action, NULL);
}

void
stop_watch(void)
{
	/* Should it be refused, the signal ends us at once, and our parent says so. */
	handle(remember, 0);
}

/* The kernel drops the signal for PID 1 alone. */
static void
end_by(int signo)
{
	kill(getpid(), signo);
	_exit(128 + signo);
}

void
stop_ends_us(void)
{
	handle(end_by, (int)(SA_RESETHAND | SA_NODEFER));
}

int
stop_poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
	const uint64_t blocked = ~(BIT(SIGTERM) | BIT(SIGINT) | BIT(SIGQUIT) | BIT(SIGHUP));
	struct timespec limit = { timeout_ms / 1000, timeout_ms % 1000 * 1000000L };
	/* The call itself: the kernel's sets have 64 bits, those of the C libraries are longer. */
	return (int)syscall(
		SYS_ppoll, fds, count, timeout_ms < 0 ? NULL : &limit, &blocked, sizeof(blocked));
}

int
stop_signal(void)
{
	return stopped;
}
