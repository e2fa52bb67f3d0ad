#ifndef INIT_SIGNALS_H
#define INIT_SIGNALS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/clock.h"
#include "init/roles.h"

/*
 * Signal sets as the kernel has them, 64 bits by raw system calls: the C libraries keep 32 to 34
 * for themselves, but 34 is SIGRTMIN to every program linked with glibc.
 */

#define SIGNALS_ALL UINT64_MAX
#define SIGNALS_BIT(signo) (UINT64_C(1) << ((signo)-1))

/*
 * What the process was started with; every signal has been blocked since its first instruction.
 * SIGCHLD is set to its default: of a process that ignores it the kernel reaps the children.
 */
struct inherited signals_inherit(void);

void signals_set_mask(uint64_t mask);

/* Whether every signal is blocked, as the entry point asked for. False sets errno. */
bool signals_are_blocked(void);

/*
 * Takes the next signal of the set that is pending, waiting for one until the time given
 * (CLOCK_NEVER: for ever, without a timer; 0: not at all). 0 when that time has come; -1 and errno
 * when the kernel does not let us wait. All of the set are blocked.
 */
int signals_wait(uint64_t set, clock_ms until, siginfo_t *info);

/* The signals that signals_wait would find. */
uint64_t signals_pending(void);

/*
 * Whether the kernel sent it to this process, self, for something that the process itself did,
 * such as SIGPIPE for writing to a pipe that nobody reads. Nobody asked for such a signal to be
 * forwarded.
 */
bool signals_is_own_fault(const siginfo_t *info, pid_t self);

/*
 * Sends the signal on to one process as it came: what sigqueue(3) gave it, value and sender, goes
 * with it. False sets errno.
 */
bool signals_pass_on(pid_t pid, int signo, const siginfo_t *info);

/*
 * Stops this process and its group by the default action of a terminal's stop signal, so that the
 * shell sees what it would see of the command, until SIGCONT. False: the kernel did not stop us,
 * because nobody could continue us (POSIX: an orphaned process group). Every signal is blocked
 * before and after, and the SIGCONT is taken.
 */
bool signals_stop_group(int signo);

#endif
