#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/bounds.h"
#include "base/clock.h"
#include "base/log.h"
#include "unit/base/capture.h"

static int
reset(void **state)
{
	(void)state;
	log_setup(LOG_INFO, false);
	log_role("main");
	log_patience(true);
	return 0;
}

static void
say_all(void)
{
	const struct err e = { .kind = ERR_USAGE, .text = "what: why" };
	log_error(&e);
	log_warning("warned of %d", 1);
	log_info("info %s", "two");
	log_debug("debug %u", 3u);
}

/* What of say_all is written at each level. */
static void
test_levels(void **state)
{
	(void)state;
	static const char *const line[] = {
		"antechamber: error: what: why\n",
		"antechamber: warning: warned of 1\n",
		"antechamber: info two\n",
		"antechamber: debug: debug 3\n",
	};
	for (unsigned level = LOG_ERROR; level <= LOG_DEBUG; level++) {
		log_setup((enum log_level)level, false);
		capture_begin();
		say_all();
		assert_int_equal(capture_end(), level + 1);
		for (unsigned i = 0; i <= level; i++)
			assert_string_equal(capture_line(i), line[i]);
		for (unsigned i = LOG_ERROR; i <= LOG_DEBUG; i++)
			assert_int_equal(log_is_on((enum log_level)i), i <= level);
	}
}

static void
test_json_levels(void **state)
{
	(void)state;
	static const char *const line[] = {
		"{\"level\":\"error\",\"role\":\"fetch\",\"message\":\"what: why\"}\n",
		"{\"level\":\"warning\",\"role\":\"fetch\",\"message\":\"warned of 1\"}\n",
		"{\"level\":\"info\",\"role\":\"fetch\",\"message\":\"info two\"}\n",
		"{\"level\":\"debug\",\"role\":\"fetch\",\"message\":\"debug 3\"}\n",
	};
	log_setup(LOG_DEBUG, true);
	log_role("fetch");
	capture_begin();
	say_all();
	assert_int_equal(capture_end(), 4);
	for (unsigned i = 0; i < 4; i++)
		assert_string_equal(capture_line(i), line[i]);
}

static void
test_hint(void **state)
{
	(void)state;
	const struct err e = { .kind = ERR_USAGE, .text = "why", .hint = "do \"this\"" };
	capture_begin();
	log_error(&e);
	assert_int_equal(capture_end(), 2);
	assert_string_equal(capture_line(0), "antechamber: error: why\n");
	assert_string_equal(capture_line(1), "antechamber: hint: do \"this\"\n");

	log_setup(LOG_ERROR, true);
	capture_begin();
	log_error(&e);
	assert_int_equal(capture_end(), 1);
	assert_string_equal(capture_line(0),
		"{\"level\":\"error\",\"role\":\"main\",\"message\":\"why\","
		"\"hint\":\"do \\\"this\\\"\"}\n");
}

/* Fields are for machines; a reader of text has the message. */
static void
test_event(void **state)
{
	(void)state;
	const struct log_field fields[] = {
		{ "a", SPAN("plain") },
		{ "b", SPAN("\"\\\n\xc3\0") },
		{ "c", SPAN("") },
	};
	capture_begin();
	log_event(LOG_INFO, fields, 3, "message %d", 1);
	log_event(LOG_DEBUG, fields, 3, "not shown");
	assert_int_equal(capture_end(), 1);
	assert_string_equal(capture_line(0), "antechamber: message 1\n");

	log_setup(LOG_INFO, true);
	capture_begin();
	log_event(LOG_INFO, fields, 3, "message %d", 1);
	log_event(LOG_DEBUG, fields, 3, "not shown");
	assert_int_equal(capture_end(), 1);
	assert_string_equal(capture_line(0),
		"{\"level\":\"info\",\"role\":\"main\",\"message\":\"message 1\","
		"\"a\":\"plain\",\"b\":\"\\\"\\\\\\u000a\\u00c3\\u0000\",\"c\":\"\"}\n");
}

static void
test_verbatim(void **state)
{
	(void)state;
	const struct log_field field = { "variable", SPAN("X") };
	capture_begin();
	log_verbatim(LOG_WARNING, &field, 1, "warning: as %s wrote it", "chamber");
	log_setup(LOG_WARNING, true);
	log_verbatim(LOG_WARNING, &field, 1, "warning: as %s wrote it", "chamber");
	log_setup(LOG_ERROR, true);
	log_verbatim(LOG_WARNING, &field, 1, "warning: as %s wrote it", "chamber");
	assert_int_equal(capture_end(), 2);
	assert_string_equal(capture_line(0), "warning: as chamber wrote it\n");
	assert_string_equal(capture_line(1),
		"{\"level\":\"warning\",\"role\":\"main\","
		"\"message\":\"warning: as chamber wrote it\",\"variable\":\"X\"}\n");
}

/* The longest message still ends in a newline, and as JSON in a brace. */
static void
test_longest(void **state)
{
	(void)state;
	struct err e = { .kind = ERR_USAGE };
	memset(e.text, '\\', sizeof(e.text) - 1);
	memset(e.hint, '"', sizeof(e.hint) - 1);
	capture_begin();
	log_error(&e);
	log_setup(LOG_ERROR, true);
	log_error(&e);
	assert_int_equal(capture_end(), 3);

	const char *line = capture_line(0);
	assert_int_equal(strlen(line), strlen("antechamber: error: \n") + sizeof(e.text) - 1);
	assert_string_equal(line + strlen(line) - 2, "\\\n");
	line = capture_line(2);
	assert_true(strlen(line) < LOG_LINE_MAX);
	assert_string_equal(line + strlen(line) - 4, "\"\"}\n");
	assert_non_null(strstr(line, "\",\"hint\":\"\\\""));
}

/* A field that does not fit is left out whole, and the line stays JSON. */
static void
test_field_too_large(void **state)
{
	(void)state;
	static char bytes[LOG_LINE_MAX];
	memset(bytes, 'x', sizeof(bytes));
	const struct log_field fields[] = {
		{ "before", SPAN("b") },
		{ "large", { bytes, sizeof(bytes) } },
		{ "after", SPAN("a") },
	};
	log_setup(LOG_INFO, true);
	capture_begin();
	log_event(LOG_INFO, fields, 3, "message");
	assert_int_equal(capture_end(), 1);
	assert_string_equal(capture_line(0),
		"{\"level\":\"info\",\"role\":\"main\",\"message\":\"message\","
		"\"before\":\"b\",\"after\":\"a\"}\n");
}

/*
 * A message above its bound keeps the pieces that fit; the line ends all the same.
 */
static void
test_message_too_long(void **state)
{
	(void)state;
	static char text[LOG_MESSAGE_MAX * 2];
	memset(text, 'x', sizeof(text) - 1);
	capture_begin();
	log_warning("short: %s", text);
	log_setup(LOG_INFO, true);
	log_warning("short: %s", text);
	assert_int_equal(capture_end(), 2);
	assert_string_equal(capture_line(0), "antechamber: warning: short: \n");
	assert_string_equal(capture_line(1),
		"{\"level\":\"warning\",\"role\":\"main\",\"message\":\"short: \"}\n");
}

/* What running a function cost. */
struct cost {
	clock_ms took;
	long waits; /* how often it slept: that does not depend on how busy the machine is */
};

static long
waits_so_far(void)
{
	struct rusage usage;
	if (getrusage(RUSAGE_THREAD, &usage) != 0)
		abort();
	return usage.ru_nvcsw;
}

/* Runs a function with a stderr that nobody reads. */
static struct cost
run_with_full_stderr(void (*run)(void))
{
	int end[2];
	char junk[4096] = { 0 };
	if (pipe2(end, O_CLOEXEC | O_NONBLOCK) != 0)
		abort();
	while (write(end[1], junk, sizeof(junk)) > 0)
		continue;
	/* The descriptor itself blocks, as a container's does. */
	fcntl(end[1], F_SETFL, 0);
	int saved = dup(STDERR_FILENO);
	dup2(end[1], STDERR_FILENO);
	struct cost cost = { .took = -clock_now(), .waits = -waits_so_far() };
	run();
	cost.waits += waits_so_far();
	cost.took += clock_now();
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(end[0]);
	close(end[1]);
	return cost;
}

/* The alarm ends a test that blocks. */
static void
test_full_pipe(void **state)
{
	(void)state;
	alarm(20);
	log_setup(LOG_DEBUG, false);
	/* All lines together wait a fifth of a second, the next ones do not wait. */
	struct cost cost = run_with_full_stderr(say_all);
	assert_in_range(cost.took, 199, 15000);
	assert_int_equal(cost.waits, 1);
	assert_int_equal(run_with_full_stderr(say_all).waits, 0);
	log_setup(LOG_DEBUG, false);
	log_patience(false);
	assert_int_equal(run_with_full_stderr(say_all).waits, 0);
	alarm(0);
	/* Once there is room, it is said how many lines are missing. */
	capture_begin();
	log_info("after");
	log_info("and after that");
	assert_int_equal(capture_end(), 3);
	assert_string_equal(capture_line(0),
		"antechamber: warning: lines dropped because stderr was full: 12\n");
	assert_string_equal(capture_line(1), "antechamber: after\n");
	assert_string_equal(capture_line(2), "antechamber: and after that\n");
}

/* A line that was cut by a lack of room does not run into the next one. */
static void
test_cut_line(void **state)
{
	(void)state;
	int end[2];
	static char heard[1 << 20];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, end), 0);
	assert_int_equal(setsockopt(end[0], SOL_SOCKET, SO_SNDBUF, &(int){ 5000 }, sizeof(int)), 0);
	int saved = dup(STDERR_FILENO);
	dup2(end[0], STDERR_FILENO);
	alarm(20);
	for (int i = 0; i < 500; i++)
		log_warning("%0*d", 1000, i);
	ssize_t n = recv(end[1], heard, sizeof(heard) - 1, MSG_DONTWAIT);
	size_t len = n > 0 ? (size_t)n : 0;
	log_warning("last");
	n = recv(end[1], heard + len, sizeof(heard) - 1 - len, MSG_DONTWAIT);
	alarm(0);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(end[0]);
	close(end[1]);
	assert_true(n > 0);
	heard[len + (size_t)n] = '\0';
	assert_non_null(
		strstr(heard, "\nantechamber: warning: lines dropped because stderr was full: "));
	assert_non_null(strstr(heard, "\nantechamber: warning: last\n"));
}

/* A pipe with room for less than a line, but not full: the line must not block half written. */
static void
test_almost_full_pipe(void **state)
{
	(void)state;
	int end[2];
	static char junk[4096];
	static char heard[1 << 20];
	assert_int_equal(pipe2(end, O_CLOEXEC | O_NONBLOCK), 0);
	while (write(end[1], junk, sizeof(junk)) > 0)
		continue;
	/* One page is free: room for PIPE_BUF bytes, which is what poll promises. */
	assert_int_equal(read(end[0], heard, sizeof(junk)), sizeof(junk));
	fcntl(end[1], F_SETFL, 0);
	int saved = dup(STDERR_FILENO);
	dup2(end[1], STDERR_FILENO);
	alarm(20);
	log_patience(false);
	for (int i = 0; i < 500; i++)
		log_warning("line %d", i);
	alarm(0);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(end[1]);

	size_t len = 0;
	for (ssize_t n = 1; n > 0; len += (size_t)n)
		n = read(end[0], heard + len, sizeof(heard) - 1 - len);
	close(end[0]);
	heard[len] = '\0';
	const char *text = heard + strlen(heard);
	/* What was junk is NUL; after it there are whole lines only. */
	for (size_t i = 0; i < len; i++) {
		if (heard[i] != '\0') {
			text = heard + i;
			break;
		}
	}
	assert_memory_equal(text, "antechamber: warning: line 0\n", 29);
	assert_int_equal(heard[len - 1], '\n');
}

static void
test_closed_stderr(void **state)
{
	(void)state;
	int saved = dup(STDERR_FILENO);
	close(STDERR_FILENO);
	say_all();
	assert_int_equal(dup2(saved, STDERR_FILENO), STDERR_FILENO);
	close(saved);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_levels, reset),
		cmocka_unit_test_setup(test_json_levels, reset),
		cmocka_unit_test_setup(test_hint, reset),
		cmocka_unit_test_setup(test_event, reset),
		cmocka_unit_test_setup(test_verbatim, reset),
		cmocka_unit_test_setup(test_longest, reset),
		cmocka_unit_test_setup(test_field_too_large, reset),
		cmocka_unit_test_setup(test_message_too_long, reset),
		cmocka_unit_test_setup(test_full_pipe, reset),
		cmocka_unit_test_setup(test_cut_line, reset),
		cmocka_unit_test_setup(test_almost_full_pipe, reset),
		cmocka_unit_test_setup(test_closed_stderr, reset),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
