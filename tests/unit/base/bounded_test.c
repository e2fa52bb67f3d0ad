#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/bounded.h"

/* Each case runs in a process of its own, whose exit code is the line that failed. */
#define CHECK(claim)                            \
	do {                                    \
		if (!(claim))                   \
			_exit(__LINE__ & 0xff); \
	} while (0)

/* A case that waits in a write, or for ever, is ended by the timer of another process. */
#define LIMIT_S 60

/* More than any of the descriptors holds when nobody reads. */
#define ROOM_MAX (1 << 20)

static char bytes[3000];
static const struct span line = { bytes, sizeof(bytes) };

static void
block_all(void)
{
	sigset_t all;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
}

static void
expect(void (*body)(int), int fd)
{
	int status = 0;
	pid_t child = fork();
	if (child == 0) {
		block_all();
		body(fd);
		_exit(0);
	}
	pid_t watch = fork();
	if (watch == 0) {
		sleep(LIMIT_S);
		kill(child, SIGKILL);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	kill(watch, SIGKILL);
	waitpid(watch, NULL, 0);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) != 0)
		fail_msg("line %d", WEXITSTATUS(status));
}

static bool
is_pending(int signo)
{
	sigset_t pending;
	CHECK(sigpending(&pending) == 0);
	return sigismember(&pending, signo) == 1;
}

/*
 * Writes until there is no room. A terminal that took nothing may have room a moment later: the
 * kernel moves what was written from one buffer to the next in a thread of its own.
 */
static void
fill(int fd)
{
	ssize_t n;
	ssize_t taken = 0;
	for (int i = 0; i < 1200; i++)
		bounded_write(fd, line, 0);
	do {
		n = bounded_write(fd, line, 1);
		taken += n;
		CHECK(taken < ROOM_MAX);
	} while (n > 0);
	CHECK(!is_pending(SIGALRM));
}

static void
fill_prepared(int fd)
{
	bounded_prepare();
	fill(fd);
}

static void
expect_both(int fd)
{
	expect(fill, fd);
	expect(fill_prepared, fd);
}

static void
test_nobody_reads(void **state)
{
	(void)state;
	int pipes[2];
	int sockets[2];
	assert_int_equal(pipe(pipes), 0);
	expect_both(pipes[1]);
	assert_int_equal(fcntl(pipes[1], F_GETFL) & O_NONBLOCK, 0);

	/* POLLOUT for room that is smaller than a line. */
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
	assert_int_equal(
		setsockopt(sockets[0], SOL_SOCKET, SO_SNDBUF, &(int){ 8000 }, sizeof(int)), 0);
	expect_both(sockets[0]);

	int master = posix_openpt(O_RDWR | O_NOCTTY);
	assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
	int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	assert_true(slave >= 0);
	expect_both(slave);
	/* One whose output was stopped by Ctrl-S. */
	assert_int_equal(tcflush(slave, TCIOFLUSH), 0);
	assert_int_equal(tcflow(slave, TCOOFF), 0);
	expect_both(slave);

	close(master);
	close(slave);
	for (int i = 0; i < 2; i++) {
		close(pipes[i]);
		close(sockets[i]);
	}
}

static void
whole(int fd)
{
	CHECK(bounded_write(fd, line, 0) == (ssize_t)line.n);
}

static void
test_room(void **state)
{
	(void)state;
	int pipes[2];
	char back[sizeof(bytes) + 1];
	assert_int_equal(pipe(pipes), 0);
	expect(whole, pipes[1]);
	assert_int_equal(read(pipes[0], back, sizeof(back)), sizeof(bytes));
	close(pipes[0]);
	close(pipes[1]);
	int null = open("/dev/null", O_WRONLY);
	expect(whole, null);
	close(null);
	int full = open("/dev/full", O_WRONLY);
	expect(fill, full);
	close(full);
}

/* Somebody's SIGALRM, sent while the write waits, is not ours to take. */
static void
alarm_of_another(int fd)
{
	fill(fd);
	/* Room for a byte. */
	pid_t self = getpid();
	pid_t sender = fork();
	if (sender == 0) {
		char byte[6000];
		(void)!read(fd + 1, byte, sizeof(byte));
		for (;;)
			kill(self, SIGALRM);
	}
	while (!is_pending(SIGALRM))
		bounded_write(fd, line, 20);
	bounded_write(fd, line, 5);
	kill(sender, SIGKILL);
	CHECK(waitpid(sender, NULL, 0) == sender);
	sigset_t only;
	siginfo_t info;
	sigemptyset(&only);
	sigaddset(&only, SIGALRM);
	CHECK(sigwaitinfo(&only, &info) == SIGALRM);
	CHECK(info.si_code == SI_USER && info.si_pid == sender);
	sigset_t mask;
	struct sigaction action;
	CHECK(sigprocmask(SIG_BLOCK, NULL, &mask) == 0 && sigismember(&mask, SIGALRM) == 1);
	CHECK(sigaction(SIGALRM, NULL, &action) == 0 && action.sa_handler == SIG_DFL);
}

static void
test_alarm_of_another(void **state)
{
	(void)state;
	int sockets[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
	assert_int_equal(sockets[1], sockets[0] + 1);
	expect(alarm_of_another, sockets[0]);
	close(sockets[0]);
	close(sockets[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nobody_reads),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_alarm_of_another),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
