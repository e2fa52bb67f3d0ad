#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "launch/launch.h"

/* The mask that the command must find: 34 and 2, which no C library's set operation can hide. */
#define MASK (UINT64_C(1) << 33 | UINT64_C(1) << 1)

static const struct inherited inherited = { .signal_mask = MASK };
static const struct inherited ignoring = { .signal_mask = MASK, .sigchld_ignored = true };

static char path[] = "PATH=/usr/bin:/bin";
static char keep[] = "KEEP=kept";
static char listen_pid[32];
static char *environment[] = { path, keep, listen_pid, NULL };

/* What the words stand behind. */
static enum command command = COMMAND_EXEC;

/* Runs the command with these loaded variables; returns its exit code. */
static int
run_words(char *const *words, struct span block, const struct inherited *found, bool supervised)
{
	const struct config c = { .command = command, .environ = environment, .argv = words };
	const struct launch_terms terms = { found, supervised };
	struct err e;
	int status = 0;
	int fd = memfd_create("block", 0);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, block.p, block.n), block.n);
	assert_true(launch_find(&c, &e));

	pid_t child = fork();
	if (child == 0) {
		uint64_t all = UINT64_MAX;
		syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, sizeof(all));
		close(2);
		int code = launch_run(&c, block.p == NULL ? -1 : fd, &terms);
		/* It failed with the block in its memory, into which nobody may look. */
		_exit(prctl(PR_GET_DUMPABLE) == 0 ? code : 99);
	}
	close(fd);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int
run(char *script, struct span block, const struct inherited *found, bool supervised)
{
	static char shell[] = "sh";
	static char option[] = "-c";
	char *const words[] = { shell, option, script, NULL };
	return run_words(words, block, found, supervised);
}

/* Whether /proc/self/status of a command has this line; a shell would change its own mask. */
static bool
has_status(char *pattern, const struct inherited *found)
{
	static char grep[] = "grep";
	static char option[] = "-q";
	static char file[] = "/proc/self/status";
	char *const words[] = { grep, option, pattern, file, NULL };
	return run_words(words, SPAN("A=1\0"), found, true) == 0;
}

static void
test_environment(void **state)
{
	(void)state;
	char script[] = "test \"$A $KEEP\" = '1=2 kept' && exit 7";
	assert_int_equal(run(script, SPAN("A=1=2\0"), &inherited, true), 7);
	char overwritten[] = "test \"$KEEP\" = new && exit 7";
	assert_int_equal(run(overwritten, SPAN("KEEP=new\0"), &inherited, false), 7);
	char nothing[] = "test \"$KEEP\" = kept && exit 7";
	assert_int_equal(run(nothing, SPAN(""), &inherited, true), 7);
	assert_int_equal(run(nothing, (struct span){ NULL, 0 }, &inherited, true), 7);
}

static void
test_refused_blocks(void **state)
{
	(void)state;
	char script[] = "exit 7";
	static const struct span blocks[] = { { "A=1", 3 }, { "A=1\0A=2\0", 8 },
		{ "LD_PRELOAD=x\0", 13 }, { "=x\0", 3 }, { "A\0", 2 } };
	for (size_t i = 0; i < sizeof(blocks) / sizeof(*blocks); i++)
		assert_int_equal(run(script, blocks[i], &inherited, true), EXIT_REFUSED);
}

static void
test_mask_and_dispositions(void **state)
{
	(void)state;
	char mask[] = "^SigBlk:.0000000200000002$";
	char wanted[] = "^SigIgn:.*[02468ace]....$";
	char ignored[] = "^SigIgn:.*[13579bdf]....$";
	assert_true(has_status(mask, &inherited));
	assert_true(has_status(wanted, &inherited));
	assert_true(has_status(ignored, &ignoring));
	assert_false(has_status(ignored, &inherited));
}

static void
name_listener(pid_t pid)
{
	struct buf b = BUF(listen_pid);
	buf_printf(&b, "LISTEN_PID=%d", (int)pid);
	buf_str(&b);
}

static void
test_listen_pid(void **state)
{
	(void)state;
	/* It named the supervisor, whose place the command takes. */
	char script[] = "test \"$LISTEN_PID\" = $$ && exit 7";
	name_listener(getpid());
	assert_int_equal(run(script, SPAN("A=1\0"), &inherited, true), 7);
	/* Not supervised, the command is who was started: nothing to change. */
	char same[] = "test \"$LISTEN_PID\" = $PPID && exit 7";
	assert_int_equal(run(same, SPAN("A=1\0"), &inherited, false), 7);
	char another[] = "test \"$LISTEN_PID\" = 1 && exit 7";
	name_listener(1);
	assert_int_equal(run(another, SPAN("A=1\0"), &inherited, true), 7);
	memset(listen_pid, 0, sizeof(listen_pid));
}

/* `init` loads nothing: the environment as it is, but for the same LISTEN_PID. */
static void
test_init(void **state)
{
	const struct span no_block = { NULL, 0 };
	char script[] = "test \"$KEEP\" = kept && exit 7";
	command = COMMAND_INIT;
	assert_int_equal(run(script, no_block, &inherited, true), 7);
	test_listen_pid(state);
	command = COMMAND_EXEC;
}

static void
test_the_command_is_dumpable(void **state)
{
	(void)state;
	/* The exec makes the process an ordinary one again. */
	char script[] = "test -r /proc/$$/environ && exit 7";
	assert_int_equal(run(script, SPAN("A=1\0"), &inherited, true), 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_environment),
		cmocka_unit_test(test_refused_blocks),
		cmocka_unit_test(test_mask_and_dispositions),
		cmocka_unit_test(test_listen_pid),
		cmocka_unit_test(test_init),
		cmocka_unit_test(test_the_command_is_dumpable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
