#ifndef INIT_SUPER_H
#define INIT_SUPER_H

#include <stdbool.h>
#include <sys/types.h>

#include "config/config.h"

/*
 * What PID 1 decides, without a system call: events in, one thing to do out. The shell around it
 * (init.c) makes the events and does what it is told.
 *
 *   FETCH   the fetcher runs; its exit with 0 is the commit
 *   RUN     the command runs: every signal goes to it
 *   GRACE   the command has ended: what is left has a moment to end too
 */
enum super_phase {
	PHASE_FETCH,
	PHASE_RUN,
	PHASE_GRACE,
};

enum super_event_kind {
	EVENT_SIGNAL, /* signo was sent to us; never SIGCHLD */
	EVENT_ENDED, /* pid ended with status, as wait(2) has it */
	EVENT_STOPPED, /* pid was stopped by signo */
	EVENT_REST, /* all that ended is reaped, and processes are left */
	EVENT_ALONE, /* all that ended is reaped, and no process is left */
	EVENT_DEADLINE, /* the time of the phase is over */
};

struct super_event {
	enum super_event_kind kind;
	int signo;
	bool by_kernel; /* EVENT_SIGNAL: no process sent it; a key of the terminal did, for one */
	pid_t pid;
	int status;
};

enum super_todo {
	TODO_NOTHING,
	TODO_DROP, /* value is a signal that nobody gets */
	TODO_FORWARD, /* value is the signal to send to the command */
	TODO_KILL_FETCHER,
	TODO_LAUNCH, /* start the command, then super_launched */
	TODO_SUSPEND, /* a terminal's signal, value, stopped the command */
	TODO_END_REST, /* ask what is left to end, and start the clock of the grace phase */
	TODO_LEAVE, /* value is the exit code */
};

struct super_action {
	enum super_todo todo;
	int value;
	bool asked; /* TODO_SUSPEND: somebody had that signal forwarded, no key was pressed */
};

struct super {
	const struct supervision *rules;
	enum super_phase phase;
	pid_t fetcher;
	pid_t app;
	int code; /* to leave with; of FETCH: not 0 when the start was ended */
	bool stop_asked; /* a stop signal was forwarded since the command last stopped or went on */
	bool rest_told;
};

/* The start, with the process that fetches. */
struct super super_fetching(const struct supervision *rules, pid_t fetcher);

/* After TODO_LAUNCH, or at once where nothing is fetched: the command runs as pid. */
void super_launched(struct super *s, pid_t app);

struct super_action super_step(struct super *s, struct super_event event);

/* The exit code for the way the fetcher ended (not with 0): its own, or 111 for a death. */
int super_fetch_code(int status);

#endif
