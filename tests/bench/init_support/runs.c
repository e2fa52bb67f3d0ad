/*
 * Starts an init with the payload as PID 1 of a new PID namespace, and prints what was measured, in
 * nanoseconds, a line for each time.
 *
 *	runs start N SHARED -- PROGRAM...	clone to the payload's main, and to its end;
 *						the processor time
 *	runs stop N SHARED -- PROGRAM...	clone to where SIGTERM is safe; 1: it was lost
 *	runs signals N SHARED -- PROGRAM...	kill(2) to the payload having it
 *	runs orphans N SHARED -- PROGRAM...	all N reaped; the init's processor time for it
 *	runs idle 1 SHARED -- PROGRAM...	its pid, and nothing more until stdin ends
 *
 * Nothing survives it: the kernel kills PID 1 of a namespace with us, and with it the namespace.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "shared.h"

/* How long the payload has been there, twice at most, when a stop that did not end it was lost. */
#define STOP_MS 30
#define STOPS_MAX 100

/* Longer than anything here takes. */
#define LIMIT_NS UINT64_C(10000000000)

static struct shared *shared;

struct run {
	pid_t pid;
	int pidfd;
	uint64_t started;
};

static void
need(bool done, const char *what)
{
	if (done)
		return;
	fprintf(stderr, "runs: %s: %s\n", what, strerror(errno));
	exit(98);
}

static void
put(uint64_t first, uint64_t second)
{
	printf("%" PRIu64 " %" PRIu64 "\n", first, second);
}

static struct run
begin(char **program)
{
	struct run run = { .started = now_ns() };
	memset(shared, 0, sizeof(*shared));
	run.started = now_ns();
	run.pid = (pid_t)syscall(
		SYS_clone, CLONE_NEWPID | CLONE_PIDFD | SIGCHLD, NULL, &run.pidfd, NULL, NULL);
	if (run.pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execv(program[0], program);
		_exit(98);
	}
	need(run.pid > 0, "clone");
	return run;
}

static bool
has_ended(const struct run *run, int ms)
{
	struct pollfd wait = { .fd = run->pidfd, .events = POLLIN };
	return poll(&wait, 1, ms) == 1;
}

static void
end(const struct run *run)
{
	kill(run->pid, SIGKILL);
	need(waitpid(run->pid, NULL, 0) == run->pid, "waitpid");
	close(run->pidfd);
}

/* Until the payload has written a number other than 0. */
static void
wait_for(const struct run *run, _Atomic uint32_t *number)
{
	while (*number == 0) {
		need(now_ns() - run->started < LIMIT_NS && !has_ended(run, 0), "the payload");
		sched_yield();
	}
}

static uint64_t
in_ns(struct timeval time)
{
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_usec * 1000;
}

static void
measure_start(char **program)
{
	struct run run = begin(program);
	int status;
	struct rusage used;
	need(wait4(run.pid, &status, 0, &used) == run.pid, "wait4");
	uint64_t ended = now_ns();
	close(run.pidfd);
	need(status == 0 && shared->ready != 0, program[0]);
	printf("%" PRIu64 " %" PRIu64 " %" PRIu64 "\n", shared->at_main - run.started,
		ended - run.started, in_ns(used.ru_utime) + in_ns(used.ru_stime));
}

static uint64_t
mask_in(const char *text, const char *name)
{
	const char *line = strstr(text, name);
	return line == NULL ? 0 : strtoull(line + strlen(name), NULL, 16);
}

/*
 * Whether a SIGTERM is not dropped by the kernel any more: it is blocked or has a handler. In its
 * wait for a signal an init shows neither, but sleeps. Before its exec it has our name.
 */
static bool
is_safe(int status_fd, const char *own_name)
{
	char text[4096];
	ssize_t n = pread(status_fd, text, sizeof(text) - 1, 0);
	if (n <= 0)
		return true;
	text[n] = '\0';
	const uint64_t masks = mask_in(text, "\nSigBlk:") | mask_in(text, "\nSigCgt:");
	if ((masks >> (SIGTERM - 1) & 1) != 0)
		return true;
	return strncmp(text, own_name, strlen(own_name)) != 0 && strstr(text, "\tS (") != NULL;
}

/* It ends within a millisecond, or at the latest when the payload is there. */
static bool
is_lost(const struct run *run)
{
	for (int i = 0; i < STOPS_MAX; i++) {
		const bool was_ready = shared->ready != 0;
		if (has_ended(run, STOP_MS))
			return false;
		if (was_ready)
			return true;
	}
	return true;
}

/*
 * The init's state is read from /proc over and over on another processor, which takes nothing from
 * the init but a lock for a moment, while a tracer would stop it at each system call. The time is
 * that of the end of the first reading that shows it safe, so it is late by less than two of them,
 * some 20 us. That holds as long as both have a processor, so both go before whatever else runs.
 */
static void
measure_stop(char **program)
{
	char path[64];
	sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){ 1 });
	struct run run = begin(program);
	snprintf(path, sizeof(path), "/proc/%d/status", (int)run.pid);
	int status_fd = open(path, O_RDONLY | O_CLOEXEC);
	need(status_fd >= 0, path);
	while (!is_safe(status_fd, "Name:\truns\n")) {
		need(now_ns() - run.started < LIMIT_NS, "SIGTERM is never safe");
		sched_yield();
	}
	uint64_t safe = now_ns();
	kill(run.pid, SIGTERM);
	const bool lost = is_lost(&run);
	close(status_fd);
	end(&run);
	put(safe - run.started, lost);
}

static void
measure_signals(char **program, int n)
{
	struct run run = begin(program);
	wait_for(&run, &shared->ready);
	for (int i = 0; i < n; i++) {
		/* The init and the payload are back in their waits. */
		nanosleep(&(struct timespec){ 0, 100000 }, NULL);
		shared->count = 0;
		uint64_t sent = now_ns();
		need(kill(run.pid, SIGUSR1) == 0, "kill");
		wait_for(&run, &shared->count);
		put(shared->at - sent, 0);
	}
	end(&run);
}

static uint64_t
processor_time(pid_t pid)
{
	char path[64];
	uint64_t ns = 0;
	snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)pid);
	FILE *file = fopen(path, "re");
	need(file != NULL && fscanf(file, "%" SCNu64, &ns) == 1, path);
	fclose(file);
	return ns;
}

/* The init is stopped until all are zombies, so that what is measured is its loop. */
static void
measure_orphans(char **program, int n)
{
	const struct timespec moment = { 0, 5000000 };
	struct run run = begin(program);
	wait_for(&run, &shared->ready);
	nanosleep(&moment, NULL);
	kill(run.pid, SIGSTOP);
	nanosleep(&moment, NULL);
	shared->go = 1;
	while (shared->count < (uint32_t)n)
		nanosleep(&moment, NULL);
	nanosleep(&moment, NULL);
	uint64_t used = processor_time(run.pid);
	uint64_t started = now_ns();
	kill(run.pid, SIGCONT);
	while (shared->at == 0) {
		need(now_ns() - started < LIMIT_NS, "orphans are not reaped");
		nanosleep(&moment, NULL);
	}
	put(shared->at - started, processor_time(run.pid) - used);
	end(&run);
}

static void
be_idle(char **program)
{
	char byte;
	struct run run = begin(program);
	wait_for(&run, &shared->ready);
	printf("%d\n", (int)run.pid);
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	end(&run);
}

int
main(int argc, char **argv)
{
	need(argc > 5, "arguments");
	const char *what = argv[1];
	const int n = atoi(argv[2]);
	char **program = argv + 5;
	shared = shared_map(argv[3]);
	need(shared != NULL, argv[3]);
	if (strcmp(what, "signals") == 0)
		measure_signals(program, n);
	else if (strcmp(what, "orphans") == 0 && n <= ORPHANS_MAX)
		measure_orphans(program, n);
	else if (strcmp(what, "idle") == 0)
		be_idle(program);
	for (int i = 0; i < n; i++) {
		if (strcmp(what, "start") == 0)
			measure_start(program);
		else if (strcmp(what, "stop") == 0)
			measure_stop(program);
	}
	return 0;
}
