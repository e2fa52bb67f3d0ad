#include "launch/launch.h"

#include <errno.h>
#include <limits.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/bounds.h"
#include "base/buf.h"
#include "base/log.h"
#include "env/environ.h"
#include "env/reference.h"
#include "launch/argsize.h"
#include "launch/execute.h"
#include "launch/lookup.h"

/* All memory of this role. Only what is used is ever touched. */
static struct {
	char path[PATH_MAX]; /* of the command; found before anything is fetched */
	char block[BLOCK_MAX];
	struct environ_plan plan;
	const char *envp[ENVIRON_MAX + 1];
	char listen_pid[sizeof("LISTEN_PID=") + 20];
} arena;

bool
launch_find(const struct config *c, struct err *e)
{
	struct buf path = BUF(arena.path);
	return lookup_command(config_getenv(c->environ, "PATH"), c->child[0], &path, e);
}

/* Copies the file: what is checked below is what is executed, whoever still holds the file. */
static bool
copy_block(int fd, struct span *block, struct err *e)
{
	off_t end = lseek(fd, 0, SEEK_END);
	if (end < 0)
		return err_sys(e, ERR_FINAL, errno, "read the loaded variables");
	if (end > BLOCK_MAX)
		return err_set(e, ERR_LIMIT,
			"the loaded variables have %llu bytes, at most %d are taken",
			(unsigned long long)end, BLOCK_MAX);
	size_t size = (size_t)end;
	size_t done = 0;
	while (done < size) {
		ssize_t n = pread(fd, arena.block + done, size - done, (off_t)done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, ERR_FINAL, errno, "read the loaded variables");
		if (n == 0)
			return err_set(e, ERR_FINAL, "read the loaded variables: cut short");
		done += (size_t)n;
	}
	*block = (struct span){ arena.block, size };
	return true;
}

/*
 * sd_listen_fds(3): descriptors that were handed to us are for the process that LISTEN_PID names.
 * The command is that process now.
 */
static void
rename_listen_pid(const char **envp)
{
	const struct span prefix = SPAN("LISTEN_PID=");
	for (; *envp != NULL; envp++) {
		struct span entry = span_of(*envp);
		uint64_t pid = 0;
		if (!span_starts_with(entry, prefix) ||
			!span_u64(span_skip(entry, prefix.n), INT_MAX, &pid) ||
			pid != (uint64_t)getppid())
			continue;
		struct buf b = BUF(arena.listen_pid);
		buf_printf(&b, "LISTEN_PID=%d", (int)getpid());
		*envp = buf_str(&b);
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
	environ_is_reference *is_reference = c->references ? reference_is : NULL;
	*plan = &arena.plan;
	return environ_decide(c->environ, &c->rules, is_reference, block, &arena.plan, e) &&
	       environ_build(c->environ, &c->rules, &arena.plan, arena.envp, e) &&
	       argsize_check(arena.path, c->child != NULL ? c->child : no_words,
		       as_argument(arena.envp), stack_limit(), (size_t)getauxval(AT_PAGESZ), e);
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
	const struct environ_plan *plan;
	if (!launch_judge(c, block, &plan, e))
		return false;
	if (terms->supervised)
		rename_listen_pid(arena.envp);
	return execute(arena.path, c->child, as_argument(arena.envp), terms->inherited, e);
}

int
launch_run(const struct config *c, int block_fd, const struct launch_terms *terms)
{
	struct err e;
	start(c, block_fd, terms, &e);
	log_error(&e);
	return err_exit_code(&e);
}
