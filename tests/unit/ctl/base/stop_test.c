#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "ctl/base/stop.h"

static const int stops[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
#define STOPS (sizeof(stops) / sizeof(*stops))

/* How a child ends that runs the body. */
static int
status_of(int (*body)(int signo), int signo)
{
	int status;
	pid_t pid = fork();
	if (pid == 0)
		_exit(body(signo));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
expect_exit(int (*body)(int signo), int signo)
{
	int status = status_of(body, signo);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
expect_death(int (*body)(int signo), int signo)
{
	int status = status_of(body, signo);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), signo);
	assert_false(WCOREDUMP(status));
}

static int
asks(int signo)
{
	int asked = -1;
	stop_hold();
	if (stop_asked(&asked) || asked != 0)
		return 1;
	raise(signo);
	if (!stop_asked(&asked) || asked != signo)
		return 2;
	/* The first one counts, whatever follows. */
	raise(signo == SIGINT ? SIGTERM : SIGINT);
	if (!stop_asked(&asked) || asked != signo)
		return 3;
	stop_release();
	return 0;
}

static int
asks_then_dies(int signo)
{
	int asked;
	stop_hold();
	raise(signo);
	if (stop_asked(&asked))
		stop_die(asked);
	return 1;
}

static int
releases(int signo)
{
	stop_hold();
	raise(signo);
	stop_release();
	return 1;
}

static int
is_as_before(int signo)
{
	stop_hold();
	stop_release();
	raise(signo);
	return 1;
}

static int
ignores(int signo)
{
	const struct sigaction action = { .sa_handler = SIG_IGN };
	int asked;
	sigaction(signo, &action, NULL);
	stop_hold();
	raise(signo);
	if (stop_is_pending())
		return 1;
	if (stop_asked(&asked))
		return 2;
	stop_release();
	raise(signo);
	return 0;
}

static int
pending(int signo)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, signo);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (stop_is_pending())
		return 1;
	raise(signo);
	return stop_is_pending() ? 0 : 2;
}

static int
others_go_on(int signo)
{
	stop_hold();
	raise(signo);
	return 1;
}

static void
test_each(void **state)
{
	(void)state;
	for (size_t i = 0; i < STOPS; i++) {
		expect_exit(asks, stops[i]);
		expect_death(asks_then_dies, stops[i]);
		expect_death(releases, stops[i]);
		expect_death(is_as_before, stops[i]);
		expect_exit(ignores, stops[i]);
		expect_exit(pending, stops[i]);
	}
}

static void
test_others(void **state)
{
	(void)state;
	expect_death(others_go_on, SIGUSR1);
	expect_death(others_go_on, SIGALRM);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each),
		cmocka_unit_test(test_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
