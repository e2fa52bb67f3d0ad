#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fdio.h"
#include "ctl/base/input.h"
#include "unit/ctl/base/pty.h"

static int saved_input = -1;

/* Makes standard input a pipe with this in it, that somebody else writes. */
static void
pipe_in(struct span content)
{
	int fds[2];
	struct err e;
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	pid_t pid = fork();
	if (pid == 0) {
		close(fds[0]);
		_exit(fdio_write_all(fds[1], content, "pipe", &e) ? 0 : 1);
	}
	close(fds[1]);
	assert_int_equal(dup2(fds[0], STDIN_FILENO), STDIN_FILENO);
	close(fds[0]);
}

static int
set_up(void **state)
{
	(void)state;
	saved_input = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 10);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	dup2(saved_input, STDIN_FILENO);
	close(saved_input);
	while (waitpid(-1, NULL, 0) > 0)
		;
	return 0;
}

static void
expect_text(const struct text *t, struct span want)
{
	assert_int_equal(t->n, want.n);
	assert_true(span_eq(text_span(t), want));
}

static void
test_all(void **state)
{
	(void)state;
	const struct span row[] = { SPAN(""), SPAN("one"), SPAN("one\n"), SPAN("a\0b\r\n\n\xff") };
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct text out = { 0 };
		struct err e = { 0 };
		text_put_str(&out, "before");
		pipe_in(row[i]);
		assert_true(input_read("-", 100, &out, &e));
		struct text want = { 0 };
		text_put_str(&want, "before");
		text_put(&want, row[i]);
		expect_text(&out, text_span(&want));
	}
}

static void
test_bound(void **state)
{
	(void)state;
	struct text out = { 0 };
	struct err e = { 0 };
	pipe_in(SPAN("0123456789"));
	assert_true(input_read("-", 10, &out, &e));
	text_clear(&out);
	text_put_str(&out, "before");
	pipe_in(SPAN("0123456789x"));
	assert_false(input_read("-", 10, &out, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_string_equal(e.text, "standard input: longer than 10 bytes, the most that is read");
	expect_text(&out, SPAN("before"));
}

static void
test_large(void **state)
{
	(void)state;
	static char bytes[3000001];
	memset(bytes, 'x', sizeof(bytes));
	bytes[sizeof(bytes) - 1] = 'e';
	struct text out = { 0 };
	struct err e = { 0 };
	pipe_in((struct span){ bytes, sizeof(bytes) });
	assert_true(input_read("-", sizeof(bytes), &out, &e));
	expect_text(&out, (struct span){ bytes, sizeof(bytes) });
	pipe_in((struct span){ bytes, sizeof(bytes) });
	assert_false(input_read("-", sizeof(bytes) - 1, &out, &e));
}

/* A writer that made the pipe non-blocking, for us too. */
static void
test_not_blocking(void **state)
{
	(void)state;
	int fds[2];
	struct text out = { 0 };
	struct err e = { 0 };
	assert_int_equal(pipe2(fds, O_CLOEXEC | O_NONBLOCK), 0);
	assert_int_equal(dup2(fds[0], STDIN_FILENO), STDIN_FILENO);
	close(fds[0]);
	pid_t pid = fork();
	if (pid == 0) {
		/* Not before the reader waits: it has nothing else to do. */
		poll(NULL, 0, 20);
		_exit(write(fds[1], "late", 4) == 4 ? 0 : 1);
	}
	close(fds[1]);
	assert_true(input_read("-", 100, &out, &e));
	expect_text(&out, SPAN("late"));
}

static void
test_line(void **state)
{
	(void)state;
	const struct {
		struct span content;
		struct span line;
		struct span rest;
	} row[] = {
		{ SPAN("one\ntwo\n"), SPAN("one"), SPAN("two\n") },
		{ SPAN("one\n"), SPAN("one"), SPAN("") },
		{ SPAN("one"), SPAN("one"), SPAN("") },
		{ SPAN("\n\n"), SPAN(""), SPAN("\n") },
		{ SPAN(""), SPAN(""), SPAN("") },
		{ SPAN("one\r\ntwo"), SPAN("one\r"), SPAN("two") },
		{ SPAN("0123456789\nx"), SPAN("0123456789"), SPAN("x") },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct text out = { 0 };
		struct err e = { 0 };
		pipe_in(row[i].content);
		assert_true(input_read_line("-", 10, &out, &e));
		expect_text(&out, row[i].line);
		text_clear(&out);
		/* What follows is still there. */
		assert_true(input_read("-", 100, &out, &e));
		expect_text(&out, row[i].rest);
	}
}

static void
test_line_bound(void **state)
{
	(void)state;
	struct text out = { 0 };
	struct err e = { 0 };
	pipe_in(SPAN("0123456789x\n"));
	assert_false(input_read_line("-", 10, &out, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_int_equal(out.n, 0);
}

static void
test_file(void **state)
{
	(void)state;
	char path[] = "/tmp/input_test.XXXXXX";
	int fd = mkstemp(path);
	struct text out = { 0 };
	struct err e = { 0 };
	assert_true(fd >= 0 && fdio_write_all(fd, SPAN("one\ntwo"), "file", &e));
	close(fd);
	assert_true(input_read(path, 100, &out, &e));
	expect_text(&out, SPAN("one\ntwo"));
	text_clear(&out);
	assert_true(input_read_line(path, 100, &out, &e));
	expect_text(&out, SPAN("one"));
	unlink(path);
	assert_false(input_read(path, 100, &out, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	assert_non_null(strstr(e.text, path));
	expect_text(&out, SPAN("one"));
}

static void
test_what_is_no_file(void **state)
{
	(void)state;
	struct text out = { 0 };
	struct err e = { 0 };
	assert_false(input_read("/", 100, &out, &e));
	assert_string_equal(e.text, "read /: Is a directory");
	close(STDIN_FILENO);
	assert_false(input_read("-", 100, &out, &e));
	assert_non_null(strstr(e.text, "standard input"));
	assert_int_equal(err_exit_code(&e), 100);
}

/* As "import SERVICE <(command)" has it: opened before there is a writer. */
static void
test_fifo(void **state)
{
	(void)state;
	char folder[] = "/tmp/input_test.XXXXXX";
	struct text path = { 0 };
	struct text out = { 0 };
	struct err e = { 0 };
	assert_non_null(mkdtemp(folder));
	text_printf(&path, "%s/fifo", folder);
	assert_int_equal(mkfifo(text_str(&path), 0600), 0);
	pid_t pid = fork();
	if (pid == 0) {
		int fd = open(text_str(&path), O_WRONLY);
		_exit(fdio_write_all(fd, SPAN("through a fifo"), "fifo", &e) ? 0 : 1);
	}
	assert_true(input_read(text_str(&path), 100, &out, &e));
	expect_text(&out, SPAN("through a fifo"));
	unlink(text_str(&path));
	rmdir(folder);
}

static int
read_terminal(int result)
{
	struct text out = { 0 };
	struct err e = { 0 };
	bool ok = input_read("-", 100000, &out, &e);
	fdio_write_all(result, ok ? text_span(&out) : span_of(e.text), "result", &e);
	return ok ? 0 : err_exit_code(&e);
}

static void
test_terminal(void **state)
{
	(void)state;
	pid_t child = pty_start(read_terminal, PTY_FOREGROUND);
	pty_expect("reading standard input, a terminal: Ctrl-D");
	PTY_TYPE("one\ntwo\n\x04");
	assert_int_equal(pty_wait(child), 0);
	assert_string_equal(pty_result(), "one\ntwo\n");
}

static void
test_terminal_cuts(void **state)
{
	(void)state;
	static char line[5000];
	memset(line, 'x', sizeof(line));
	for (size_t n = 4094; n <= 4096; n++) {
		pid_t child = pty_start(read_terminal, PTY_FOREGROUND);
		pty_expect("reading standard input");
		PTY_TYPE("first\n");
		pty_type(line, n);
		PTY_TYPE("\n\x04");
		int status = pty_wait(child);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), n == 4094 ? 0 : 100);
		if (n == 4094)
			assert_int_equal(strlen(pty_result()), strlen("first\n") + n + 1);
		else
			assert_string_equal(pty_result(), "standard input: a terminal cuts lines "
							  "of more than 4095 bytes");
	}
}

static int
run(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_all, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bound, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_large, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_not_blocking, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_line_bound, set_up, tear_down),
		cmocka_unit_test(test_file),
		cmocka_unit_test_setup_teardown(test_what_is_no_file, set_up, tear_down),
		cmocka_unit_test(test_fifo),
		cmocka_unit_test(test_terminal),
		cmocka_unit_test(test_terminal_cuts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

int
main(void)
{
	return pty_run(run);
}
