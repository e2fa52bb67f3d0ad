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
 *   START   the launcher runs, on its way to the command's execve
 *   RUN     the command runs: every signal goes to it
 *   GRACE   the command has ended: the leftovers have a moment to end too
 */
enum super_phase {
	PHASE_FETCH,
	PHASE_START,
	PHASE_RUN,
	PHASE_GRACE,
};

/* How far the end of a start has got. Each step has a deadline, which leads to the next. */
enum super_ending {
	ENDING_NOT,
	ENDING_ASKED, /* the signal that ends the start was sent on */
	ENDING_KILLED, /* SIGKILL was sent */
};

enum super_event_kind {
	EVENT_SIGNAL, /* signo was sent to us; never SIGCHLD */
	EVENT_EXECUTED, /* the command has taken the launcher's place */
	EVENT_RETURNED, /* the launcher ends without the command, after it said why */
	EVENT_ENDED, /* pid ended with status, as wait(2) has it */
	EVENT_STOPPED, /* pid was stopped by signo */
	EVENT_LEFTOVERS, /* processes are left */
	EVENT_ALONE, /* all that ended is reaped, and no process is left */
	EVENT_DEADLINE, /* the time of the phase has passed */
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
	TODO_STOP_FETCHER, /* value is the signal to send to it; it has a moment to end */
	TODO_STOP_LAUNCHER, /* the same, as TODO_FORWARD does it */
	TODO_KILL, /* SIGKILL to the fetcher or the launcher, which has a moment to vanish */
	TODO_LAUNCH, /* start the launcher, then super_launched */
	TODO_SETTLE, /* the command runs: let go of all that only the start needed */
	TODO_SUSPEND, /* a terminal's signal, value, stopped the command */
	TODO_END_LEFTOVERS, /* ask them to end, and start the clock of the grace phase */
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
	enum super_ending ending; /* of FETCH and START */
	pid_t fetcher;
	pid_t command; /* the launcher's number too */
	int stopped_by; /* the signal that ended the start; 0: none */
	int code; /* to leave with; of FETCH and START: not 0 when the start was ended */
	bool has_returned; /* the launcher has: the code is not the command's */
	bool stop_asked; /* a stop signal was forwarded since the command last stopped or went on */
	bool leftovers_told;
};

/* The start, with the process that fetches. */
struct super super_fetching(const struct supervision *rules, pid_t fetcher);

/* After TODO_LAUNCH, or at once where nothing is fetched: the launcher runs as pid. */
void super_launched(struct super *s, pid_t pid);

struct super_action super_step(struct super *s, struct super_event event);

/* The process that the start waits for: the fetcher, or the launcher. */
pid_t super_starter(const struct super *s);

/* The exit code for the way the fetcher ended (not with 0): its own, or 111 for a death. */
int super_fetch_code(int status);

#endif
