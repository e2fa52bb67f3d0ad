#include "init/super.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/err.h"
#include "init/resident.h"

struct super
super_fetching(const struct supervision *rules, pid_t fetcher)
{
	return (struct super){ .rules = rules, .phase = PHASE_FETCH, .fetcher = fetcher };
}

void
super_launched(struct super *s, pid_t app)
{
	s->phase = PHASE_RUN;
	s->app = app;
	s->code = 0;
}

RESIDENT int
super_fetch_code(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_TEMPORARY;
}

RESIDENT static struct super_action
nothing(void)
{
	return (struct super_action){ .todo = TODO_NOTHING };
}

RESIDENT static struct super_action
leave(int code)
{
	return (struct super_action){ .todo = TODO_LEAVE, .value = code };
}

RESIDENT static bool
ends_start(int signo)
{
	return signo == SIGTERM || signo == SIGINT || signo == SIGQUIT || signo == SIGHUP;
}

RESIDENT static bool
ends_grace(int signo)
{
	return signo == SIGTERM || signo == SIGINT || signo == SIGQUIT;
}

RESIDENT static bool
is_terminal_stop(int signo)
{
	return signo == SIGTSTP || signo == SIGTTIN || signo == SIGTTOU;
}

/* The first reason to end the start stays: a second one only kills once more. */
RESIDENT static struct super_action
end_start(struct super *s, int code)
{
	if (s->code == 0)
		s->code = code;
	return (struct super_action){ .todo = TODO_KILL_FETCHER };
}

RESIDENT static struct super_action
fetcher_ended(struct super *s, int status)
{
	/* A signal or the deadline that came first wins over a late success. */
	if (s->code != 0)
		return leave(s->code);
	if (status != 0)
		return leave(super_fetch_code(status));
	return (struct super_action){ .todo = TODO_LAUNCH };
}

RESIDENT static struct super_action
step_fetch(struct super *s, struct super_event event)
{
	switch (event.kind) {
	case EVENT_SIGNAL:
		if (ends_start(event.signo))
			return end_start(s, 128 + event.signo);
		return (struct super_action){ .todo = TODO_DROP, .value = event.signo };
	case EVENT_DEADLINE:
		return end_start(s, EXIT_TEMPORARY);
	case EVENT_ENDED:
		return event.pid == s->fetcher ? fetcher_ended(s, event.status) : nothing();
	case EVENT_ALONE:
		return leave(s->code != 0 ? s->code : EXIT_TEMPORARY);
	case EVENT_STOPPED:
	case EVENT_REST:
		break;
	}
	return nothing();
}

RESIDENT static struct super_action
forward(struct super *s, struct super_event event)
{
	int rewritten = s->rules->rewrite[event.signo];
	if (rewritten == 0)
		return (struct super_action){ .todo = TODO_DROP, .value = event.signo };
	if (is_terminal_stop(rewritten) && !event.by_kernel)
		s->stop_asked = true;
	if (rewritten == SIGCONT)
		s->stop_asked = false;
	return (struct super_action){ .todo = TODO_FORWARD, .value = rewritten };
}

RESIDENT static struct super_action
app_ended(struct super *s, int status)
{
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	s->code = s->rules->remap_exit[code & 0xff] ? 0 : code;
	if (s->rules->grace_ms == 0)
		return leave(s->code);
	s->phase = PHASE_GRACE;
	return nothing();
}

RESIDENT static struct super_action
app_stopped(struct super *s, int signo)
{
	bool asked = s->stop_asked;
	s->stop_asked = false;
	if (!is_terminal_stop(signo))
		return nothing();
	return (struct super_action){ .todo = TODO_SUSPEND, .value = signo, .asked = asked };
}

RESIDENT static struct super_action
step_run(struct super *s, struct super_event event)
{
	switch (event.kind) {
	case EVENT_SIGNAL:
		return forward(s, event);
	case EVENT_ENDED:
		return event.pid == s->app ? app_ended(s, event.status) : nothing();
	case EVENT_STOPPED:
		return event.pid == s->app ? app_stopped(s, event.signo) : nothing();
	case EVENT_ALONE:
		/* The command cannot go unseen; should it, waiting for it would be for ever. */
		return leave(EXIT_TEMPORARY);
	case EVENT_REST:
	case EVENT_DEADLINE:
		break;
	}
	return nothing();
}

RESIDENT static struct super_action
step_grace(struct super *s, struct super_event event)
{
	switch (event.kind) {
	case EVENT_SIGNAL:
		if (ends_grace(event.signo))
			return leave(s->code);
		return (struct super_action){ .todo = TODO_DROP, .value = event.signo };
	case EVENT_REST:
		if (s->rest_told)
			return nothing();
		s->rest_told = true;
		return (struct super_action){ .todo = TODO_END_REST };
	case EVENT_ALONE:
	case EVENT_DEADLINE:
		return leave(s->code);
	case EVENT_ENDED:
	case EVENT_STOPPED:
		break;
	}
	return nothing();
}

RESIDENT struct super_action
super_step(struct super *s, struct super_event event)
{
	switch (s->phase) {
	case PHASE_FETCH:
		return step_fetch(s, event);
	case PHASE_RUN:
		return step_run(s, event);
	case PHASE_GRACE:
		return step_grace(s, event);
	}
	return nothing();
}
