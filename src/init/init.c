#include "init/init.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/errno_text.h"
#include "base/log.h"
#include "init/child.h"
#include "init/explain.h"
#include "init/fds.h"
#include "init/job.h"
#include "init/resident.h"
#include "init/leftovers.h"
#include "init/signals.h"
#include "init/super.h"

/* The fetcher ends at the deadline by itself and says what it waited for; this is for one that
 * hangs. */
#define FETCHER_MARGIN_MS 500

/* Who is no reaper of orphans hears of no end of theirs, and has to look. */
#define GROUP_POLL_MS 20

struct init {
	const struct config *c;
	const struct init_roles *roles;
	const struct inherited *inherited;
	struct err *e;
	pid_t self;
	bool supervises;
	bool tells; /* --verbose; the log's own test is not resident */
	enum leftovers_reach reach;
	int block_fd; /* -1: none */
	struct super super;
	clock_ms deadline; /* of the phase */
	bool is_settled;
	int code; /* to leave with, once the loop has ended */
};

static struct job
job_of(const struct init *init)
{
	return (struct job){ init->super.app, getpgrp(), init->self == 1 };
}

static void
suspend_job(const struct init *init, struct super_action action)
{
	struct job job = job_of(init);
	job_suspend(&job, action.value, action.asked);
}

static void
continue_job(const struct init *init)
{
	struct job job = job_of(init);
	job_continue(&job);
}

/* Says it and returns the exit code. */
static int
fail(const struct err *e)
{
	log_error(e);
	return err_exit_code(e);
}

/* Starts the command. Only a failure returns a code; 0: it is supervised now. */
static int
launch(struct init *init)
{
	struct launch_terms terms = { init->inherited, init->supervises };
	if (!init->supervises)
		return init->roles->launch(init->c, init->block_fd, &terms);

	pid_t app = child_launch(init->c, init->roles, init->block_fd, &terms, init->e);
	if (app < 0)
		return fail(init->e);
	init->deadline = CLOCK_NEVER;
	super_launched(&init->super, app);
	return 0;
}

/* With --verbose. */
static void
tell_forwarded(int signo, bool sent)
{
	if (!sent)
		log_debug("signal %d could not be forwarded: %s", signo, errno_text(errno));
	else
		log_debug("signal %d forwarded", signo);
}

/* Sends what was forwarded; a process that is gone or not ours to signal is no trouble of ours. */
RESIDENT static void
forward(const struct init *init, int signo, const siginfo_t *info)
{
	pid_t app = init->super.app;
	bool sent = false;
	if (signo == SIGCONT)
		continue_job(init);
	if (init->c->supervision.signal_group)
		sent = signals_send(-app, signo);
	/* A command that has left its group is still the one that the signal is for. */
	if (!sent)
		sent = signals_pass_on(app, signo, info);
	if (init->tells)
		tell_forwarded(signo, sent);
}

static void
end_rest(struct init *init)
{
	log_debug("the command has ended, what is left is asked to end too");
	leftovers_terminate(init->reach, init->super.app);
	init->deadline = clock_now() + init->c->supervision.grace_ms;
}

/* Does what was decided. False: it was to leave, with init->code. */
RESIDENT static bool
perform(struct init *init, struct super_action action, const siginfo_t *info)
{
	switch (action.todo) {
	case TODO_NOTHING:
		return true;
	case TODO_DROP:
		if (init->tells)
			log_debug("signal %d dropped", action.value);
		return true;
	case TODO_FORWARD:
		forward(init, action.value, info);
		return true;
	case TODO_KILL_FETCHER:
		init->deadline = CLOCK_NEVER;
		/* Whom we cannot kill dies with us. */
		init->code = init->super.code;
		return kill(init->super.fetcher, SIGKILL) == 0;
	case TODO_LAUNCH:
		init->code = launch(init);
		return init->code == 0;
	case TODO_SUSPEND:
		suspend_job(init, action);
		return true;
	case TODO_END_REST:
		end_rest(init);
		return true;
	case TODO_LEAVE:
		init->code = action.value;
		return false;
	}
	return true;
}

RESIDENT static bool
step(struct init *init, struct super_event event, const siginfo_t *info)
{
	enum super_phase before = init->super.phase;
	struct super_action action = super_step(&init->super, event);
	if (before == PHASE_FETCH && event.kind == EVENT_ENDED && action.todo == TODO_LEAVE &&
		init->super.code == 0)
		explain_fetcher_end(event.status);
	if (before == PHASE_FETCH && event.kind == EVENT_DEADLINE)
		explain_deadline(init->c->timeout_ms);
	return perform(init, action, info);
}

/* Where we adopt orphans, no child means that nobody is left. */
RESIDENT static bool
is_alone(const struct init *init)
{
	return init->reach != LEFTOVERS_GROUP || init->super.phase != PHASE_GRACE ||
	       !leftovers_has_group(init->super.app);
}

/* Everything that has ended or stopped, and what this leaves. False: to leave. */
RESIDENT static bool
reap(struct init *init)
{
	for (;;) {
		struct super_event event = { .kind = EVENT_REST };
		enum child_news news = child_next(&event.pid, &event.status);
		switch (news) {
		case CHILD_ENDED:
			event.kind = EVENT_ENDED;
			break;
		case CHILD_STOPPED:
			event.kind = EVENT_STOPPED;
			event.signo = event.status;
			break;
		case CHILD_QUIET:
			break;
		case CHILD_NONE:
			event.kind = is_alone(init) ? EVENT_ALONE : EVENT_REST;
			break;
		}
		if (!step(init, event, NULL))
			return false;
		if (news == CHILD_QUIET || news == CHILD_NONE)
			return true;
	}
}

/* When to wake up although no signal comes. In the phase RUN: never. */
RESIDENT static clock_ms
next_look(const struct init *init)
{
	if (init->super.phase != PHASE_GRACE || init->reach != LEFTOVERS_GROUP)
		return init->deadline;
	clock_ms look = clock_now() + GROUP_POLL_MS;
	return look < init->deadline ? look : init->deadline;
}

static bool
time_is_over(struct init *init)
{
	if (clock_until(init->deadline, clock_now()) != 0)
		return reap(init);
	init->deadline = CLOCK_NEVER;
	return step(init, (struct super_event){ .kind = EVENT_DEADLINE }, NULL);
}

RESIDENT static struct super_event
signal_event(int signo, const siginfo_t *info)
{
	return (struct super_event){
		.kind = EVENT_SIGNAL,
		.signo = signo,
		.by_kernel = info->si_code == SI_KERNEL,
	};
}

/* The command runs: keeps nothing that it does not need (contract section 8). */
RESIDENT static void
settle(struct init *init)
{
	init->is_settled = true;
	fds_close_from(STDERR_FILENO + 1);
	init->block_fd = -1;
	/* A directory that we sit in could not be unmounted. Where / is not allowed, we stay. */
	if (chdir("/") != 0)
		log_debug("stay in the working directory: %s", errno_text(errno));
	log_patience(false);
	resident_shrink();
}

/* From the first child to the exit code. A part of no other function, which is not resident. */
RESIDENT __attribute__((noinline)) static int
loop(struct init *init)
{
	/* Children that we inherited may have ended before SIGCHLD was blocked. */
	bool goes_on = reap(init);
	while (goes_on) {
		siginfo_t info;
		if (init->super.phase == PHASE_RUN && !init->is_settled)
			settle(init);
		int signo = signals_wait(SIGNALS_ALL, next_look(init), &info);
		if (signo == 0)
			goes_on = time_is_over(init);
		else if (signo == SIGCHLD)
			goes_on = reap(init);
		else if (!signals_is_own_fault(&info, init->self))
			goes_on = step(init, signal_event(signo, &info), &info);
	}
	if (init->super.phase != PHASE_FETCH) {
		struct job job = job_of(init);
		job_end(&job);
	}
	return init->code;
}

static bool
start_fetcher(struct init *init)
{
	init->block_fd = fds_memory(init->e);
	if (init->block_fd < 0)
		return false;
	pid_t fetcher = child_fetch(init->c, init->roles, init->block_fd, init->e);
	if (fetcher < 0)
		return false;
	init->super = super_fetching(&init->c->supervision, fetcher);
	if (init->c->timeout_ms != 0)
		init->deadline = init->c->started + init->c->timeout_ms + FETCHER_MARGIN_MS;
	return true;
}

/* Asks the kernel to tell us of our parent's death, also when it has died while we asked. */
static void
watch_parent(int signo)
{
	pid_t parent = getppid();
	if (prctl(PR_SET_PDEATHSIG, signo) != 0)
		log_warning("no signal at the parent's death: %s", errno_text(errno));
	/* By tkill: a kill from ourselves is what signals_is_own_fault leaves out. */
	else if (getppid() != parent)
		syscall(SYS_tkill, getpid(), signo);
}

static void
adopt_orphans(struct init *init)
{
	bool wanted = init->c->supervision.subreaper != SUBREAPER_OFF;
	if (init->self == 1)
		init->reach = LEFTOVERS_NAMESPACE;
	else if (wanted && prctl(PR_SET_CHILD_SUBREAPER, 1) == 0)
		init->reach = LEFTOVERS_CHILDREN;
	else if (wanted)
		log_warning("orphans are not adopted: %s", errno_text(errno));
}

int
init_run(const struct config *c, const struct init_roles *roles, const struct inherited *inherited,
	struct err *e)
{
	struct init init = {
		.c = c,
		.roles = roles,
		.inherited = inherited,
		.e = e,
		.self = getpid(),
		.tells = log_is_on(LOG_DEBUG),
		.reach = LEFTOVERS_GROUP,
		.block_fd = -1,
		.super = super_fetching(&c->supervision, 0),
		.deadline = CLOCK_NEVER,
	};
	log_role("init");
	init.supervises = c->supervision.mode == SUPERVISE_ALWAYS ||
			  (c->supervision.mode == SUPERVISE_AUTO && init.self == 1);
	if (c->supervision.parent_death_signal != 0)
		watch_parent(c->supervision.parent_death_signal);
	if (init.supervises)
		adopt_orphans(&init);

	if (roles->fetch == NULL)
		init.code = launch(&init);
	else if (!start_fetcher(&init))
		init.code = fail(e);
	return init.code != 0 ? init.code : loop(&init);
}
