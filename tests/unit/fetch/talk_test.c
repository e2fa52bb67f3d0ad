#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "fetch/talk.h"
#include "unit/fetch/wire.h"

#define CALLS 3

static struct wire wire[CALLS];
static struct call call[CALLS];
static struct call *const calls[CALLS] = { &call[0], &call[1], &call[2] };
static pid_t server;
static bool is_known; /* what the others wait for */
static unsigned order[CALLS];
static unsigned ended;
static struct err e;

static bool
is_ready(const struct call *c)
{
	return c == &call[0] || is_known;
}

static bool
build(struct call *c, struct buf *request, struct err *err)
{
	(void)c;
	(void)err;
	buf_put_str(request, "GET / HTTP/1.1\r\n\r\n");
	return true;
}

static enum call_result
take(struct call *c, struct err *err)
{
	if (c->exchange.response.status != 200) {
		err_set(err, ERR_REFUSED, "status %u", c->exchange.response.status);
		return CALL_FAILED;
	}
	order[ended++] = (unsigned)(c - call);
	is_known = true;
	return CALL_DONE;
}

static const struct call_ops ops = {
	.is_ready = is_ready,
	.build = build,
	.take = take,
	.limits = { .connect = 5000, .silence = 10000 },
};

static int
enter(void **state)
{
	static const char *const doing[CALLS] = { "first", "second", "third" };
	(void)state;
	memset(&e, 0, sizeof(e));
	log_setup(LOG_ERROR, false);
	is_known = false;
	ended = 0;
	server = -1;
	for (int i = 0; i < CALLS; i++) {
		wire_open(&wire[i]);
		wire[i].terms.attempts_max = 2;
		call_init(&call[i], &ops, NULL, doing[i], &wire[i].peer);
	}
	alarm(60);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	alarm(0);
	for (int i = 0; i < CALLS; i++) {
		exchange_close(&call[i].exchange);
		wire_close(&wire[i]);
	}
	if (server > 0) {
		kill(server, SIGKILL);
		waitpid(server, NULL, 0);
	}
	return 0;
}

/* A process that answers on the wires in this order, each when the client is done with the last. */
static void
serve(const unsigned *wires, size_t count, const char *answer)
{
	server = fork();
	if (server != 0)
		return;
	for (size_t i = 0; i < count; i++) {
		struct wire *w = &wire[wires[i]];
		const char *heard = "";
		while (!wire_accept(w))
			continue;
		while (heard != NULL && heard[0] == '\0')
			heard = wire_hear(w);
		if (heard == NULL)
			_exit(1);
		wire_say(w, answer);
		while (wire_hear(w) != NULL)
			continue;
	}
	pause();
}

static void
test_all(void **state)
{
	(void)state;
	static const unsigned backwards[] = { 0, 2, 1 };
	const struct deadline deadline = { clock_now() + 30000, 30000 };
	serve(backwards, 3, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	if (!talk(calls, CALLS, &deadline, &e))
		fail_msg("%s", e.text);
	/* The first one comes before those that wait for it; these end as they are answered. */
	assert_int_equal(ended, CALLS);
	assert_memory_equal(order, backwards, sizeof(order));
	for (int i = 0; i < CALLS; i++)
		assert_int_equal(call[i].state, CALL_ENDED);
}

static void
test_none(void **state)
{
	(void)state;
	const struct deadline deadline = { CLOCK_NEVER, 0 };
	assert_true(talk(calls, 0, &deadline, &e));
}

/* One that fails ends all. */
static void
test_one_fails(void **state)
{
	(void)state;
	static const unsigned first[] = { 0 };
	const struct deadline deadline = { clock_now() + 30000, 30000 };
	serve(first, 1, "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
	assert_false(talk(calls, CALLS, &deadline, &e));
	assert_true(span_starts_with(span_of(e.text), SPAN("first: 127.0.0.1:")));
	assert_true(span_ends_with(span_of(e.text), SPAN(": status 403")));
	assert_int_equal(ended, 0);
}

/* The message says how long it was, what was being waited for, and whose it was. */
static void
test_deadline(void **state)
{
	(void)state;
	const clock_ms before = clock_now();
	const struct deadline deadline = { before + 300, 300 };
	assert_false(talk(calls, CALLS, &deadline, &e));
	assert_true(clock_now() - before >= 300);
	char wanted[160];
	struct buf b = BUF(wanted);
	buf_printf(&b,
		"first: timed out after 0.3 s (--timeout) waiting for the response from "
		"127.0.0.1:%u",
		wire[0].port);
	assert_string_equal(e.text, buf_str(&b));
	assert_int_equal(err_exit_code(&e), 111);
}

/* Those that have ended are not what is waited for. */
static void
test_deadline_names_who_is_late(void **state)
{
	(void)state;
	static const unsigned first[] = { 0 };
	const struct deadline deadline = { clock_now() + 1000, 1000 };
	serve(first, 1, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	assert_false(talk(calls, CALLS, &deadline, &e));
	assert_int_equal(ended, 1);
	assert_true(span_starts_with(span_of(e.text), SPAN("second: timed out after 1.0 s")));
}

static void
test_deadline_is_over_already(void **state)
{
	(void)state;
	const struct deadline deadline = { clock_now(), 1 };
	assert_false(talk(calls, CALLS, &deadline, &e));
	assert_false(wire_accept(&wire[0]));
	assert_non_null(strstr(e.text, "first: timed out after 0.001 s"));
	/* Nothing is late where nothing is asked, and what has ended is not. */
	assert_true(talk(calls, 0, &deadline, &e));
	for (int i = 0; i < CALLS; i++)
		call[i].state = CALL_ENDED;
	assert_true(talk(calls, CALLS, &deadline, &e));
}

/*
 * The deadline passes in each state that a call and its connection can be in, for each of the
 * calls: a message that names it and what it waits for, and no memory that nobody wrote.
 */
static void
test_deadline_in_each_state(void **state)
{
	(void)state;
	const struct deadline deadline = { clock_now(), 2500 };
	for (int late = 0; late < CALLS; late++) {
		for (int c = CALL_WAITING; c <= CALL_ENDED; c++) {
			for (int x = EXCHANGE_CLOSED; x <= EXCHANGE_DONE; x++) {
				for (int i = 0; i < CALLS; i++)
					call[i].state = i < late ? CALL_ENDED : (enum call_state)c;
				call[late].exchange.state = (enum exchange_state)x;
				memset(&e, 0, sizeof(e));
				bool ok = talk(calls, CALLS, &deadline, &e);
				assert_int_equal(ok, c == CALL_ENDED);
				if (ok)
					continue;
				assert_int_equal(err_exit_code(&e), 111);
				assert_true(span_starts_with(
					span_of(e.text), span_of(call[late].doing)));
				assert_non_null(
					strstr(e.text, ": timed out after 2.5 s (--timeout) "));
				assert_non_null(strstr(e.text, wire[late].peer.name));
			}
		}
		call[late].exchange.state = EXCHANGE_CLOSED;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_all, enter, leave),
		cmocka_unit_test_setup_teardown(test_none, enter, leave),
		cmocka_unit_test_setup_teardown(test_one_fails, enter, leave),
		cmocka_unit_test_setup_teardown(test_deadline, enter, leave),
		cmocka_unit_test_setup_teardown(test_deadline_names_who_is_late, enter, leave),
		cmocka_unit_test_setup_teardown(test_deadline_is_over_already, enter, leave),
		cmocka_unit_test_setup_teardown(test_deadline_in_each_state, enter, leave),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
