#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/log.h"
#include "ctl/base/progress.h"
#include "unit/ctl/base/pty.h"

static int
count(int result)
{
	(void)result;
	progress_begin("import", 400);
	for (uint64_t i = 1; i <= 400; i++)
		progress_set(i);
	progress_end();
	progress_end();
	return 0;
}

static int
count_without_total(int result)
{
	(void)result;
	progress_begin("find", 0);
	progress_end();
	return 0;
}

static int
count_for_long(int result)
{
	const clock_ms began = clock_now();
	uint64_t i = 0;
	(void)result;
	progress_begin("copy", 0);
	while (clock_now() < began + 250)
		progress_set(++i);
	progress_set(++i);
	progress_end();
	return 0;
}

static int
log_between(int result)
{
	(void)result;
	progress_begin("delete", 7);
	log_warning("throttled");
	progress_clear();
	progress_end();
	log_warning("last");
	return 0;
}

static int
count_in_narrow_terminal(int result)
{
	(void)result;
	const struct winsize size = { .ws_row = 5, .ws_col = 10 };
	ioctl(STDERR_FILENO, TIOCSWINSZ, &size);
	progress_begin("import", 123456);
	progress_end();
	return 0;
}

static int
count_to_null(int result)
{
	(void)result;
	dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
	return count(result);
}

/* Nobody reads the terminal, whose output is stopped: work goes on. */
static int
count_while_stopped(int result)
{
	(void)result;
	tcflow(STDERR_FILENO, TCOOFF);
	progress_begin("import", 3);
	progress_set(3);
	progress_end();
	tcflow(STDERR_FILENO, TCOON);
	return 0;
}

static void
expect_exit(pid_t child)
{
	int status = pty_wait(child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
test_line(void **state)
{
	(void)state;
	pid_t child = pty_start(count, PTY_FOREGROUND);
	pty_expect("\rimport: 0 of 400");
	/* Blanks over it, and the cursor is where it was. */
	pty_expect("\r                ");
	pty_expect("\r");
	expect_exit(child);
	assert_false(pty_has_shown("\n"));
	child = pty_start(count_without_total, PTY_FOREGROUND);
	pty_expect("\rfind: 0\r       \r");
	expect_exit(child);
}

static void
test_not_too_often(void **state)
{
	(void)state;
	pid_t child = pty_start(count_for_long, PTY_FOREGROUND);
	pty_expect("\rcopy: 0");
	pty_expect("/s");
	expect_exit(child);
	/* A tenth of a second apart: at 100, 200 and, where the machine halts us, twice later. */
	int drawn = 1;
	while (pty_shows_next("/s"))
		drawn++;
	assert_in_range(drawn, 1, 4);
}

static void
test_log_lines(void **state)
{
	(void)state;
	pid_t child = pty_start(log_between, PTY_FOREGROUND);
	pty_expect("\rdelete: 0 of 7\r              \rantechamber: warning: throttled\r\n"
		   "antechamber: warning: last\r\n");
	expect_exit(child);
}

static void
test_narrow(void **state)
{
	(void)state;
	pid_t child = pty_start(count_in_narrow_terminal, PTY_FOREGROUND);
	pty_expect("\rimport: 0\r         \r");
	expect_exit(child);
}

static void
test_no_terminal(void **state)
{
	(void)state;
	pid_t child = pty_start(count_to_null, PTY_FOREGROUND);
	expect_exit(child);
	assert_false(pty_has_shown("import"));
}

static void
test_stopped_output(void **state)
{
	(void)state;
	expect_exit(pty_start(count_while_stopped, PTY_FOREGROUND));
}

static int
run(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_not_too_often),
		cmocka_unit_test(test_log_lines),
		cmocka_unit_test(test_narrow),
		cmocka_unit_test(test_no_terminal),
		cmocka_unit_test(test_stopped_output),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

int
main(void)
{
	return pty_run(run);
}
