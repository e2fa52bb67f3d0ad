#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "fetch/call.h"
#include "unit/base/capture.h"
#include "unit/fetch/wire.h"

static struct wire wire;
static struct call call;
static struct err e;

/* In place of the C library's: every delay is as long as its jitter allows, never none at all. */
ssize_t
getrandom(void *buffer, size_t length, unsigned flags)
{
	(void)flags;
	memset(buffer, 0xff, length);
	return (ssize_t)length;
}

/* What the owner says, one after the other. */
static struct {
	bool ready;
	unsigned built;
	unsigned taken;
	unsigned unanswered;
	enum err_kind build_fails;
	enum call_result result[16];
	enum err_kind kind[16]; /* of CALL_FAILED */
} script;

static bool
is_ready(const struct call *c)
{
	(void)c;
	return script.ready;
}

static bool
build(struct call *c, struct buf *request, struct err *err)
{
	(void)c;
	script.built++;
	if (script.build_fails != ERR_NONE)
		return err_set(err, script.build_fails, "no request");
	buf_printf(request, "GET /%u HTTP/1.1\r\n\r\n", script.built);
	return true;
}

static enum call_result
take(struct call *c, struct err *err)
{
	(void)c;
	unsigned i = script.taken++;
	if (script.result[i] == CALL_FAILED)
		err_set(err, script.kind[i], "said no");
	return script.result[i];
}

static void
no_response(struct call *c, struct err *err)
{
	(void)c;
	(void)err;
	script.unanswered++;
}

static const struct call_ops ops = {
	.is_ready = is_ready,
	.build = build,
	.take = take,
	.no_response = no_response,
	.limits = { .connect = 1000, .silence = 2000 },
};

static void
begin(unsigned attempts_max)
{
	memset(&script, 0, sizeof(script));
	script.ready = true;
	wire.terms.attempts_max = attempts_max;
	call_init(&call, &ops, &script, "load it", &wire.peer);
}

static int
enter(void **state)
{
	(void)state;
	memset(&e, 0, sizeof(e));
	log_setup(LOG_ERROR, false);
	wire_open(&wire);
	begin(3);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	exchange_close(&call.exchange);
	wire_close(&wire);
	return 0;
}

static bool
try_move(clock_ms now)
{
	bool ok = call_move(&call, now, &e);
	if (ok && call.exchange.state == EXCHANGE_CONNECTING) {
		struct pollfd p = { .fd = call.exchange.stream.fd, .events = POLLOUT };
		assert_int_equal(poll(&p, 1, 5000), 1);
		ok = call_move(&call, now, &e);
	}
	return ok;
}

static void
move(clock_ms now)
{
	if (!try_move(now))
		fail_msg("%s", e.text);
}

/* Hears the n-th request and answers. */
static void
answer_request(unsigned n, const char *fields)
{
	char text[256];
	struct buf b = BUF(text);
	buf_printf(&b, "GET /%u HTTP/1.1\r\n\r\n", n);
	if (wire.connection < 0)
		assert_true(wire_accept(&wire));
	assert_string_equal(wire_hear(&wire), buf_str(&b));
	b = BUF(text);
	buf_printf(&b, "HTTP/1.1 200 OK\r\n%sContent-Length: 0\r\n\r\n", fields);
	wire_say(&wire, buf_str(&b));
}

static void
test_done(void **state)
{
	(void)state;
	script.result[0] = CALL_DONE;
	move(0);
	assert_int_equal(call.state, CALL_ACTIVE);
	answer_request(1, "");
	move(1);
	assert_int_equal(call.state, CALL_ENDED);
	assert_int_equal(call.exchange.stream.fd, -1);
	assert_int_equal(call_deadline(&call), CLOCK_NEVER);
	move(2);
	assert_int_equal(script.built, 1);
}

/* A question after the other, on the connection that was kept. */
static void
test_asked_again(void **state)
{
	(void)state;
	call.keeps_connection = true;
	for (unsigned i = 1; i <= 3; i++) {
		script.result[i - 1] = CALL_DONE;
		move(i);
		answer_request(i, "");
		move(i);
		assert_int_equal(call.state, CALL_ENDED);
		assert_true(call.exchange.stream.fd >= 0);
		call_again(&call, i);
	}
	assert_int_equal(wire.accepted, 1);
}

/* Throttling of one question makes room before the next. */
static void
test_asked_again_after_throttling(void **state)
{
	(void)state;
	call.keeps_connection = true;
	script.result[0] = CALL_FAILED;
	script.kind[0] = ERR_THROTTLED;
	script.result[1] = CALL_DONE;
	move(0);
	answer_request(1, "");
	move(0);
	assert_int_equal(call.state, CALL_PAUSED);
	const clock_ms wake = call.wake;
	move(wake);
	answer_request(2, "");
	move(wake);
	assert_int_equal(call.state, CALL_ENDED);
	call_again(&call, wake);
	assert_int_equal(call.state, CALL_PAUSED);
	assert_true(call.wake > wake);
}

/* One request after the other on one connection. */
static void
test_next(void **state)
{
	(void)state;
	script.result[0] = CALL_NEXT;
	script.result[1] = CALL_NEXT;
	script.result[2] = CALL_DONE;
	for (unsigned i = 1; i <= 3; i++) {
		move(i);
		answer_request(i, "");
	}
	move(4);
	assert_int_equal(call.state, CALL_ENDED);
	assert_int_equal(wire.accepted, 1);
}

static void
test_refused(void **state)
{
	(void)state;
	static const enum err_kind kinds[] = { ERR_REFUSED, ERR_LIMIT, ERR_USAGE, ERR_FINAL };
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		begin(3);
		script.result[0] = CALL_FAILED;
		script.kind[0] = kinds[i];
		move(0);
		wire_hang_up(&wire);
		answer_request(1, "");
		assert_false(try_move(1));
		assert_int_equal(script.built, 1);
		assert_int_equal(e.kind, kinds[i]);
		assert_int_equal(call.state, CALL_ENDED);
		assert_true(span_starts_with(span_of(e.text), SPAN("load it: 127.0.0.1:")));
		assert_true(span_ends_with(span_of(e.text), SPAN(": said no")));
		exchange_close(&call.exchange);
	}
}

/* What may pass is tried again, after a pause, as often as was asked for. */
static void
test_retried(void **state)
{
	(void)state;
	clock_ms now = 1000;
	for (int i = 0; i < 3; i++) {
		script.result[i] = CALL_FAILED;
		script.kind[i] = ERR_TRANSIENT;
	}
	for (unsigned i = 1; i <= 2; i++) {
		move(now);
		answer_request(i, "");
		move(now);
		assert_int_equal(call.state, CALL_PAUSED);
		/* Full jitter of 50 ms, doubled each time. */
		assert_in_range(call.wake - now, 0, 50 << (i - 1));
		if (call.wake > now) {
			move(call.wake - 1);
			assert_int_equal(script.built, i);
		}
		now = call.wake;
	}
	move(now);
	answer_request(3, "");
	assert_false(try_move(now));
	assert_int_equal(script.built, 3);
	assert_non_null(strstr(e.text, "load it: gave up after 3 attempts: 127.0.0.1:"));
	assert_int_equal(err_exit_code(&e), 111);
}

/* A throttle makes a pause before the next request too; without one there is none (test_next). */
static void
test_pause_after_throttling(void **state)
{
	(void)state;
	clock_ms now = 1000;
	static const enum call_result results[] = { CALL_FAILED, CALL_NEXT, CALL_NEXT, CALL_DONE };
	static const clock_ms pauses[] = { 1000, 250, 0 };
	memcpy(script.result, results, sizeof(results));
	script.kind[0] = ERR_THROTTLED;
	for (unsigned i = 0; i < 3; i++) {
		move(now);
		answer_request(i + 1, "");
		move(now);
		assert_int_equal(script.built, pauses[i] > 0 ? i + 1 : i + 2);
		if (pauses[i] == 0)
			break;
		assert_int_equal(call.state, CALL_PAUSED);
		assert_int_equal(call.wake - now, pauses[i]);
		move(call.wake - 1);
		assert_int_equal(script.built, i + 1);
		now = call.wake;
	}
	answer_request(4, "");
	move(now);
	assert_int_equal(call.state, CALL_ENDED);
}

/* However many were asked for. */
static void
test_hundred_attempts(void **state)
{
	(void)state;
	clock_ms now = 0;
	begin(100);
	wire_close(&wire);
	while (try_move(now) && script.built < 200)
		now = call.state == CALL_PAUSED ? call.wake : now;
	assert_int_equal(script.built, 100);
	assert_non_null(strstr(e.text, "gave up after 100 attempts"));
	wire_open(&wire);
}

static void
test_one_attempt(void **state)
{
	(void)state;
	begin(1);
	script.result[0] = CALL_FAILED;
	script.kind[0] = ERR_THROTTLED;
	move(0);
	answer_request(1, "");
	assert_false(try_move(0));
	assert_null(strstr(e.text, "given up"));
}

/* Success gives the next request all its attempts. */
static void
test_attempts_are_for_each_request(void **state)
{
	(void)state;
	clock_ms now = 0;
	static const enum call_result results[] = { CALL_FAILED, CALL_FAILED, CALL_NEXT,
		CALL_FAILED, CALL_FAILED, CALL_DONE };
	for (size_t i = 0; i < 6; i++) {
		script.result[i] = results[i];
		script.kind[i] = ERR_TRANSIENT;
	}
	for (unsigned i = 1; i <= 6; i++) {
		move(now);
		answer_request(i, "");
		move(now);
		if (call.state == CALL_PAUSED)
			now = call.wake;
	}
	assert_int_equal(call.state, CALL_ENDED);
	assert_int_equal(script.built, 6);
}

static void
test_again_is_no_attempt(void **state)
{
	(void)state;
	begin(1);
	script.result[0] = CALL_AGAIN;
	script.result[1] = CALL_AGAIN;
	script.result[2] = CALL_DONE;
	for (unsigned i = 1; i <= 3; i++) {
		move(0);
		answer_request(i, "");
	}
	move(0);
	assert_int_equal(call.state, CALL_ENDED);
}

static void
test_hint(void **state)
{
	(void)state;
	static const struct {
		const char *field;
		clock_ms least;
		clock_ms most;
	} row[] = {
		{ "x-amz-retry-after: 3000\r\n", 3000, 3000 },
		/* Five seconds on top of our own are all that a server gets. */
		{ "x-amz-retry-after: 60000\r\n", 5000, 5050 },
		{ "x-amz-retry-after: soon\r\n", 0, 50 },
		{ "", 0, 50 },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		begin(2);
		script.result[0] = CALL_FAILED;
		script.kind[0] = ERR_TRANSIENT;
		move(100);
		wire_hang_up(&wire);
		answer_request(1, row[i].field);
		move(100);
		assert_int_equal(call.state, CALL_PAUSED);
		assert_in_range(call.wake - 100, row[i].least, row[i].most);
		exchange_close(&call.exchange);
	}
}

/* A wait that a person would notice is said, with what it is for. */
static void
test_long_wait_is_said(void **state)
{
	(void)state;
	static const struct {
		const char *field;
		unsigned lines;
	} row[] = { { "x-amz-retry-after: 1000\r\n", 0 }, { "x-amz-retry-after: 2500\r\n", 1 } };
	log_setup(LOG_INFO, false);
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		begin(2);
		script.result[0] = CALL_FAILED;
		script.kind[0] = ERR_TRANSIENT;
		move(0);
		wire_hang_up(&wire);
		answer_request(1, row[i].field);
		capture_begin();
		bool ok = try_move(0);
		unsigned lines = capture_end();
		assert_true(ok);
		assert_int_equal(lines, row[i].lines);
		if (lines > 0)
			assert_non_null(strstr(capture_line(0),
				"warning: load it: waiting 2.5 s before attempt 2 of 2: "));
		exchange_close(&call.exchange);
	}
}

/* The server ends the connection instead of an answer. */
static void
test_no_answer(void **state)
{
	(void)state;
	script.result[0] = CALL_DONE;
	move(0);
	assert_true(wire_accept(&wire));
	wire_hear(&wire);
	wire_hang_up(&wire);
	usleep(2000);
	move(0);
	assert_int_equal(call.state, CALL_PAUSED);
	assert_int_equal(script.unanswered, 1);
	move(call.wake);
	answer_request(2, "");
	move(call.wake == CLOCK_NEVER ? 100 : call.wake);
	assert_int_equal(call.state, CALL_ENDED);
}

/* And nobody listens at all. */
static void
test_no_connection(void **state)
{
	(void)state;
	clock_ms now = 0;
	bool ok = true;
	wire_close(&wire);
	for (int i = 0; i < 10 && ok; i++) {
		ok = try_move(now);
		if (call.state == CALL_PAUSED)
			now = call.wake;
	}
	assert_false(ok);
	assert_int_equal(script.built, 3);
	assert_int_equal(script.unanswered, 3);
	assert_non_null(strstr(e.text, "gave up after 3 attempts"));
	assert_non_null(strstr(e.text, "Connection refused"));
	wire_open(&wire);
}

static void
test_silent_server(void **state)
{
	(void)state;
	move(0);
	assert_true(wire_accept(&wire));
	assert_int_equal(call_deadline(&call), 2000);
	move(2000);
	assert_int_equal(call.state, CALL_PAUSED);
	assert_int_equal(call_deadline(&call), call.wake);
}

static void
test_build_fails(void **state)
{
	(void)state;
	script.build_fails = ERR_USAGE;
	assert_false(try_move(0));
	assert_string_equal(e.text, "load it: no request");
	assert_int_equal(call.state, CALL_ENDED);
}

/* Until it is ready, the connection is made and nothing sent; a failure of that is none. */
static void
test_connects_ahead(void **state)
{
	(void)state;
	script.ready = false;
	script.result[0] = CALL_DONE;
	move(0);
	move(1);
	assert_int_equal(call.state, CALL_WAITING);
	assert_true(wire_accept(&wire));
	assert_string_equal(wire_hear(&wire), "");
	assert_int_equal(script.built, 0);
	script.ready = true;
	move(2);
	answer_request(1, "");
	move(3);
	assert_int_equal(call.state, CALL_ENDED);
	assert_int_equal(wire.accepted, 1);
}

/* What a request needs was taken away while it paused: it waits, connection and all. */
static void
test_pause_and_not_ready(void **state)
{
	(void)state;
	script.result[0] = CALL_FAILED;
	script.kind[0] = ERR_TRANSIENT;
	script.result[1] = CALL_DONE;
	move(0);
	answer_request(1, "");
	move(0);
	assert_int_equal(call.state, CALL_PAUSED);
	script.ready = false;
	clock_ms wake = call.wake;
	move(wake);
	assert_int_equal(call.state, CALL_WAITING);
	assert_int_equal(script.built, 1);
	assert_true(call_deadline(&call) > wake + 100000);
	script.ready = true;
	move(wake + 1);
	answer_request(2, "");
	move(wake + 2);
	assert_int_equal(call.state, CALL_ENDED);
}

static void
test_ahead_only_once(void **state)
{
	(void)state;
	script.ready = false;
	move(0);
	assert_true(wire_accept(&wire));
	wire_hang_up(&wire);
	usleep(2000);
	move(1);
	move(2);
	assert_int_equal(call.exchange.state, EXCHANGE_CLOSED);
	assert_false(wire_accept(&wire));
	/* The connection that was made for nothing costs no attempt. */
	script.ready = true;
	begin(1);
	script.result[0] = CALL_DONE;
	move(3);
	answer_request(1, "");
	move(4);
	assert_int_equal(call.state, CALL_ENDED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_done, enter, leave),
		cmocka_unit_test_setup_teardown(test_asked_again, enter, leave),
		cmocka_unit_test_setup_teardown(test_asked_again_after_throttling, enter, leave),
		cmocka_unit_test_setup_teardown(test_next, enter, leave),
		cmocka_unit_test_setup_teardown(test_refused, enter, leave),
		cmocka_unit_test_setup_teardown(test_retried, enter, leave),
		cmocka_unit_test_setup_teardown(test_pause_after_throttling, enter, leave),
		cmocka_unit_test_setup_teardown(test_hundred_attempts, enter, leave),
		cmocka_unit_test_setup_teardown(test_one_attempt, enter, leave),
		cmocka_unit_test_setup_teardown(test_attempts_are_for_each_request, enter, leave),
		cmocka_unit_test_setup_teardown(test_again_is_no_attempt, enter, leave),
		cmocka_unit_test_setup_teardown(test_hint, enter, leave),
		cmocka_unit_test_setup_teardown(test_long_wait_is_said, enter, leave),
		cmocka_unit_test_setup_teardown(test_no_answer, enter, leave),
		cmocka_unit_test_setup_teardown(test_no_connection, enter, leave),
		cmocka_unit_test_setup_teardown(test_silent_server, enter, leave),
		cmocka_unit_test_setup_teardown(test_build_fails, enter, leave),
		cmocka_unit_test_setup_teardown(test_connects_ahead, enter, leave),
		cmocka_unit_test_setup_teardown(test_pause_and_not_ready, enter, leave),
		cmocka_unit_test_setup_teardown(test_ahead_only_once, enter, leave),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
