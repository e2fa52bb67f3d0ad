#include "launch/launch.h"

#include <errno.h>
#include <limits.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/envvar.h"
#include "base/bounds.h"
#include "base/buf.h"
#include "base/bulk.h"
#include "base/fdio.h"
#include "base/log.h"
#include "env/environ.h"
#include "launch/argsize.h"
#include "launch/execute.h"
#include "launch/lookup.h"

/* All memory of this role. Only what is used is ever touched. */
static struct {
	char path[PATH_MAX]; /* of the command, when it is looked for along PATH */
	char block[BLOCK_MAX];
	struct environ_plan plan;
	const char *envp[ENVIRON_MAX + 1];
	char listen_pid[sizeof("LISTEN_PID=") + 20];
} arena BULK;

/* What PID 1 finds out before anything is fetched: each page that the launcher needs costs it. */
static struct {
	const char *path;
	bool inherits_all; /* gets the environment as we got it, for which no memory is touched */
} command;

bool
launch_find(const struct config *c, struct err *e)
{
	struct buf path = BUF(arena.path);
	command.path = lookup_command(envvar_get(c->environ, "PATH"), c->argv[0], &path, e);
	command.inherits_all =
		c->command == COMMAND_INIT && envvar_get(c->environ, "LISTEN_PID") == NULL;
	return command.path != NULL;
}

/* Copies the file: what is checked below is what is executed, whoever still holds the file. */
static bool
copy_block(int fd, struct span *block, struct err *e)
{
	struct buf copy = BUF(arena.block);
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
rename_listen_pid(const char **envp)
{
	char text[sizeof(arena.listen_pid)];
	struct buf inherited = BUF(text);
	struct buf own = BUF(arena.listen_pid);
	buf_printf(&inherited, "LISTEN_PID=%d", (int)getppid());
	buf_printf(&own, "LISTEN_PID=%d", (int)getpid());
	for (; *envp != NULL; envp++) {
		if (span_eq(span_of(*envp), buf_span(&inherited)))
			*envp = buf_str(&own);
	}
}

static size_t
stack_limit(void)
{
	struct rlimit limit = { .rlim_cur = RLIM_INFINITY };
	getrlimit(RLIMIT_STACK, &limit);
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

bool
launch_judge(
	const struct config *c, struct span block, const struct environ_plan **plan, struct err *e)
{
	static char *const no_words[] = { NULL };
	const struct argsize_terms terms = { stack_limit(), (size_t)getauxval(AT_PAGESZ) };
	*plan = &arena.plan;
	return environ_decide(c->environ, &c->rules, block, &arena.plan, e) &&
	       environ_build(c->environ, &c->rules, &arena.plan, arena.envp, e) &&
	       argsize_check(command.path != NULL ? command.path : "",
		       c->argv != NULL ? c->argv : no_words, as_argument(arena.envp), &terms, e);
}

static bool
start(const struct config *c, int block_fd, const struct launch_terms *terms, struct err *e)
{
	struct span block = { arena.block, 0 };
	/* From here to the exec, which undoes it, no other process may look into this one. */
	if (block_fd >= 0 && prctl(PR_SET_DUMPABLE, 0) != 0)
		return err_sys(e, ERR_FINAL, errno, "protect the memory with the variables");
	if (block_fd >= 0 && !copy_block(block_fd, &block, e))
		return false;
	char *const *envp = c->environ;
	if (!command.inherits_all) {
		const struct environ_plan *plan;
		if (!launch_judge(c, block, &plan, e))
			return false;
		if (terms->supervised)
			rename_listen_pid(arena.envp);
		envp = as_argument(arena.envp);
	}
	return execute(command.path, c->argv, envp, terms->inherited, e);
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
