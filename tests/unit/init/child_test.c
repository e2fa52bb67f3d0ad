#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "init/child.h"
#include "init/fds.h"
#include "init/signals.h"

static const struct config config;
static const struct inherited inherited;
static const struct launch_terms terms = { &inherited, true };
static int number;

static int
fetch(const struct config *c, int block_fd)
{
	(void)c;
	number = 1;
	char byte;
	bool only = fcntl(block_fd, F_GETFD) >= 0;
	only = only && read(0, &byte, 1) < 0 && errno == EBADF;
	only = only && write(1, "x", 1) < 0 && errno == EBADF;
	for (int fd = 3; fd < 100; fd++)
		only = only && (fcntl(fd, F_GETFD) >= 0) == (fd == block_fd);
	uint64_t mask = 0;
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, NULL, &mask, sizeof(mask));
	bool hears_none = (mask & SIGNALS_BIT(SIGUSR1)) != 0 && (mask & SIGNALS_BIT(SIGTERM)) != 0;
	return only && hears_none && write(block_fd, "block", 5) == 5 ? 42 : 1;
}

static int
launch(const struct config *c, int block_fd, const struct launch_terms *with)
{
	(void)c;
	number = 2;
	uint64_t mask = 0;
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, NULL, &mask, sizeof(mask));
	bool hears_none = (mask & SIGNALS_BIT(SIGTERM)) != 0;
	if (block_fd == 78)
		execl("/bin/sleep", "sleep", "9", NULL);
	return getpgrp() == getpid() && hears_none && block_fd == 77 && with->supervised ? 43 : 1;
}

static const struct init_roles roles = { fetch, launch };

static int
block_signals(void **state)
{
	(void)state;
	number = 0;
	signals_set_mask(SIGNALS_ALL);
	return 0;
}

/* The next news that there is, waited for. */
static enum child_news
wait_for_news(pid_t *pid, int *status)
{
	for (int i = 0; i < 2000; i++) {
		enum child_news news = child_next(pid, status);
		if (news != CHILD_QUIET && news != CHILD_LET_GO)
			return news;
		usleep(1000);
	}
	return CHILD_QUIET;
}

static void
expect_end(pid_t wanted, int code)
{
	pid_t pid;
	int status = 0;
	assert_int_equal(wait_for_news(&pid, &status), CHILD_ENDED);
	assert_int_equal(pid, wanted);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), code);
}

static void
expect_none(void)
{
	pid_t pid;
	int status;
	assert_int_equal(child_next(&pid, &status), CHILD_NONE);
}

static void
test_fetcher(void **state)
{
	(void)state;
	struct err e;
	int spare = fcntl(0, F_DUPFD, 50);
	int block = fds_memory(&e);
	assert_true(block > 2 && spare >= 50);
	pid_t pid = child_fetch(&config, &roles, block, &e);
	assert_true(pid > 0);
	expect_end(pid, 42);
	expect_none();
	/* Its memory is its own, the file is ours too. */
	assert_int_equal(number, 0);
	char text[8];
	assert_int_equal(pread(block, text, sizeof(text), 0), 5);
	close(block);
	close(spare);
}

/* Each notice is a signal; one may be about what was seen before. */
static enum execpipe_news
wait_for_launcher(struct execpipe *p)
{
	enum execpipe_news news = EXECPIPE_NOTHING;
	while (news == EXECPIPE_NOTHING) {
		siginfo_t info;
		const uint64_t set = SIGNALS_ALL & ~SIGNALS_BIT(SIGCHLD);
		int signo = signals_wait(set, clock_now() + 9000, &info);
		assert_true(execpipe_is_notice(signo, &info));
		news = execpipe_look(p);
	}
	return news;
}

static void
test_launcher(void **state)
{
	(void)state;
	struct err e;
	struct execpipe p;
	assert_true(execpipe_open(&p, &e));
	pid_t pid = child_launch(&config, &roles, 77, &terms, &p);
	assert_true(pid > 0);
	/* The group is there at once; the memory is its own. */
	assert_int_equal(getpgid(pid), pid);
	assert_int_equal(number, 0);
	assert_int_equal(wait_for_launcher(&p), EXECPIPE_RETURNED);
	expect_end(pid, 43);
	expect_none();
}

static void
test_launcher_that_executes(void **state)
{
	(void)state;
	struct err e;
	struct execpipe p;
	assert_true(execpipe_open(&p, &e));
	pid_t pid = child_launch(&config, &roles, 78, &terms, &p);
	assert_true(pid > 0 && !p.is_silent);
	assert_int_equal(wait_for_launcher(&p), EXECPIPE_EXECUTED);
	assert_int_equal(p.read_fd, -1);
	kill(pid, SIGKILL);
	int status;
	assert_int_equal(wait_for_news(&pid, &status), CHILD_ENDED);
}

/* It can be reached while it works: what is sent on waits for it to let signals in. */
static void
test_nothing_yet(void **state)
{
	(void)state;
	struct err e;
	struct execpipe p;
	assert_true(execpipe_open(&p, &e));
	execpipe_watch(&p);
	/* There is no writer any more: as after an execve. */
	assert_int_equal(execpipe_look(&p), EXECPIPE_EXECUTED);

	assert_true(execpipe_open(&p, &e));
	int writer = dup(p.write_fd);
	execpipe_watch(&p);
	assert_int_equal(execpipe_look(&p), EXECPIPE_NOTHING);
	assert_int_equal(execpipe_look(&p), EXECPIPE_NOTHING);
	p.write_fd = writer;
	execpipe_tell(&p);
	assert_int_equal(execpipe_look(&p), EXECPIPE_RETURNED);
	close(writer);

	/* What others send is the command's. */
	siginfo_t info = { .si_code = SI_USER };
	assert_false(execpipe_is_notice(64, &info));
	info.si_code = SI_QUEUE;
	assert_false(execpipe_is_notice(64, &info));
	assert_false(execpipe_is_notice(SIGIO, &info));
	info.si_code = POLL_IN;
	assert_false(execpipe_is_notice(SIGUSR1, &info));
	/* Ours, though the pipe is closed by now: the kernel's queue was full. */
	info.si_code = SI_KERNEL;
	assert_int_equal(p.read_fd, -1);
	assert_true(execpipe_is_notice(SIGIO, &info));
	while (signals_wait(SIGNALS_ALL, 0, &info) > 0)
		;
}

static void
test_all_that_ended(void **state)
{
	(void)state;
	unsigned seen = 0;
	for (int i = 0; i < 20; i++) {
		pid_t child = fork();
		if (child == 0)
			_exit(i);
	}
	for (int i = 0; i < 20; i++) {
		pid_t pid;
		int status = 0;
		assert_int_equal(wait_for_news(&pid, &status), CHILD_ENDED);
		seen |= 1u << WEXITSTATUS(status);
	}
	assert_int_equal(seen, (1u << 20) - 1);
	expect_none();
}

static void
test_killed(void **state)
{
	(void)state;
	pid_t pid;
	int status = 0;
	pid_t child = fork();
	if (child == 0)
		for (;;)
			pause();
	assert_int_equal(child_next(&pid, &status), CHILD_QUIET);
	kill(child, SIGKILL);
	assert_int_equal(wait_for_news(&pid, &status), CHILD_ENDED);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
}

static void
test_stopped(void **state)
{
	(void)state;
	pid_t pid;
	int status = 0;
	pid_t child = fork();
	if (child == 0)
		for (;;)
			pause();
	kill(child, SIGSTOP);
	assert_int_equal(wait_for_news(&pid, &status), CHILD_STOPPED);
	assert_int_equal(pid, child);
	assert_int_equal(status, SIGSTOP);
	assert_int_equal(child_next(&pid, &status), CHILD_QUIET);
	kill(child, SIGKILL);
	assert_int_equal(wait_for_news(&pid, &status), CHILD_ENDED);
}

/* Whoever asks us to trace it goes on, with the signal that stopped it. */
static void
test_traced(void **state)
{
	(void)state;
	pid_t pid;
	int status = 0;
	pid_t child = fork();
	if (child == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		signals_set_mask(0);
		kill(getpid(), SIGWINCH);
		kill(getpid(), SIGUSR1);
		_exit(1);
	}
	assert_int_equal(wait_for_news(&pid, &status), CHILD_ENDED);
	assert_int_equal(pid, child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGUSR1);
}

static void
test_traced_over_an_exec(void **state)
{
	(void)state;
	pid_t pid;
	int status = 0;
	pid_t child = fork();
	if (child == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		execl("/bin/true", "true", NULL);
		_exit(1);
	}
	assert_int_equal(wait_for_news(&pid, &status), CHILD_ENDED);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_fetcher, block_signals),
		cmocka_unit_test_setup(test_launcher, block_signals),
		cmocka_unit_test_setup(test_launcher_that_executes, block_signals),
		cmocka_unit_test_setup(test_nothing_yet, block_signals),
		cmocka_unit_test_setup(test_all_that_ended, block_signals),
		cmocka_unit_test_setup(test_killed, block_signals),
		cmocka_unit_test_setup(test_stopped, block_signals),
		cmocka_unit_test_setup(test_traced, block_signals),
		cmocka_unit_test_setup(test_traced_over_an_exec, block_signals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
