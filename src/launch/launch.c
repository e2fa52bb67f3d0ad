#include "launch/launch.h"

#include <errno.h>
#include <limits.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/bounds.h"
#include "base/buf.h"
#include "base/envvar.h"
#include "base/fdio.h"
#include "base/log.h"
#include "base/pages.h"
#include "base/quote.h"
#include "env/inherit.h"
#include "launch/argsize.h"
#include "launch/execute.h"
#include "launch/lookup.h"

/* What is known before anything is fetched. */
static struct {
	const char *path;
	bool inherits_all; /* gets the environment as we got it, for which no memory is needed */
	char found[PATH_MAX]; /* the path, where it was searched along PATH */
} command;

bool
launch_find(const struct config *c, struct err *e)
{
	struct buf path = BUF(command.found);
	command.path = lookup_command(envvar_get(c->environ, "PATH"), c->argv[0], &path, e);
	command.inherits_all =
		c->command == COMMAND_INIT && envvar_get(c->environ, "LISTEN_PID") == NULL;
	return command.path != NULL;
}

bool
launch_can_run(struct err *e)
{
	return command.path == NULL || lookup_interpreter(command.path, e);
}

/* Copies the file: what is checked is what is executed, even if another process still has it. */
static bool
copy_block(struct launcher *l, int fd, struct span *block, struct err *e)
{
	struct buf copy = BUF(l->block);
	if (lseek(fd, 0, SEEK_SET) != 0)
		return err_sys(e, ERR_FINAL, errno, "read the loaded variables");
	if (!fdio_read_all(fd, "the loaded variables", ERR_FINAL, &copy, e))
		return false;
	*block = buf_span(&copy);
	return true;
}

/*
 * sd_listen_fds(3): descriptors that were handed to us are for the process that LISTEN_PID names.
 * The command is that process now.
 */
static void
rename_listen_pid(struct launcher *l)
{
	char text[LISTEN_PID_MAX];
	struct buf inherited = BUF(text);
	struct buf own = BUF(l->listen_pid);
	buf_printf(&inherited, "LISTEN_PID=%d", (int)getppid());
	buf_printf(&own, "LISTEN_PID=%d", (int)getpid());
	for (const char **envp = l->envp; *envp != NULL; envp++) {
		if (span_eq(span_of(*envp), buf_span(&inherited)))
			*envp = buf_str(&own);
	}
}

static size_t
stack_limit(void)
{
	struct rlimit limit = { .rlim_cur = RLIM_INFINITY };
	syscall(SYS_prlimit64, 0, RLIMIT_STACK, NULL, &limit);
	return limit.rlim_cur > SIZE_MAX ? SIZE_MAX : (size_t)limit.rlim_cur;
}

/* execve(2) takes arrays of char * for history's sake and writes to none of the strings. */
static char *const *
as_argument(const char *const *array)
{
	union {
		const char *const *ours;
		char *const *theirs;
	} u = { .ours = array };
	return u.theirs;
}

struct launcher *
launch_map(struct err *e)
{
	struct launcher *l = pages_map(sizeof(*l), "no room for the launcher's memory", e);
	if (l == NULL)
		return NULL;
	l->terms = (struct argsize_terms){ stack_limit(), (size_t)getauxval(AT_PAGESZ) };
	return l;
}

bool
launch_judge(struct launcher *l, const struct config *c, struct span block, struct err *e)
{
	static char *const no_words[] = { NULL };
	return environ_decide(c->environ, &c->rules, block, &l->plan, e) &&
	       environ_build(c->environ, &c->rules, &l->plan, l->envp, e) &&
	       argsize_check(command.path != NULL ? command.path : "",
		       c->argv != NULL ? c->argv : no_words, as_argument(l->envp), &l->terms, e);
}

/* What was done with an inherited variable; NULL: nothing, or the fetcher has said it. */
static const char *
outcome(const struct config *c, const struct environ_plan *plan, struct span name)
{
	if (inherit_is_unset(&c->rules, name))
		return "removed (--unset)";
	if (inherit_is_kept(&c->rules, name) &&
		envblock_find(&plan->loaded, name) == plan->loaded.count)
		return "kept as inherited (--keep)";
	return NULL;
}

/* With --verbose. */
static void
tell_inherited(const struct config *c, const struct environ_plan *plan)
{
	struct quoted_long q;
	for (char *const *at = c->environ; log_is_on(LOG_DEBUG) && *at != NULL; at++) {
		const struct span entry = span_of(*at);
		const struct span name = envblock_name(entry);
		const char *what = name.n < entry.n ? outcome(c, plan, name) : NULL;
		if (what != NULL)
			log_debug("variable %s: %s", quote_name(&q, name), what);
	}
}

/* The environment of a command that does not simply get ours; NULL: an error. */
static char *const *
make_environment(
	const struct config *c, int block_fd, const struct launch_terms *terms, struct err *e)
{
	struct span block = { NULL, 0 };
	struct launcher *l = launch_map(e);
	if (l == NULL || (block_fd >= 0 && !copy_block(l, block_fd, &block, e)) ||
		!launch_judge(l, c, block, e))
		return NULL;
	tell_inherited(c, &l->plan);
	if (terms->supervised)
		rename_listen_pid(l);
	return as_argument(l->envp);
}

static bool
start(const struct config *c, int block_fd, const struct launch_terms *terms, struct err *e)
{
	char *const *envp = c->environ;
	/* From here to the exec, which undoes it, no other process may look into this one. */
	if (block_fd >= 0 && prctl(PR_SET_DUMPABLE, 0) != 0)
		return err_sys(e, ERR_FINAL, errno, "protect the memory with the variables");
	if (!command.inherits_all)
		envp = make_environment(c, block_fd, terms, e);
	return envp != NULL && execute(command.path, c->argv, envp, terms->inherited, e);
}

int
launch_run(const struct config *c, int block_fd, const struct launch_terms *terms)
{
	struct err e;
	start(c, block_fd, terms, &e);
	log_role("launch");
	log_error(&e);
	return err_exit_code(&e);
}
