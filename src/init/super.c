#include "init/super.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/err.h"

struct super
super_fetching(const struct supervision *rules, pid_t fetcher)
{
	return (struct super){ .rules = rules, .phase = PHASE_FETCH, .fetcher = fetcher };
}

void
super_launched(struct super *s, pid_t pid)
{
	s->phase = PHASE_START;
	s->command = pid;
}

pid_t
super_starter(const struct super *s)
{
	return s->phase == PHASE_FETCH ? s->fetcher : s->command;
}

int
super_fetch_code(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_TEMPORARY;
}

static struct super_action
just(enum super_todo todo, int value)
{
	return (struct super_action){ .todo = todo, .value = value };
}

static struct super_action
nothing(void)
{
	return just(TODO_NOTHING, 0);
}

static bool
ends_start(int signo)
{
	return signo == SIGTERM || signo == SIGINT || signo == SIGQUIT || signo == SIGHUP;
}

static bool
ends_grace(int signo)
{
	return signo == SIGTERM || signo == SIGINT || signo == SIGQUIT;
}

static bool
is_terminal_stop(int signo)
{
	return signo == SIGTSTP || signo == SIGTTIN || signo == SIGTTOU;
}

/* The first reason to end the start is the one that counts. */
static void
stop_start(struct super *s, int signo)
{
	s->ending = ENDING_ASKED;
	s->stopped_by = signo;
	s->code = 128 + signo;
}

/* Ask, kill, and then leave: a process that the kernel holds dies, if at all, after us. */
static struct super_action
start_deadline(struct super *s)
{
	if (s->ending == ENDING_KILLED)
		return just(TODO_LEAVE, s->code);
	if (s->ending == ENDING_NOT)
		s->code = EXIT_TEMPORARY;
	s->ending = ENDING_KILLED;
	return just(TODO_KILL, 0);
}

static struct super_action
fetcher_ended(struct super *s, int status)
{
	/* A signal or the deadline that came first wins over a late success. */
	if (s->code != 0)
		return just(TODO_LEAVE, s->code);
	if (status != 0)
		return just(TODO_LEAVE, super_fetch_code(status));
	return just(TODO_LAUNCH, 0);
}

static struct super_action
step_fetch(struct super *s, struct super_event event)
{
	switch (event.kind) {
	case EVENT_SIGNAL:
		if (!ends_start(event.signo) || s->ending != ENDING_NOT)
			return just(TODO_DROP, event.signo);
		stop_start(s, event.signo);
		return just(TODO_STOP_FETCHER, event.signo);
	case EVENT_DEADLINE:
		return start_deadline(s);
	case EVENT_ENDED:
		return event.pid == s->fetcher ? fetcher_ended(s, event.status) : nothing();
	case EVENT_ALONE:
		return just(TODO_LEAVE, s->code != 0 ? s->code : EXIT_TEMPORARY);
	case EVENT_EXECUTED:
	case EVENT_RETURNED:
	case EVENT_STOPPED:
	case EVENT_LEFTOVERS:
		break;
	}
	return nothing();
}

static struct super_action
forward(struct super *s, struct super_event event)
{
	int rewritten = s->rules->rewrite[event.signo];
	if (rewritten == 0)
		return just(TODO_DROP, event.signo);
	if (is_terminal_stop(rewritten) && !event.by_kernel)
		s->stop_asked = true;
	if (rewritten == SIGCONT)
		s->stop_asked = false;
	return just(TODO_FORWARD, rewritten);
}

/* Nothing is kept from the command; but a launcher that cannot react must not outlive a stop. */
static struct super_action
start_signal(struct super *s, struct super_event event)
{
	struct super_action action = forward(s, event);
	if (action.todo == TODO_FORWARD && ends_start(event.signo) && s->ending == ENDING_NOT) {
		stop_start(s, action.value);
		action.todo = TODO_STOP_LAUNCHER;
	}
	return action;
}

static struct super_action
command_ended(struct super *s, int status)
{
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	bool is_remapped = !s->has_returned && s->rules->remap_exit[code & 0xff];
	s->code = is_remapped ? 0 : code;
	if (s->rules->grace_ms == 0)
		return just(TODO_LEAVE, s->code);
	s->phase = PHASE_GRACE;
	return nothing();
}

static struct super_action
command_stopped(struct super *s, int signo)
{
	bool asked = s->stop_asked;
	s->stop_asked = false;
	if (!is_terminal_stop(signo))
		return nothing();
	return (struct super_action){ .todo = TODO_SUSPEND, .value = signo, .asked = asked };
}

static struct super_action
executed(struct super *s)
{
	s->phase = PHASE_RUN;
	s->ending = ENDING_NOT;
	s->stopped_by = 0;
	s->code = 0;
	return just(TODO_SETTLE, 0);
}

static struct super_action
step_start(struct super *s, struct super_event event)
{
	switch (event.kind) {
	case EVENT_SIGNAL:
		return start_signal(s, event);
	case EVENT_EXECUTED:
		return executed(s);
	case EVENT_RETURNED:
		s->has_returned = true;
		return nothing();
	case EVENT_ENDED:
		if (event.pid != s->command)
			return nothing();
		if (s->ending == ENDING_KILLED)
			return just(TODO_LEAVE, s->code);
		return command_ended(s, event.status);
	case EVENT_STOPPED:
		return event.pid == s->command ? command_stopped(s, event.signo) : nothing();
	case EVENT_DEADLINE:
		return start_deadline(s);
	case EVENT_ALONE:
		return just(TODO_LEAVE, s->code != 0 ? s->code : EXIT_TEMPORARY);
	case EVENT_LEFTOVERS:
		break;
	}
	return nothing();
}

static struct super_action
step_run(struct super *s, struct super_event event)
{
	switch (event.kind) {
	case EVENT_SIGNAL:
		return forward(s, event);
	case EVENT_ENDED:
		return event.pid == s->command ? command_ended(s, event.status) : nothing();
	case EVENT_STOPPED:
		return event.pid == s->command ? command_stopped(s, event.signo) : nothing();
	case EVENT_ALONE:
		/* The command cannot go unseen; should it, waiting for it would be for ever. */
		return just(TODO_LEAVE, EXIT_TEMPORARY);
	case EVENT_EXECUTED:
	case EVENT_RETURNED:
	case EVENT_LEFTOVERS:
	case EVENT_DEADLINE:
		break;
	}
	return nothing();
}

static struct super_action
step_grace(struct super *s, struct super_event event)
{
	switch (event.kind) {
	case EVENT_SIGNAL:
		if (ends_grace(event.signo))
			return just(TODO_LEAVE, s->code);
		return just(TODO_DROP, event.signo);
	case EVENT_LEFTOVERS:
		if (s->leftovers_told)
			return nothing();
		s->leftovers_told = true;
		return just(TODO_END_LEFTOVERS, 0);
	case EVENT_ALONE:
	case EVENT_DEADLINE:
		return just(TODO_LEAVE, s->code);
	case EVENT_EXECUTED:
	case EVENT_RETURNED:
	case EVENT_ENDED:
	case EVENT_STOPPED:
		break;
	}
	return nothing();
}

struct super_action
super_step(struct super *s, struct super_event event)
{
	switch (s->phase) {
	case PHASE_FETCH:
		return step_fetch(s, event);
	case PHASE_START:
		return step_start(s, event);
	case PHASE_RUN:
		return step_run(s, event);
	case PHASE_GRACE:
		return step_grace(s, event);
	}
	return nothing();
}
