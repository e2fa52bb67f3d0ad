#include "init/supervisor.h"

#include <errno.h>
#include <unistd.h>

#include "base/errno_text.h"
#include "base/log.h"
#include "init/child.h"
#include "init/explain.h"
#include "init/fds.h"
#include "init/job.h"
#include "init/signals.h"

/* What a start has for its end: once it was asked to, and once it was killed. */
#define STOP_MS 200
#define KILL_MS 500

static struct job
job_of(const struct supervisor *init)
{
	return (struct job){ init->super.command, getpgrp(), init->self == 1 };
}

int
supervisor_fail(const struct err *e)
{
	log_error(e);
	return err_exit_code(e);
}

bool
supervisor_launch(struct supervisor *init)
{
	struct launch_terms terms = { init->inherited, init->supervises };
	if (!init->supervises) {
		init->code = init->roles->launch(init->c, init->block_fd, &terms);
		return false;
	}
	if (!execpipe_open(&init->pipe, init->e)) {
		init->code = supervisor_fail(init->e);
		return false;
	}
	pid_t pid = child_launch(init->c, init->roles, init->block_fd, &terms, &init->pipe);
	if (pid < 0) {
		err_sys(init->e, ERR_FINAL, errno, "start the process of the command");
		init->code = supervisor_fail(init->e);
		return false;
	}
	super_launched(&init->super, pid);
	return true;
}

/* Sends what was forwarded. That a process is gone, or not ours to signal, is normal. */
static void
forward(const struct supervisor *init, int signo, const siginfo_t *info)
{
	pid_t command = init->super.command;
	bool sent = false;
	if (signo == SIGCONT) {
		struct job job = job_of(init);
		job_continue(&job);
	}
	if (init->c->supervision.signal_group)
		sent = kill(-command, signo) == 0;
	/* A command that has left its group is still the one that the signal is for. */
	if (!sent)
		sent = signals_pass_on(command, signo, info);
	if (sent)
		log_debug("signal %d forwarded", signo);
	else
		log_debug("signal %d could not be forwarded: %s", signo, errno_text(errno));
}

/* The start was stopped: what cannot be killed ends with us. */
static bool
give_up_starter(struct supervisor *init)
{
	if (init->super.stopped_by != 0)
		explain_stop(&init->super, init->c);
	init->code = init->super.code;
	return false;
}

static bool
kill_starter(struct supervisor *init)
{
	init->deadline = clock_now() + KILL_MS;
	return kill(super_starter(&init->super), SIGKILL) == 0 || give_up_starter(init);
}

static bool
stop_fetcher(struct supervisor *init, int signo)
{
	init->deadline = clock_now() + STOP_MS;
	return kill(init->super.fetcher, signo) == 0 || kill_starter(init);
}

static void
stop_launcher(struct supervisor *init, int signo, const siginfo_t *info)
{
	init->deadline = clock_now() + STOP_MS;
	forward(init, signo, info);
}

/* The command runs, or has run: keeps nothing that only the start needed, and never waits. */
static void
settle(struct supervisor *init)
{
	if (init->is_settled)
		return;
	init->is_settled = true;
	init->deadline = CLOCK_NEVER;
	init->block_fd = -1;
	log_patience(false);
	fds_close_from(STDERR_FILENO + 1);
	/* A directory that we sit in could not be unmounted. Where / is not allowed, we stay. */
	if (chdir("/") != 0)
		log_debug("stay in the working directory: %s", errno_text(errno));
}

static void
end_leftovers(struct supervisor *init)
{
	settle(init);
	log_debug("the command has ended, sending SIGTERM to the processes that it left");
	leftovers_terminate(init->reach, init->super.command);
	init->deadline = clock_now() + init->c->supervision.grace_ms;
}

static void
suspend(const struct supervisor *init, struct super_action action)
{
	struct job job = job_of(init);
	job_suspend(&job, action.value, action.asked);
}

/* Does what was decided. False: it was to leave, with init->code. */
static bool
perform(struct supervisor *init, struct super_action action, const siginfo_t *info)
{
	switch (action.todo) {
	case TODO_NOTHING:
		return true;
	case TODO_DROP:
		log_debug("signal %d dropped", action.value);
		return true;
	case TODO_FORWARD:
		forward(init, action.value, info);
		return true;
	case TODO_STOP_FETCHER:
		return stop_fetcher(init, action.value);
	case TODO_STOP_LAUNCHER:
		stop_launcher(init, action.value, info);
		return true;
	case TODO_KILL:
		return kill_starter(init);
	case TODO_LAUNCH:
		return supervisor_launch(init);
	case TODO_SETTLE:
		settle(init);
		return true;
	case TODO_SUSPEND:
		suspend(init, action);
		return true;
	case TODO_END_LEFTOVERS:
		end_leftovers(init);
		return true;
	case TODO_LEAVE:
		init->code = action.value;
		return false;
	}
	return true;
}

/* What is said of an event, with the machine as it was before and after it. */
static void
explain(const struct supervisor *init, const struct super *before, struct super_event event)
{
	const struct super *now = &init->super;
	const bool starts = before->phase == PHASE_FETCH || before->phase == PHASE_START;
	if (event.kind == EVENT_ENDED && starts && event.pid == super_starter(before))
		explain_end(before, init->c, event.status);
	else if (event.kind == EVENT_DEADLINE && starts && before->ending == ENDING_NOT)
		explain_deadline(before, init->c);
	else if (event.kind == EVENT_DEADLINE && before->ending == ENDING_KILLED &&
		 before->stopped_by != 0)
		explain_stop(before, init->c);
	else if (event.kind == EVENT_ALONE && now->phase != PHASE_GRACE)
		explain_alone(before, init->c);
}

bool
supervisor_step(struct supervisor *init, struct super_event event, const siginfo_t *info)
{
	const struct super before = init->super;
	struct super_action action = super_step(&init->super, event);
	explain(init, &before, event);
	return perform(init, action, info);
}

bool
supervisor_give_up(struct supervisor *init, const char *what)
{
	err_sys(init->e, ERR_REFUSED, errno, "%s", what);
	init->code = supervisor_fail(init->e);
	if (init->super.phase == PHASE_FETCH)
		kill(init->super.fetcher, SIGKILL);
	else
		kill(init->super.command, SIGTERM);
	return false;
}

void
supervisor_end(const struct supervisor *init)
{
	struct job job = job_of(init);
	if (init->super.phase != PHASE_FETCH)
		job_end(&job);
}
