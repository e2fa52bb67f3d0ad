#include "init/loop.h"

#include <signal.h>

#include "init/child.h"
#include "init/signals.h"

/* Where no signal says that there is news: of orphans that we do not adopt, of the launcher. */
#define POLL_MS 20

static bool
has_passed(clock_ms deadline)
{
	return deadline != CLOCK_NEVER && clock_until(deadline, clock_now()) == 0;
}

/*
 * What became of the launcher, before anything is decided on what we knew of it. While a stop is
 * under way its deadline decides: the pipe also ends when the stop has killed the launcher, which
 * we hear of a little later.
 */
static bool
look_at_launcher(struct supervisor *init, bool has_ended)
{
	const struct super *s = &init->super;
	if (s->phase != PHASE_START || s->has_returned)
		return true;
	if (!has_ended && s->ending != ENDING_NOT &&
		(s->ending == ENDING_KILLED || !has_passed(init->deadline)))
		return true;
	enum execpipe_news news = execpipe_look(&init->pipe);
	if (news == EXECPIPE_RETURNED)
		return supervisor_step(init, (struct super_event){ .kind = EVENT_RETURNED }, NULL);
	return news == EXECPIPE_NOTHING || has_ended ||
	       supervisor_step(init, (struct super_event){ .kind = EVENT_EXECUTED }, NULL);
}

/* Where we adopt orphans, no child means that nobody is left. */
static bool
is_alone(const struct supervisor *init)
{
	return init->reach != LEFTOVERS_GROUP || init->super.phase != PHASE_GRACE ||
	       !leftovers_has_group(init->super.command);
}

static struct super_event
event_of(const struct supervisor *init, enum child_news news, pid_t pid, int status)
{
	struct super_event event = { .kind = EVENT_LEFTOVERS, .pid = pid, .status = status };
	if (news == CHILD_ENDED)
		event.kind = EVENT_ENDED;
	else if (news == CHILD_NONE && is_alone(init))
		event.kind = EVENT_ALONE;
	else if (news == CHILD_STOPPED)
		event = (struct super_event){ EVENT_STOPPED, .pid = pid, .signo = status };
	return event;
}

/*
 * Children that have ended or stopped, as many as a turn has room for, and what this leaves. False:
 * to leave.
 */
static bool
reap(struct supervisor *init)
{
	init->has_news = false;
	for (int i = 0; i < LOOP_TURN_MAX; i++) {
		pid_t pid = 0;
		int status = 0;
		enum child_news news = child_next(&pid, &status);
		if (news == CHILD_UNKNOWN)
			return supervisor_give_up(init, "wait for child processes");
		if (news == CHILD_ENDED && pid == init->super.command)
			look_at_launcher(init, true);
		if (!supervisor_step(init, event_of(init, news, pid, status), NULL))
			return false;
		if (news == CHILD_QUIET || news == CHILD_NONE)
			return true;
	}
	init->has_news = true;
	init->work = LOOP_TURN_MAX;
	return supervisor_step(init, (struct super_event){ .kind = EVENT_LEFTOVERS }, NULL);
}

static bool
take(struct supervisor *init, int signo, const siginfo_t *info)
{
	const struct super_event event = {
		.kind = EVENT_SIGNAL,
		.signo = signo,
		.by_kernel = info->si_code == SI_KERNEL,
	};
	if (execpipe_is_notice(signo, info) || signals_is_own_fault(info, init->self))
		return true;
	return supervisor_step(init, event, info);
}

/*
 * The kernel hands out the lowest pending signal first, so that a flood of one hides all above it:
 * from time to time each that is pending is taken once, and children are asked without a SIGCHLD.
 */
static bool
take_all(struct supervisor *init)
{
	uint64_t pending = signals_pending() & ~SIGNALS_BIT(SIGCHLD);
	init->work = 0;
	for (int signo = 1; signo <= SIGNAL_MAX; signo++) {
		siginfo_t info;
		if ((pending & SIGNALS_BIT(signo)) != 0 &&
			signals_wait(SIGNALS_BIT(signo), 0, &info) == signo &&
			!take(init, signo, &info))
			return false;
	}
	return reap(init);
}

/* When to wake up although no signal comes. In the phase RUN: never. */
static clock_ms
next_look(const struct supervisor *init)
{
	const bool looks_at_group =
		init->super.phase == PHASE_GRACE && init->reach == LEFTOVERS_GROUP;
	const bool looks_at_launcher = init->super.phase == PHASE_START && init->pipe.is_silent;
	if (init->has_news)
		return 0;
	if (!looks_at_group && !looks_at_launcher)
		return init->deadline;
	clock_ms look = clock_now() + POLL_MS;
	return look < init->deadline ? look : init->deadline;
}

/* A bounded piece of work: a signal, or some children. False: to leave. */
static bool
turn(struct supervisor *init)
{
	siginfo_t info;
	if (init->work++ >= LOOP_TURN_MAX && !take_all(init))
		return false;
	int signo = signals_wait(SIGNALS_ALL, next_look(init), &info);
	if (signo < 0)
		return supervisor_give_up(init, "wait for signals");
	if (!look_at_launcher(init, false))
		return false;
	if (has_passed(init->deadline)) {
		init->deadline = CLOCK_NEVER;
		if (!supervisor_step(init, (struct super_event){ .kind = EVENT_DEADLINE }, NULL))
			return false;
	}
	if (signo > 0 && signo != SIGCHLD)
		return take(init, signo, &info);
	return reap(init);
}

int
loop_run(struct supervisor *init)
{
	while (turn(init))
		;
	return init->code;
}
