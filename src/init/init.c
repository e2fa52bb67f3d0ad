#include "init/init.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/errno_text.h"
#include "base/log.h"
#include "init/child.h"
#include "init/fds.h"
#include "init/loop.h"
#include "init/signals.h"
#include "init/supervisor.h"

/* The fetcher ends at the deadline by itself and says what it waited for; this is for one that
 * hangs. */
#define START_MARGIN_MS 500

static bool
start_fetcher(struct supervisor *init)
{
	init->block_fd = fds_memory(init->e);
	if (init->block_fd < 0)
		return false;
	pid_t fetcher = child_fetch(init->c, init->roles, init->block_fd, init->e);
	init->super = super_fetching(&init->c->supervision, fetcher);
	return fetcher > 0;
}

/* Asks the kernel for a signal at our parent's death, also when it has died while we asked. */
static void
watch_parent(int signo)
{
	pid_t parent = getppid();
	if (prctl(PR_SET_PDEATHSIG, signo) != 0)
		log_warning("the parent's death will cause no signal: %s", errno_text(errno));
	/* By tkill: a kill from ourselves is what signals_is_own_fault leaves out. */
	else if (getppid() != parent)
		syscall(SYS_tkill, getpid(), signo);
}

static void
adopt_orphans(struct supervisor *init)
{
	bool wanted = init->c->supervision.subreaper != SUBREAPER_OFF;
	if (init->self == 1)
		init->reach = LEFTOVERS_NAMESPACE;
	else if (wanted && prctl(PR_SET_CHILD_SUBREAPER, 1) == 0)
		init->reach = LEFTOVERS_CHILDREN;
	else if (wanted)
		log_warning("orphans are not adopted: %s", errno_text(errno));
}

/*
 * What we cannot do without, tried before anything is started: a container's profile may refuse any
 * call. Children that we inherited may have ended before SIGCHLD was blocked: the first reap.
 */
static bool
is_able(struct supervisor *init)
{
	siginfo_t info;
	pid_t pid;
	int status;
	if (!signals_are_blocked())
		return err_sys(init->e, ERR_REFUSED, errno, "block signals");
	if (init->self < 0)
		return err_sys(init->e, ERR_REFUSED, errno, "get our own process number");
	if (init->c->started <= 0)
		return err_set(init->e, ERR_REFUSED, "read the clock: the kernel refuses it");
	if (!init->supervises && init->roles->fetch == NULL)
		return true;
	if (signals_wait(0, 0, &info) < 0)
		return err_sys(init->e, ERR_REFUSED, errno, "wait for signals");
	enum child_news news;
	int count = 0;
	do {
		news = child_next(&pid, &status);
	} while (news == CHILD_ENDED && ++count < LOOP_TURN_MAX);
	init->has_news = news != CHILD_QUIET && news != CHILD_NONE;
	return news != CHILD_UNKNOWN ||
	       err_sys(init->e, ERR_REFUSED, errno, "wait for child processes");
}

int
init_run(const struct config *c, const struct init_roles *roles, const struct inherited *inherited,
	struct err *e)
{
	struct supervisor init = {
		.c = c,
		.roles = roles,
		.inherited = inherited,
		.e = e,
		.self = getpid(),
		.reach = LEFTOVERS_GROUP,
		.block_fd = -1,
		.pipe = { -1, -1, false },
		.super = super_fetching(&c->supervision, 0),
		.deadline = CLOCK_NEVER,
	};
	log_role("init");
	init.supervises = c->supervision.mode == SUPERVISE_ALWAYS ||
			  (c->supervision.mode == SUPERVISE_AUTO && init.self == 1);
	/* Early: of a parent that has died before we ask we learn nothing. */
	if (c->supervision.parent_death_signal != 0)
		watch_parent(c->supervision.parent_death_signal);
	if (!is_able(&init))
		return supervisor_fail(e);
	if (init.supervises)
		adopt_orphans(&init);
	/* `init` loads nothing: its command may take its time, as under any other init. */
	if (c->command != COMMAND_INIT && c->timeout_ms != 0)
		init.deadline = c->started + c->timeout_ms + START_MARGIN_MS;

	if (roles->fetch != NULL && !start_fetcher(&init))
		return supervisor_fail(e);
	if (roles->fetch == NULL && !supervisor_launch(&init))
		return init.code;
	int code = loop_run(&init);
	supervisor_end(&init);
	return code;
}
