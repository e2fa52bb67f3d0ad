#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/fdio.h"
#include "ctl/base/stop.h"
#include "ctl/base/terminal.h"
#include "ctl/base/text.h"
#include "unit/ctl/base/pty.h"

#define MOST 30000
#define PROMPT "value of db-password (not shown): "
#define AGAIN "value of db-password, again: "
#define QUESTION "delete 3 parameters of kops? [y/N] "

static void
report(int result, struct span s)
{
	struct err e;
	if (!fdio_write_all(result, s, "result", &e))
		_exit(99);
}

static int
report_error(int result, const struct err *e)
{
	report(result, span_of(e->text));
	report(result, SPAN("|"));
	report(result, span_of(e->hint));
	return err_exit_code(e);
}

static int
ask_at_most(int result, size_t most)
{
	struct err e = { 0 };
	struct span value;
	if (!terminal_ask_secret("value of db-password", most, "pipe it", &value, &e))
		return report_error(result, &e);
	report(result, value);
	return value.p[value.n] == '\0' ? 0 : 98;
}

static int
ask(int result)
{
	return ask_at_most(result, MOST);
}

static int
ask_ten(int result)
{
	return ask_at_most(result, 10);
}

static int
ask_with_null_input(int result)
{
	int fd = open("/dev/null", O_RDONLY);
	dup2(fd, STDIN_FILENO);
	return terminal_is_input() ? 97 : ask(result);
}

static int
ask_without_terminal(int result)
{
	/* Not a session's leader, so that it may begin one, without a terminal. */
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		setsid();
		_exit(ask_with_null_input(result));
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

static int
ask_with_hang_up_ignored(int result)
{
	const struct sigaction action = { .sa_handler = SIG_IGN };
	sigaction(SIGHUP, &action, NULL);
	return ask(result);
}

static int
ask_while_held(int result)
{
	stop_hold();
	return ask(result);
}

static int
confirm(int result)
{
	struct err e = { 0 };
	bool yes = true;
	if (!terminal_confirm("delete 3 parameters of kops?", "use --yes", &yes, &e))
		return report_error(result, &e);
	report(result, yes ? SPAN("yes") : SPAN("no"));
	return 0;
}

static void
expect_exit(pid_t child, int code, const char *result)
{
	int status = pty_wait(child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), code);
	assert_string_equal(pty_result(), result);
	assert_true(pty_is_as_found());
}

static void
expect_death(pid_t child, int signo)
{
	int status = pty_wait(child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), signo);
	assert_false(WCOREDUMP(status));
	assert_string_equal(pty_result(), "");
	assert_true(pty_is_as_found());
}

static void
expect_stop(pid_t child, int signo)
{
	int status = pty_wait(child);
	assert_true(WIFSTOPPED(status));
	assert_int_equal(WSTOPSIG(status), signo);
	assert_true(pty_is_as_found());
}

static void
test_asks_twice(void **state)
{
	(void)state;
	pid_t child = pty_start(ask, PTY_FOREGROUND);
	pty_expect(PROMPT);
	assert_int_equal(pty_modes().c_lflag & (tcflag_t)(ECHO | ECHONL), 0);
	PTY_TYPE("s3cret value\n");
	pty_expect(AGAIN);
	PTY_TYPE("s3cret value\n");
	expect_exit(child, 0, "s3cret value");
	assert_false(pty_has_shown("s3cret"));
	/* Where the cursor is, as if Enter had been shown. */
	pty_expect("\r\n");
}

static void
test_types_ahead(void **state)
{
	(void)state;
	pid_t child = pty_start(ask, PTY_FOREGROUND);
	pty_expect(PROMPT);
	PTY_TYPE("one\none\n");
	expect_exit(child, 0, "one");
}

static void
test_empty_value(void **state)
{
	(void)state;
	pid_t child = pty_start(ask, PTY_FOREGROUND);
	pty_expect(PROMPT);
	PTY_TYPE("\n\n");
	expect_exit(child, 0, "");
}

static void
test_asks_again(void **state)
{
	(void)state;
	pid_t child = pty_start(ask, PTY_FOREGROUND);
	for (int i = 0; i < 2; i++) {
		pty_expect(PROMPT);
		PTY_TYPE("first\n");
		pty_expect(AGAIN);
		PTY_TYPE("second\n");
		pty_expect("do not match");
	}
	pty_expect(PROMPT);
	PTY_TYPE("third\n");
	pty_expect(AGAIN);
	PTY_TYPE("third\n");
	expect_exit(child, 0, "third");
}

static void
test_gives_up(void **state)
{
	(void)state;
	pid_t child = pty_start(ask, PTY_FOREGROUND);
	for (int i = 0; i < 3; i++) {
		pty_expect(PROMPT);
		PTY_TYPE("first\n");
		pty_expect(AGAIN);
		PTY_TYPE("first \n");
	}
	expect_exit(child, 100, "value of db-password: the values do not match, 3 times|pipe it");
	assert_false(pty_has_shown("first"));
}

/* Longer than any line that the kernel keeps. */
static void
test_long_value(void **state)
{
	(void)state;
	static char value[MOST + 2];
	memset(value, 'v', MOST);
	value[MOST - 1] = 'e';
	value[MOST] = '\n';
	pid_t child = pty_start(ask, PTY_FOREGROUND);
	pty_expect(PROMPT);
	pty_type(value, MOST + 1);
	pty_expect(AGAIN);
	pty_type(value, MOST + 1);
	int status = pty_wait(child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	value[MOST] = '\0';
	assert_string_equal(pty_result(), value);
	assert_true(pty_is_as_found());
}

static void
test_limit(void **state)
{
	(void)state;
	pid_t child = pty_start(ask_ten, PTY_FOREGROUND);
	pty_expect(PROMPT);
	PTY_TYPE("0123456789\n");
	pty_expect(AGAIN);
	PTY_TYPE("0123456789x\n");
	expect_exit(
		child, 100, "value of db-password: what was typed is longer than 10 bytes|pipe it");
}

static void
test_editing(void **state)
{
	(void)state;
	pid_t child = pty_start(ask, PTY_FOREGROUND);
	pty_expect(PROMPT);
	PTY_TYPE("wrong\x15one twx\x7fo thr\x17\x16\x15\n");
	pty_expect(AGAIN);
	PTY_TYPE("one two \x16\x15\n");
	expect_exit(child, 0, "one two \x15");
}

/* Enter is \r where the terminal does not translate it. */
static void
test_raw_return(void **state)
{
	(void)state;
	struct termios modes = pty_modes();
	modes.c_iflag &= ~(tcflag_t)ICRNL;
	pty_set_modes(&modes);
	pid_t child = pty_start(ask, PTY_FOREGROUND);
	pty_expect(PROMPT);
	PTY_TYPE("one\r");
	pty_expect(AGAIN);
	PTY_TYPE("one\r");
	expect_exit(child, 0, "one");
	pty_set_modes(NULL);
}

static void
test_end_of_input(void **state)
{
	(void)state;
	static const char want[] =
		"value of db-password: end of input at the prompt: nothing was entered|pipe it";
	pid_t child = pty_start(ask, PTY_FOREGROUND);
	pty_expect(PROMPT);
	PTY_TYPE("\x04");
	expect_exit(child, 100, want);
	child = pty_start(ask, PTY_FOREGROUND);
	pty_expect(PROMPT);
	PTY_TYPE("one\n");
	pty_expect(AGAIN);
	PTY_TYPE("\x04");
	expect_exit(child, 100, want);
}

static void
test_keys_that_end_it(void **state)
{
	(void)state;
	static const struct {
		char key;
		int signo;
	} row[] = { { '\x03', SIGINT }, { '\x1c', SIGQUIT } };
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		pid_t child = pty_start(ask, PTY_FOREGROUND);
		pty_expect(PROMPT);
		PTY_TYPE("half a val");
		pty_type(&row[i].key, 1);
		expect_death(child, row[i].signo);
		pty_expect("\r\n");
	}
}

static void
test_signals_that_end_it(void **state)
{
	(void)state;
	static const int signos[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM };
	pty_body *const bodies[] = { ask, confirm };
	for (size_t i = 0; i < sizeof(signos) / sizeof(*signos); i++) {
		for (size_t k = 0; k < 2; k++) {
			pid_t child = pty_start(bodies[k], PTY_FOREGROUND);
			pty_expect(k == 0 ? PROMPT : QUESTION);
			kill(child, signos[i]);
			expect_death(child, signos[i]);
		}
	}
}

static void
test_ends_while_held(void **state)
{
	(void)state;
	pid_t child = pty_start(ask_while_held, PTY_FOREGROUND);
	pty_expect(PROMPT);
	PTY_TYPE("\x03");
	expect_death(child, SIGINT);
}

static void
test_ignored_signal(void **state)
{
	(void)state;
	pid_t child = pty_start(ask_with_hang_up_ignored, PTY_FOREGROUND);
	pty_expect(PROMPT);
	kill(child, SIGHUP);
	PTY_TYPE("one\n");
	pty_expect(AGAIN);
	PTY_TYPE("one\n");
	expect_exit(child, 0, "one");
}

/* What was typed so far is gone: the prompt that is shown again begins anew. */
static void
test_suspend(void **state)
{
	(void)state;
	for (int by_key = 0; by_key < 2; by_key++) {
		pid_t child = pty_start(ask, PTY_FOREGROUND);
		pty_expect(PROMPT);
		PTY_TYPE("one\n");
		pty_expect(AGAIN);
		if (by_key)
			PTY_TYPE("half\x1a");
		else
			kill(child, SIGTSTP);
		expect_stop(child, SIGTSTP);
		kill(child, SIGCONT);
		pty_expect(AGAIN);
		assert_int_equal(pty_modes().c_lflag & (tcflag_t)(ECHO | ICANON), 0);
		PTY_TYPE("one\n");
		expect_exit(child, 0, "one");
	}
}

/* The shell has set the modes of a job that was stopped, and gives the terminal back. */
static void
test_stopped_by_force(void **state)
{
	(void)state;
	pid_t child = pty_start(ask, PTY_FOREGROUND);
	pty_expect(PROMPT);
	kill(child, SIGSTOP);
	assert_true(WIFSTOPPED(pty_wait(child)));
	pty_set_modes(NULL);
	kill(child, SIGCONT);
	pty_expect(PROMPT);
	assert_int_equal(pty_modes().c_lflag & (tcflag_t)(ECHO | ICANON), 0);
	PTY_TYPE("one\none\n");
	expect_exit(child, 0, "one");
}

static void
test_ended_while_stopped(void **state)
{
	(void)state;
	pid_t child = pty_start(ask, PTY_FOREGROUND);
	pty_expect(PROMPT);
	PTY_TYPE("\x1a");
	expect_stop(child, SIGTSTP);
	kill(child, SIGTERM);
	kill(child, SIGCONT);
	expect_death(child, SIGTERM);
}

/* Nobody could continue it, so the kernel does not stop it. */
static void
test_suspend_orphaned(void **state)
{
	(void)state;
	pid_t child = pty_start(ask, PTY_ORPHANED);
	pty_expect(PROMPT);
	PTY_TYPE("half\x1a");
	pty_expect(PROMPT);
	PTY_TYPE("one\none\n");
	expect_exit(child, 0, "one");
	pty_hang_up();
}

/* Hidden or not, it waits until it has the terminal, and can be ended meanwhile. */
static void
test_background(void **state)
{
	(void)state;
	pty_body *const bodies[] = { ask, confirm };
	for (size_t i = 0; i < 2; i++) {
		pid_t child = pty_start(bodies[i], PTY_BACKGROUND);
		expect_stop(child, SIGTTOU);
		kill(child, SIGCONT);
		expect_stop(child, SIGTTOU);
		assert_false(pty_has_shown("value"));
		kill(child, SIGTERM);
		kill(child, SIGCONT);
		expect_death(child, SIGTERM);
	}
	pid_t child = pty_start(confirm, PTY_BACKGROUND);
	expect_stop(child, SIGTTOU);
	pty_foreground(child);
	kill(child, SIGCONT);
	pty_expect(QUESTION);
	PTY_TYPE("y\n");
	expect_exit(child, 0, "yes");
}

static void
test_continued_in_background(void **state)
{
	(void)state;
	pid_t child = pty_start(ask, PTY_FOREGROUND);
	pty_expect(PROMPT);
	PTY_TYPE("\x1a");
	expect_stop(child, SIGTSTP);
	pty_foreground(getpgrp());
	kill(child, SIGCONT);
	expect_stop(child, SIGTTOU);
	pty_foreground(child);
	kill(child, SIGCONT);
	pty_expect(PROMPT);
	PTY_TYPE("one\none\n");
	expect_exit(child, 0, "one");
}

static void
test_hang_up(void **state)
{
	(void)state;
	pty_body *const bodies[] = { ask, confirm };
	for (size_t i = 0; i < 2; i++) {
		pid_t child = pty_start(bodies[i], PTY_ORPHANED);
		pty_expect(i == 0 ? PROMPT : QUESTION);
		pty_hang_up();
		int status = pty_wait(child);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGHUP);
	}
}

static void
test_other_input(void **state)
{
	(void)state;
	pid_t child = pty_start(ask_with_null_input, PTY_FOREGROUND);
	pty_expect(PROMPT);
	PTY_TYPE("one\none\n");
	expect_exit(child, 0, "one");
}

static void
test_no_terminal(void **state)
{
	(void)state;
	pid_t child = pty_start(ask_without_terminal, PTY_FOREGROUND);
	expect_exit(child, 100, "value of db-password: there is no terminal to ask at|pipe it");
}

static void
test_confirm(void **state)
{
	(void)state;
	static const struct {
		const char *typed;
		const char *result;
	} row[] = {
		{ "y\n", "yes" },
		{ "Y\n", "yes" },
		{ "yes\n", "yes" },
		{ " YES \n", "yes" },
		{ "n\n", "no" },
		{ "\n", "no" },
		{ "yess\n", "no" },
		{ "y n\n", "no" },
		{ "j\n", "no" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		pid_t child = pty_start(confirm, PTY_FOREGROUND);
		pty_expect(QUESTION);
		assert_true(pty_is_as_found());
		pty_type(row[i].typed, strlen(row[i].typed));
		expect_exit(child, 0, row[i].result);
	}
}

static void
test_confirm_end(void **state)
{
	(void)state;
	pid_t child = pty_start(confirm, PTY_FOREGROUND);
	pty_expect(QUESTION);
	PTY_TYPE("\x04");
	expect_exit(child, 100,
		"delete 3 parameters of kops?: end of input at the prompt: "
		"nothing was entered|use --yes");
}

static int
run(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_asks_twice),
		cmocka_unit_test(test_types_ahead),
		cmocka_unit_test(test_empty_value),
		cmocka_unit_test(test_asks_again),
		cmocka_unit_test(test_gives_up),
		cmocka_unit_test(test_long_value),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_editing),
		cmocka_unit_test(test_raw_return),
		cmocka_unit_test(test_end_of_input),
		cmocka_unit_test(test_keys_that_end_it),
		cmocka_unit_test(test_signals_that_end_it),
		cmocka_unit_test(test_ends_while_held),
		cmocka_unit_test(test_ignored_signal),
		cmocka_unit_test(test_suspend),
		cmocka_unit_test(test_stopped_by_force),
		cmocka_unit_test(test_ended_while_stopped),
		cmocka_unit_test(test_suspend_orphaned),
		cmocka_unit_test(test_background),
		cmocka_unit_test(test_continued_in_background),
		cmocka_unit_test(test_hang_up),
		cmocka_unit_test(test_other_input),
		cmocka_unit_test(test_no_terminal),
		cmocka_unit_test(test_confirm),
		cmocka_unit_test(test_confirm_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

int
main(void)
{
	return pty_run(run);
}
