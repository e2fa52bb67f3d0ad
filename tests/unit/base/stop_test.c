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

#include "base/stop.h"

/* Each case runs in a process of its own, whose exit code is the line that failed. */
#define CHECK(claim)                            \
	do {                                    \
		if (!(claim))                   \
			_exit(__LINE__ & 0xff); \
	} while (0)

#define LONG_MS 20000

static void
set_mask(uint64_t mask)
{
	CHECK(syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, sizeof(mask)) == 0);
}

static int
run(void (*body)(int), int signo)
{
	int status = 0;
	pid_t child = fork();
	if (child == 0) {
		set_mask(UINT64_MAX);
		stop_watch();
		body(signo);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void
expect(void (*body)(int), int signo)
{
	int status = run(body, signo);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) != 0)
		fail_msg("line %d", WEXITSTATUS(status));
}

static void
sent_before(int signo)
{
	CHECK(kill(getpid(), signo) == 0);
	CHECK(stop_signal() == 0);
	CHECK(stop_poll(NULL, 0, -1) == -1 && errno == EINTR);
	CHECK(stop_signal() == signo);
}

static void
sent_meanwhile(int signo)
{
	const pid_t waiting = getpid();
	if (fork() == 0) {
		usleep(20000);
		_exit(kill(waiting, signo) != 0);
	}
	CHECK(stop_poll(NULL, 0, LONG_MS) == -1 && errno == EINTR);
	CHECK(stop_signal() == signo);
}

static void
test_each_signal(void **state)
{
	(void)state;
	static const int stops[] = { SIGTERM, SIGINT, SIGQUIT, SIGHUP };
	for (size_t i = 0; i < sizeof(stops) / sizeof(*stops); i++) {
		expect(sent_before, stops[i]);
		expect(sent_meanwhile, stops[i]);
	}
}

/* Also those that the C libraries keep for themselves: the default action of each would end us. */
static void
others(int signo)
{
	(void)signo;
	for (int other = 1; other <= 64; other++) {
		if (other != SIGTERM && other != SIGINT && other != SIGQUIT && other != SIGHUP &&
			other != SIGKILL && other != SIGSTOP)
			CHECK(syscall(SYS_kill, getpid(), other) == 0);
	}
	CHECK(stop_poll(NULL, 0, 1) == 0);
	CHECK(stop_signal() == 0);
}

static void
test_other_signals_stay_blocked(void **state)
{
	(void)state;
	expect(others, 0);
}

static void
first(int signo)
{
	CHECK(kill(getpid(), signo) == 0);
	CHECK(stop_poll(NULL, 0, LONG_MS) == -1);
	CHECK(kill(getpid(), SIGINT) == 0 && kill(getpid(), SIGTERM) == 0);
	CHECK(stop_poll(NULL, 0, LONG_MS) == -1 && errno == EINTR);
	CHECK(stop_signal() == signo);
	/* Outside the wait they are blocked again. */
	CHECK(kill(getpid(), signo) == 0);
	uint64_t pending = 0;
	CHECK(syscall(SYS_rt_sigpending, &pending, sizeof(pending)) == 0 && pending != 0);
}

static void
test_the_first_counts(void **state)
{
	(void)state;
	expect(first, SIGQUIT);
}

static void
polls(int signo)
{
	(void)signo;
	int pipes[2];
	CHECK(pipe(pipes) == 0);
	struct pollfd fds[] = { { pipes[0], POLLIN, 0 }, { pipes[1], POLLOUT, 0 } };
	CHECK(stop_poll(fds, 1, 1) == 0);
	CHECK(stop_poll(fds, 2, -1) == 1 && fds[1].revents == POLLOUT && fds[0].revents == 0);
	CHECK(write(pipes[1], "x", 1) == 1);
	CHECK(stop_poll(fds, 2, LONG_MS) == 2 && fds[0].revents == POLLIN);
}

static void
test_it_is_a_poll(void **state)
{
	(void)state;
	expect(polls, 0);
}

static void
ends(int signo)
{
	stop_ends_us();
	CHECK(kill(getpid(), signo) == 0);
	set_mask(0);
	_exit(0);
}

/* Whoever is not PID 1 dies of the signal, as its parent expects. */
static void
test_stops_end_us(void **state)
{
	(void)state;
	static const int stops[] = { SIGTERM, SIGINT, SIGQUIT, SIGHUP };
	for (size_t i = 0; i < sizeof(stops) / sizeof(*stops); i++) {
		int status = run(ends, stops[i]);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), stops[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_signal),
		cmocka_unit_test(test_other_signals_stay_blocked),
		cmocka_unit_test(test_the_first_counts),
		cmocka_unit_test(test_it_is_a_poll),
		cmocka_unit_test(test_stops_end_us),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
