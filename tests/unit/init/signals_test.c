#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "init/signals.h"

static uint64_t
current_mask(void)
{
	uint64_t mask = 0;
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, NULL, &mask, sizeof(mask));
	return mask;
}

static int
block_all(void **state)
{
	(void)state;
	signals_set_mask(SIGNALS_ALL);
	return 0;
}

static int
unblock_all(void **state)
{
	(void)state;
	siginfo_t info;
	while (signals_wait(SIGNALS_ALL, clock_now(), &info) != 0)
		;
	signals_set_mask(0);
	return 0;
}

/* 32 to 34 too, which the C libraries keep for themselves; KILL and STOP nobody can block. */
static void
test_mask_is_the_kernels(void **state)
{
	(void)state;
	const uint64_t never = SIGNALS_BIT(SIGKILL) | SIGNALS_BIT(SIGSTOP);
	signals_set_mask(SIGNALS_ALL);
	assert_true(current_mask() == (SIGNALS_ALL & ~never));
	for (int signo = 1; signo <= 64; signo++) {
		signals_set_mask(SIGNALS_BIT(signo));
		assert_true(current_mask() == (SIGNALS_BIT(signo) & ~never));
	}
	signals_set_mask(SIGNALS_ALL);
}

static void
test_each_is_taken(void **state)
{
	(void)state;
	for (int signo = 1; signo <= 64; signo++) {
		siginfo_t info;
		if (signo == SIGKILL || signo == SIGSTOP)
			continue;
		assert_int_equal(syscall(SYS_kill, getpid(), signo), 0);
		assert_int_equal(signals_wait(SIGNALS_ALL, CLOCK_NEVER, &info), signo);
		assert_int_equal(info.si_signo, signo);
	}
}

static void
test_only_those_of_the_set(void **state)
{
	(void)state;
	siginfo_t info;
	kill(getpid(), SIGUSR1);
	assert_int_equal(signals_wait(SIGNALS_BIT(SIGUSR2), clock_now(), &info), 0);
	kill(getpid(), SIGUSR2);
	assert_int_equal(signals_wait(SIGNALS_BIT(SIGUSR2), clock_now(), &info), SIGUSR2);
	assert_int_equal(signals_wait(SIGNALS_ALL, clock_now(), &info), SIGUSR1);
}

static void
test_deadline(void **state)
{
	(void)state;
	siginfo_t info;
	clock_ms before = clock_now();
	assert_int_equal(signals_wait(SIGNALS_ALL, before + 30, &info), 0);
	assert_true(clock_now() - before >= 30);
	/* One that is past takes what is there. */
	assert_int_equal(signals_wait(SIGNALS_ALL, before, &info), 0);
	kill(getpid(), SIGTERM);
	assert_int_equal(signals_wait(SIGNALS_ALL, before, &info), SIGTERM);
}

static siginfo_t
taken(void)
{
	siginfo_t info;
	assert_true(signals_wait(SIGNALS_ALL, clock_now() + 2000, &info) > 0);
	return info;
}

static void
test_own_fault(void **state)
{
	(void)state;
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	assert_int_equal(write(ends[1], "x", 1), -1);
	close(ends[1]);
	siginfo_t info = taken();
	assert_int_equal(info.si_signo, SIGPIPE);
	assert_true(signals_is_own_fault(&info, getpid()));
	assert_false(signals_is_own_fault(&info, getpid() + 1));

	/* Somebody else's. */
	pid_t parent = getpid();
	pid_t child = fork();
	if (child == 0)
		_exit(kill(parent, SIGPIPE));
	info = taken();
	assert_int_equal(info.si_signo, SIGPIPE);
	assert_false(signals_is_own_fault(&info, getpid()));
	assert_int_equal(waitpid(child, NULL, 0), child);
	unblock_all(NULL);
	block_all(NULL);

	/* How we tell ourselves that the parent has died. */
	syscall(SYS_tkill, getpid(), SIGUSR1);
	info = taken();
	assert_false(signals_is_own_fault(&info, getpid()));
}

/*
 * A child that says by its exit code which signal it got, and whether value and sender are right.
 */
static pid_t
start_receiver(int signo, int value, pid_t sender)
{
	pid_t child = fork();
	if (child != 0)
		return child;
	siginfo_t info;
	int got = signals_wait(SIGNALS_ALL, clock_now() + 2000, &info);
	bool right = got == signo && info.si_value.sival_int == value && info.si_pid == sender;
	_exit(right ? signo : 0);
}

static void
test_pass_on(void **state)
{
	(void)state;
	const pid_t sender = getpid() + 1000;
	siginfo_t queued = { .si_signo = 40, .si_code = SI_QUEUE };
	queued.si_pid = sender;
	queued.si_value.sival_int = 4711;
	int status = 0;
	/* Rewritten, too. */
	for (int signo = 40; signo <= 41; signo++) {
		pid_t child = start_receiver(signo, 4711, sender);
		assert_true(signals_pass_on(child, signo, &queued));
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(WEXITSTATUS(status), signo);
	}
	/* What kill(2) sent comes from us. */
	siginfo_t killed = { .si_signo = SIGUSR1, .si_code = SI_USER };
	pid_t child = start_receiver(SIGUSR1, 0, getpid());
	assert_true(signals_pass_on(child, SIGUSR1, &killed));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(WEXITSTATUS(status), SIGUSR1);

	errno = 0;
	assert_false(signals_pass_on(child, SIGUSR1, &killed));
	assert_int_equal(errno, ESRCH);
	errno = 0;
	assert_false(signals_pass_on(child, 40, &queued));
	assert_int_equal(errno, ESRCH);
}

/* In a process: SIGCHLD as it was found, and its default from then on. */
static int
look_at_sigchld(bool ignored)
{
	struct sigaction action = { .sa_handler = ignored ? SIG_IGN : SIG_DFL };
	sigaction(SIGCHLD, &action, NULL);
	struct inherited found = signals_inherit();
	sigaction(SIGCHLD, NULL, &action);
	return found.sigchld_ignored == ignored && action.sa_handler == SIG_DFL ? 0 : 1;
}

static void
test_inherited_sigchld(void **state)
{
	(void)state;
	for (int ignored = 0; ignored < 2; ignored++) {
		int status = 0;
		pid_t child = fork();
		if (child == 0)
			_exit(look_at_sigchld(ignored != 0));
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(status, 0);
	}
}

/* A group that nobody could continue is not stopped by the kernel, and we hear that. */
static void
test_an_orphaned_group_is_not_stopped(void **state)
{
	(void)state;
	int status = 0;
	pid_t child = fork();
	if (child == 0) {
		setsid();
		_exit(signals_stop_group(SIGTSTP) ? 1 : 0);
	}
	assert_int_equal(waitpid(child, &status, WUNTRACED), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
test_a_group_is_stopped_and_continued(void **state)
{
	(void)state;
	int status = 0;
	/* Not orphaned: its parent is in another group of the same session. */
	pid_t child = fork();
	if (child == 0) {
		setpgid(0, 0);
		bool continued = signals_stop_group(SIGTTIN);
		bool is_blocked = current_mask() & SIGNALS_BIT(SIGTTIN);
		_exit(continued && is_blocked ? 7 : 0);
	}
	assert_int_equal(waitpid(child, &status, WUNTRACED), child);
	assert_true(WIFSTOPPED(status));
	assert_int_equal(WSTOPSIG(status), SIGTTIN);
	kill(child, SIGCONT);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(WEXITSTATUS(status), 7);
}

#define BLOCKED(test) cmocka_unit_test_setup_teardown(test, block_all, unblock_all)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BLOCKED(test_mask_is_the_kernels),
		BLOCKED(test_each_is_taken),
		BLOCKED(test_only_those_of_the_set),
		BLOCKED(test_deadline),
		BLOCKED(test_own_fault),
		BLOCKED(test_pass_on),
		BLOCKED(test_inherited_sigchld),
		BLOCKED(test_an_orphaned_group_is_not_stopped),
		BLOCKED(test_a_group_is_stopped_and_continued),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
