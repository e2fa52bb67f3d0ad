#include "base/bounded.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#define TICK SIGALRM
#define TICK_NS 1000000L

/* Writes of a line that ticks interrupt before there was anything written. */
#define TRIES 3

/* What is changed for the time of a write. */
struct window {
	struct sigaction action;
	sigset_t mask;
	bool has_timer;
	int timer;
};

static bool is_prepared;
static volatile sig_atomic_t has_foreign;
static siginfo_t foreign;

/*
 * A tick has done its work by interrupting the write. A SIGALRM that somebody sent is kept, and the
 * signal blocked from here on: it is what the process was to get.
 */
static void
tick(int signo, siginfo_t *info, void *context)
{
	ucontext_t *interrupted = context;
	if (is_prepared || info->si_code == SI_TIMER)
		return;
	foreign = *info;
	has_foreign = 1;
	sigaddset(&interrupted->uc_sigmask, signo);
}

static void
let_in(struct window *w)
{
	struct sigaction action = { .sa_sigaction = tick, .sa_flags = SA_SIGINFO };
	sigset_t set;
	sigfillset(&action.sa_mask);
	sigaction(TICK, &action, &w->action);
	sigemptyset(&set);
	sigaddset(&set, TICK);
	sigprocmask(SIG_UNBLOCK, &set, &w->mask);
}

/* The calls themselves: the C library's are for timers that start threads. */
static bool
make_timer(int *timer)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = TICK };
	return syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, timer) == 0;
}

/* Ticks again and again, because the first one may come before the write begins. 0: no more. */
static void
set_timer(int timer, int first_ms)
{
	struct itimerspec at = { .it_value = { first_ms / 1000, first_ms % 1000 * 1000000L } };
	if (first_ms > 0)
		at.it_interval.tv_nsec = TICK_NS;
	syscall(SYS_timer_settime, timer, 0, &at, NULL);
}

static void
open_window(struct window *w, int patience_ms)
{
	*w = (struct window){ .timer = BOUNDED_TIMER, .has_timer = is_prepared };
	if (!is_prepared) {
		let_in(w);
		w->has_timer = make_timer(&w->timer);
	}
	if (w->has_timer)
		set_timer(w->timer, patience_ms > 0 ? patience_ms : 1);
}

static void
close_window(const struct window *w)
{
	if (is_prepared) {
		set_timer(w->timer, 0);
		return;
	}
	/* Ticks until here have been handled: the signal was let in. */
	if (w->has_timer && syscall(SYS_timer_delete, w->timer) != 0)
		set_timer(w->timer, 0);
	sigprocmask(SIG_SETMASK, &w->mask, NULL);
	sigaction(TICK, &w->action, NULL);
	if (has_foreign)
		syscall(SYS_rt_sigqueueinfo, getpid(), TICK, &foreign);
	has_foreign = 0;
}

static bool
has_room(int fd, int patience_ms)
{
	struct pollfd out = { .fd = fd, .events = POLLOUT };
	return poll(&out, 1, patience_ms) == 1 && (out.revents & POLLOUT) != 0;
}

ssize_t
bounded_write(int fd, struct span bytes, int patience_ms)
{
	ssize_t n = -1;
	/* A tick may come although there is room: a terminal looks for signals first. */
	for (int tries = TRIES; tries > 0 && has_room(fd, patience_ms); tries--) {
		struct window w;
		open_window(&w, patience_ms);
		n = write(fd, bytes.p, bytes.n);
		bool is_cut_short = n < 0 && errno == EINTR;
		close_window(&w);
		if (!is_cut_short)
			break;
		patience_ms = 0;
	}
	return n;
}

void
bounded_prepare(void)
{
	struct window w;
	int timer;
	/* Without one, or with another number, writes go on without a bound. */
	is_prepared = make_timer(&timer) && timer == BOUNDED_TIMER;
	if (is_prepared)
		let_in(&w);
}
