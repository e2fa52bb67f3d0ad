#include "unit/ctl/base/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "ctl/base/text.h"

/* Only a test that is broken waits so long. */
#define PATIENCE_S 60

struct terminal {
	int master;
	int slave;
};

static struct terminal ours;
static struct terminal now; /* of the child: ours, or its own */
static struct termios initial;
static struct termios found;
static int result_fd = -1;
static struct text shown;
static size_t expected;

static struct terminal
open_terminal(void)
{
	struct terminal t = { .master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC) };
	if (t.master < 0 || grantpt(t.master) != 0 || unlockpt(t.master) != 0)
		abort();
	t.slave = open(ptsname(t.master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (t.slave < 0)
		abort();
	return t;
}

static int
run_session(int (*tests)(void))
{
	setsid();
	ours = open_terminal();
	if (ioctl(ours.slave, TIOCSCTTY, 0) != 0 || tcgetattr(ours.slave, &initial) != 0)
		abort();
	/* As a shell does that hands the terminal to others. */
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigaction(SIGTTOU, &ignore, NULL);
	return tests();
}

int
pty_run(int (*tests)(void))
{
	pid_t pid = fork();
	if (pid == 0)
		_exit(run_session(tests));
	int status = -1;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static _Noreturn void
be_child(pty_body *body, enum pty_place place, int result)
{
	const struct sigaction action = { .sa_handler = SIG_DFL };
	sigset_t none;
	if (place == PTY_ORPHANED)
		setsid();
	else
		setpgid(0, 0);
	if (place == PTY_ORPHANED && ioctl(now.slave, TIOCSCTTY, 0) != 0)
		abort();
	if (place == PTY_FOREGROUND)
		tcsetpgrp(now.slave, getpid());
	sigaction(SIGTTOU, &action, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	close(now.master);
	for (int fd = 0; fd <= 2; fd++)
		dup2(now.slave, fd);
	close(now.slave);
	if (place == PTY_ORPHANED)
		close(ours.master), close(ours.slave);
	alarm(2 * PATIENCE_S);
	_exit(body(result));
}

pid_t
pty_start(pty_body *body, enum pty_place place)
{
	int pipe_fd[2];
	now = place == PTY_ORPHANED ? open_terminal() : ours;
	tcflush(now.slave, TCIOFLUSH);
	if (place != PTY_ORPHANED && tcgetpgrp(now.slave) != getpgrp())
		assert_int_equal(tcsetpgrp(now.slave, getpgrp()), 0);
	assert_int_equal(tcgetattr(now.slave, &found), 0);
	if (result_fd >= 0)
		close(result_fd);
	assert_int_equal(pipe2(pipe_fd, O_CLOEXEC), 0);
	text_clear(&shown);
	expected = 0;
	pid_t child = fork();
	if (child == 0)
		be_child(body, place, pipe_fd[1]);
	assert_true(child > 0);
	close(pipe_fd[1]);
	result_fd = pipe_fd[0];
	if (place != PTY_ORPHANED)
		setpgid(child, child);
	if (place == PTY_FOREGROUND)
		pty_foreground(child);
	return child;
}

void
pty_foreground(pid_t child)
{
	assert_int_equal(tcsetpgrp(now.slave, child), 0);
}

/* Takes what is there into shown; waits for something if asked to. False: there is nothing. */
static bool
take(bool waits)
{
	struct pollfd fd = { now.master, POLLIN, 0 };
	char bytes[4096];
	if (poll(&fd, 1, waits ? PATIENCE_S * 1000 : 0) <= 0)
		return false;
	ssize_t n = read(now.master, bytes, sizeof(bytes));
	if (n > 0)
		text_put(&shown, (struct span){ bytes, (size_t)n });
	return n > 0;
}

static bool
find_next(const char *text)
{
	const char *at = strstr(text_str(&shown) + expected, text);
	if (at != NULL)
		expected = (size_t)(at - text_str(&shown)) + strlen(text);
	return at != NULL;
}

void
pty_expect(const char *text)
{
	while (!find_next(text)) {
		if (!take(true))
			fail_msg("\"%s\" did not come: %s", text, text_str(&shown));
	}
}

bool
pty_shows_next(const char *text)
{
	while (take(false))
		;
	return find_next(text);
}

bool
pty_has_shown(const char *text)
{
	while (take(false))
		;
	return strstr(text_str(&shown), text) != NULL;
}

void
pty_type(const char *text, size_t n)
{
	while (n > 0) {
		ssize_t written = write(now.master, text, n);
		assert_true(written > 0);
		text += written;
		n -= (size_t)written;
	}
}

int
pty_wait(pid_t child)
{
	int status;
	assert_int_equal(waitpid(child, &status, WUNTRACED), child);
	return status;
}

const char *
pty_result(void)
{
	static struct text result;
	char bytes[4096];
	ssize_t n;
	text_clear(&result);
	while ((n = read(result_fd, bytes, sizeof(bytes))) > 0)
		text_put(&result, (struct span){ bytes, (size_t)n });
	return text_str(&result);
}

struct termios
pty_modes(void)
{
	struct termios modes;
	assert_int_equal(tcgetattr(now.slave, &modes), 0);
	return modes;
}

void
pty_set_modes(const struct termios *modes)
{
	assert_int_equal(tcsetattr(ours.slave, TCSANOW, modes == NULL ? &initial : modes), 0);
}

bool
pty_is_as_found(void)
{
	const struct termios modes = pty_modes();
	return modes.c_iflag == found.c_iflag && modes.c_oflag == found.c_oflag &&
	       modes.c_cflag == found.c_cflag && modes.c_lflag == found.c_lflag &&
	       memcmp(modes.c_cc, found.c_cc, sizeof(found.c_cc)) == 0;
}

void
pty_hang_up(void)
{
	assert_int_not_equal(now.master, ours.master);
	close(now.slave);
	close(now.master);
}
