/*
 * What the inits run while they are measured.
 *
 *	payload SHARED end		ends at once
 *	payload SHARED pause		sleeps for ever
 *	payload SHARED listen		takes SIGUSR1, and says when
 *	payload SHARED orphans N	leaves N orphans that end, and says when all are reaped
 */
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "shared.h"

static void
nap(void)
{
	nanosleep(&(struct timespec){ 0, 200000 }, NULL);
}

static void
listen_for_ever(struct shared *shared, const sigset_t *set)
{
	for (;;) {
		if (sigwaitinfo(set, NULL) < 0)
			continue;
		shared->at = now_ns();
		shared->count++;
	}
}

/* A process whose parent ends without waiting for it. */
static void
leave_orphan(struct shared *shared, int i)
{
	pid_t between = fork();
	if (between == 0) {
		pid_t orphan = fork();
		if (orphan == 0) {
			shared->count++;
			_exit(0);
		}
		shared->pid[i] = orphan;
		_exit(0);
	}
	waitpid(between, NULL, 0);
}

static void
leave_orphans(struct shared *shared, int n)
{
	while (shared->go == 0)
		nap();
	for (int i = 0; i < n; i++)
		leave_orphan(shared, i);
	/* A zombie can still be signalled. */
	for (int i = 0; i < n; i++) {
		while (kill(shared->pid[i], 0) == 0)
			sched_yield();
	}
	shared->at = now_ns();
}

int
main(int argc, char **argv)
{
	const uint64_t start = now_ns();
	struct shared *shared = argc < 3 ? NULL : shared_map(argv[1]);
	if (shared == NULL)
		return 99;
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	shared->at_main = start;
	shared->ready = 1;
	if (strcmp(argv[2], "listen") == 0)
		listen_for_ever(shared, &set);
	if (strcmp(argv[2], "orphans") == 0 && argc == 4)
		leave_orphans(shared, atoi(argv[3]));
	while (strcmp(argv[2], "end") != 0)
		pause();
	return 0;
}
