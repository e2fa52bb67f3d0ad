#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "fetch/exchange.h"
#include "unit/fetch/wire.h"

/* The clock is the tests' own: only what they say lets time pass. */

static const struct exchange_limits limits = { .connect = 1000, .response = 5000, .silence = 2000 };
static struct wire wire;
static struct exchange x;
static struct err e;

static int
enter(void **state)
{
	(void)state;
	memset(&e, 0, sizeof(e));
	log_setup(LOG_ERROR, false);
	wire_open(&wire);
	exchange_init(&x, &wire.peer, &limits);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	exchange_close(&x);
	wire_close(&wire);
	return 0;
}

/* Moves until the connection is there. */
static void
await_writable(void)
{
	struct pollfd p = { .fd = x.stream.fd, .events = POLLOUT };
	assert_int_equal(poll(&p, 1, 5000), 1);
}

static void
move(clock_ms now)
{
	if (!exchange_move(&x, now, &e))
		fail_msg("%s", e.text);
}

static void
send_request(const char *text, clock_ms now)
{
	if (!exchange_send(&x, span_of(text), now, &e))
		fail_msg("%s", e.text);
	if (x.state == EXCHANGE_CONNECTING)
		await_writable();
	move(now);
}

static void
assert_answer(unsigned status, const char *body)
{
	assert_int_equal(x.state, EXCHANGE_DONE);
	assert_int_equal(x.response.status, status);
	assert_true(span_eq(http_response_body(&x.response), span_of(body)));
}

static void
assert_fails(clock_ms now, enum err_kind kind, const char *text)
{
	char wanted[256];
	struct buf b = BUF(wanted);
	buf_printf(&b, "127.0.0.1:%u: %s", wire.port, text);
	assert_false(exchange_move(&x, now, &e));
	assert_string_equal(e.text, buf_str(&b));
	assert_int_equal(e.kind, kind);
	assert_int_equal(x.state, EXCHANGE_CLOSED);
	assert_int_equal(x.stream.fd, -1);
}

#define OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

static void
test_two_requests_on_one_connection(void **state)
{
	(void)state;
	send_request("GET /1 HTTP/1.1\r\n\r\n", 0);
	assert_int_equal(x.state, EXCHANGE_RECEIVING);
	assert_int_equal(x.stream.events, POLLIN);
	assert_true(wire_accept(&wire));
	assert_string_equal(wire_hear(&wire), "GET /1 HTTP/1.1\r\n\r\n");
	wire_say(&wire, OK);
	move(1);
	assert_answer(200, "ok");
	assert_int_equal(x.deadline, CLOCK_NEVER);
	exchange_finish(&x);
	assert_int_equal(x.state, EXCHANGE_IDLE);

	send_request("GET /2 HTTP/1.1\r\n\r\n", 2);
	assert_string_equal(wire_hear(&wire), "GET /2 HTTP/1.1\r\n\r\n");
	wire_say(&wire, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
	move(3);
	assert_answer(404, "");
	assert_int_equal(wire.accepted, 1);
}

static void
test_answer_byte_by_byte(void **state)
{
	(void)state;
	send_request("GET / HTTP/1.1\r\n\r\n", 0);
	assert_true(wire_accept(&wire));
	for (const char *p = OK; *p != '\0'; p++) {
		const char byte[] = { *p, '\0' };
		assert_int_equal(x.state, EXCHANGE_RECEIVING);
		wire_say(&wire, byte);
		move(1);
	}
	assert_answer(200, "ok");
}

static void
test_connection_close(void **state)
{
	(void)state;
	send_request("GET /1 HTTP/1.1\r\n\r\n", 0);
	assert_true(wire_accept(&wire));
	wire_say(&wire, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n1");
	move(1);
	assert_answer(200, "1");
	exchange_finish(&x);
	assert_int_equal(x.state, EXCHANGE_CLOSED);
	send_request("GET /2 HTTP/1.1\r\n\r\n", 2);
	assert_true(wire_accept(&wire));
	assert_string_equal(wire_hear(&wire), "GET /2 HTTP/1.1\r\n\r\n");
}

/* The server ends the kept connection: the next request makes another one, which is no failure. */
static void
test_closed_while_idle(void **state)
{
	(void)state;
	send_request("GET /1 HTTP/1.1\r\n\r\n", 0);
	assert_true(wire_accept(&wire));
	wire_say(&wire, OK);
	move(1);
	exchange_finish(&x);
	wire_hang_up(&wire);
	usleep(2000);
	send_request("GET /2 HTTP/1.1\r\n\r\n", 2);
	assert_true(wire_accept(&wire));
	assert_string_equal(wire_hear(&wire), "GET /2 HTTP/1.1\r\n\r\n");
	wire_say(&wire, OK);
	move(3);
	assert_answer(200, "ok");
}

/* What nobody asked for must not be taken for the next answer. */
static void
test_bytes_nobody_asked_for(void **state)
{
	(void)state;
	send_request("GET /1 HTTP/1.1\r\n\r\n", 0);
	assert_true(wire_accept(&wire));
	wire_say(&wire, OK "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
	move(1);
	assert_answer(200, "ok");
	exchange_finish(&x);
	assert_int_equal(x.state, EXCHANGE_CLOSED);
}

static void
test_late_bytes_nobody_asked_for(void **state)
{
	(void)state;
	send_request("GET /1 HTTP/1.1\r\n\r\n", 0);
	assert_true(wire_accept(&wire));
	wire_say(&wire, OK);
	move(1);
	exchange_finish(&x);
	wire_say(&wire, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
	send_request("GET /2 HTTP/1.1\r\n\r\n", 2);
	assert_true(wire_accept(&wire));
	wire_say(&wire, OK);
	move(3);
	assert_answer(200, "ok");
}

static void
test_ends(void **state)
{
	(void)state;
	static const struct {
		const char *said;
		enum err_kind kind;
	} row[] = {
		{ "", ERR_TRANSIENT },
		{ "HTTP/1.1 200 OK\r\n", ERR_TRANSIENT },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ncut", ERR_TRANSIENT },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
			ERR_TRANSIENT },
		{ "not HTTP at all\r\n\r\n", ERR_TRANSIENT },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", ERR_LIMIT },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		send_request("GET / HTTP/1.1\r\n\r\n", 0);
		assert_true(wire_accept(&wire));
		wire_hear(&wire);
		wire_say(&wire, row[i].said);
		wire_hang_up(&wire);
		usleep(2000);
		if (exchange_move(&x, 1, &e))
			fail_msg("\"%s\" is an answer", row[i].said);
		assert_int_equal(e.kind, row[i].kind);
		assert_int_equal(x.state, EXCHANGE_CLOSED);
		assert_true(span_starts_with(span_of(e.text), span_of(wire.peer.name)));
	}
}

/* A body that lasts until the end of the connection. */
static void
test_until_close(void **state)
{
	(void)state;
	send_request("GET / HTTP/1.1\r\n\r\n", 0);
	assert_true(wire_accept(&wire));
	wire_hear(&wire);
	wire_say(&wire, "HTTP/1.0 200 OK\r\n\r\nall of it");
	move(1);
	assert_int_equal(x.state, EXCHANGE_RECEIVING);
	wire_hang_up(&wire);
	usleep(2000);
	move(2);
	assert_answer(200, "all of it");
	exchange_finish(&x);
	assert_int_equal(x.state, EXCHANGE_CLOSED);
}

static void
test_answer_in_time(void **state)
{
	(void)state;
	send_request("GET / HTTP/1.1\r\n\r\n", 100);
	assert_true(wire_accept(&wire));
	/* Something every second does not make the whole longer than five. */
	for (clock_ms now = 1100; now < 5100; now += 1000) {
		wire_say(&wire, now == 1100 ? "HTTP/1.1 200 OK\r\nX: " : "x");
		move(now);
	}
	assert_int_equal(x.deadline, 5100);
	move(5099);
	assert_fails(5100, ERR_TRANSIENT, "timed out waiting for the response from it");
}

static void
test_silence(void **state)
{
	(void)state;
	send_request("GET / HTTP/1.1\r\n\r\n", 0);
	assert_true(wire_accept(&wire));
	assert_int_equal(x.deadline, 2000);
	move(1999);
	wire_say(&wire, "HTTP/1.1 200 OK\r\n");
	move(1999);
	assert_int_equal(x.deadline, 3999);
	assert_fails(3999, ERR_TRANSIENT, "timed out waiting for the response from it");
}

static void
test_no_limits(void **state)
{
	(void)state;
	static const struct exchange_limits none = { 0 };
	exchange_init(&x, &wire.peer, &none);
	send_request("GET / HTTP/1.1\r\n\r\n", 0);
	assert_int_equal(x.deadline, CLOCK_NEVER);
	move(INT64_MAX - 1);
	assert_true(wire_accept(&wire));
	wire_say(&wire, OK);
	move(INT64_MAX - 1);
	assert_answer(200, "ok");
}

/* An address where nobody listens any more. */
static void
add_dead_address(struct addresses *to)
{
	static struct wire dead;
	wire_open(&dead);
	wire_close(&dead);
	to->at[to->count] = dead.peer.addresses.at[0];
	to->size[to->count++] = dead.peer.addresses.size[0];
}

static void
test_next_address(void **state)
{
	(void)state;
	struct addresses live = wire.peer.addresses;
	wire.peer.addresses.count = 0;
	add_dead_address(&wire.peer.addresses);
	add_dead_address(&wire.peer.addresses);
	wire.peer.addresses.at[2] = live.at[0];
	wire.peer.addresses.size[2] = live.size[0];
	wire.peer.addresses.count = 3;
	assert_true(exchange_send(&x, SPAN("GET / HTTP/1.1\r\n\r\n"), 0, &e));
	for (int i = 0; i < 10 && x.state == EXCHANGE_CONNECTING; i++) {
		await_writable();
		move(0);
	}
	assert_int_equal(x.state, EXCHANGE_RECEIVING);
	assert_true(wire_accept(&wire));
	wire_say(&wire, OK);
	move(1);
	assert_answer(200, "ok");
}

/* The time for a response is that of the server that gives it, not of the addresses before it. */
static void
test_late_connection(void **state)
{
	(void)state;
	static const struct exchange_limits brief = { .connect = 1000, .response = 500 };
	exchange_init(&x, &wire.peer, &brief);
	assert_true(exchange_send(&x, SPAN("GET / HTTP/1.1\r\n\r\n"), 0, &e));
	await_writable();
	move(900);
	assert_int_equal(x.deadline, 1400);
	assert_true(wire_accept(&wire));
	wire_say(&wire, OK);
	move(1399);
	assert_answer(200, "ok");
}

static void
test_nobody_listens(void **state)
{
	(void)state;
	wire.peer.addresses.count = 0;
	add_dead_address(&wire.peer.addresses);
	add_dead_address(&wire.peer.addresses);
	bool ok = exchange_send(&x, SPAN("GET / HTTP/1.1\r\n\r\n"), 0, &e);
	for (int i = 0; i < 10 && ok; i++) {
		await_writable();
		ok = exchange_move(&x, 0, &e);
	}
	assert_false(ok);
	assert_int_equal(e.kind, ERR_TRANSIENT);
	assert_non_null(strstr(e.text, "Connection refused"));
	assert_int_equal(x.state, EXCHANGE_CLOSED);
}

static void
test_no_address(void **state)
{
	(void)state;
	wire.peer.addresses.count = 0;
	assert_false(exchange_send(&x, SPAN("GET / HTTP/1.1\r\n\r\n"), 0, &e));
	assert_int_equal(e.kind, ERR_TRANSIENT);
}

/* A listener whose queue is full lets a connect wait for ever. */
static void
test_connect_in_time(void **state)
{
	(void)state;
	static struct wire full;
	int waiting[8];
	int count = 0;
	wire_open(&full);
	assert_int_equal(listen(full.listener, 0), 0);
	const struct addresses *to = &full.peer.addresses;
	for (; count < 8; count++) {
		assert_true(dial_start(&to->at[0], to->size[0], &waiting[count], &e));
		struct pollfd p = { .fd = waiting[count], .events = POLLOUT };
		if (poll(&p, 1, 50) == 0)
			break;
	}
	if (count == 8)
		skip();
	struct addresses live = wire.peer.addresses;
	wire.peer.addresses = *to;
	wire.peer.addresses.at[1] = live.at[0];
	wire.peer.addresses.size[1] = live.size[0];
	wire.peer.addresses.count = 2;

	assert_true(exchange_send(&x, SPAN("GET / HTTP/1.1\r\n\r\n"), 0, &e));
	move(999);
	assert_int_equal(x.state, EXCHANGE_CONNECTING);
	assert_int_equal(x.address, 0);
	move(1000);
	assert_int_equal(x.address, 1);
	await_writable();
	move(1001);
	assert_int_equal(x.state, EXCHANGE_RECEIVING);

	/* And where there is no other address, it is an error. */
	exchange_close(&x);
	wire.peer.addresses.count = 1;
	assert_true(exchange_send(&x, SPAN("GET / HTTP/1.1\r\n\r\n"), 0, &e));
	char text[64];
	struct buf b = BUF(text);
	buf_printf(&b, "connect to 127.0.0.1:%u: timed out", wire.port);
	assert_fails(1000, ERR_TRANSIENT, buf_str(&b));
	for (int i = 0; i <= count; i++)
		close(waiting[i]);
	wire_close(&full);
}

static void
test_ahead_of_need(void **state)
{
	(void)state;
	exchange_prepare(&x, 0);
	await_writable();
	move(0);
	assert_int_equal(x.state, EXCHANGE_IDLE);
	assert_int_equal(x.deadline, CLOCK_NEVER);
	assert_true(wire_accept(&wire));
	send_request("GET / HTTP/1.1\r\n\r\n", 1);
	assert_string_equal(wire_hear(&wire), "GET / HTTP/1.1\r\n\r\n");
	assert_int_equal(wire.accepted, 1);
	assert_int_equal(x.state, EXCHANGE_RECEIVING);
}

/* The request may come while the connection is still being made. */
static void
test_ahead_and_request_meanwhile(void **state)
{
	(void)state;
	exchange_prepare(&x, 0);
	send_request("GET / HTTP/1.1\r\n\r\n", 0);
	assert_true(wire_accept(&wire));
	assert_string_equal(wire_hear(&wire), "GET / HTTP/1.1\r\n\r\n");
	assert_int_equal(wire.accepted, 1);
}

/* A connection that was made for nothing is no failure of anybody. */
static void
test_ahead_fails(void **state)
{
	(void)state;
	struct addresses live = wire.peer.addresses;
	wire.peer.addresses.count = 0;
	add_dead_address(&wire.peer.addresses);
	exchange_prepare(&x, 0);
	for (int i = 0; i < 3 && x.state == EXCHANGE_CONNECTING; i++) {
		await_writable();
		move(0);
	}
	assert_int_equal(x.state, EXCHANGE_CLOSED);
	wire.peer.addresses = live;
	send_request("GET / HTTP/1.1\r\n\r\n", 1);
	assert_true(wire_accept(&wire));
	assert_string_equal(wire_hear(&wire), "GET / HTTP/1.1\r\n\r\n");
}

static void
test_ahead_then_hung_up(void **state)
{
	(void)state;
	exchange_prepare(&x, 0);
	await_writable();
	move(0);
	assert_true(wire_accept(&wire));
	wire_hang_up(&wire);
	usleep(2000);
	move(1);
	assert_int_equal(x.state, EXCHANGE_CLOSED);
	send_request("GET / HTTP/1.1\r\n\r\n", 2);
	assert_true(wire_accept(&wire));
	assert_string_equal(wire_hear(&wire), "GET / HTTP/1.1\r\n\r\n");
}

/* More than the socket takes at once. */
static void
test_large_request(void **state)
{
	(void)state;
	static char request[60 * 1024];
	size_t heard = 0;
	memset(request, 'r', sizeof(request));
	int small = 4096;
	exchange_prepare(&x, 0);
	setsockopt(x.stream.fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
	await_writable();
	move(0);
	assert_true(wire_accept(&wire));
	setsockopt(wire.connection, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	assert_true(exchange_send(&x, (struct span){ request, sizeof(request) }, 0, &e));
	for (int i = 0; i < 1000 && heard < sizeof(request); i++) {
		move(0);
		const char *part = wire_hear(&wire);
		assert_non_null(part);
		heard += strlen(part);
	}
	assert_int_equal(heard, sizeof(request));
	assert_int_equal(x.request.n, 0);
	move(0);
	assert_int_equal(x.state, EXCHANGE_RECEIVING);
}

/* Makes the peer one behind a proxy, which is the wire. */
static void
use_proxy(const char *host, uint16_t port)
{
	wire.peer.host = span_of(host);
	wire.peer.port = port;
	wire.peer.tls = true;
	wire.peer.proxied = true;
}

static void
test_tunnel(void **state)
{
	(void)state;
	use_proxy("ssm.eu-west-1.amazonaws.com", 443);
	wire.peer.proxy_auth = SPAN("Basic dTpw");
	send_request("POST /secret HTTP/1.1\r\n\r\n", 0);
	assert_int_equal(x.state, EXCHANGE_TUNNELING);
	assert_string_equal(exchange_waits_for(&x), "waiting for the proxy to open a tunnel to");
	assert_true(wire_accept(&wire));
	assert_string_equal(wire_hear(&wire),
		"CONNECT ssm.eu-west-1.amazonaws.com:443 HTTP/1.1\r\n"
		"Host: ssm.eu-west-1.amazonaws.com:443\r\n"
		"Proxy-Authorization: Basic dTpw\r\n"
		"User-Agent: antechamber/" ANTECHAMBER_VERSION "\r\n\r\n");
	wire_say(&wire, "HTTP/1.1 200 Connection established\r\n\r\n");
	move(1);
	assert_int_equal(x.state, EXCHANGE_HANDSHAKING);
	assert_string_equal(exchange_waits_for(&x), "waiting for the TLS handshake with");
	const char *hello = wire_hear(&wire);
	assert_non_null(hello);
	assert_int_equal(hello[0], 22);
}

static void
test_tunnel_to_an_address(void **state)
{
	(void)state;
	use_proxy("fd00::1", 8443);
	send_request("GET / HTTP/1.1\r\n\r\n", 0);
	assert_true(wire_accept(&wire));
	assert_string_equal(wire_hear(&wire),
		"CONNECT [fd00::1]:8443 HTTP/1.1\r\nHost: [fd00::1]:8443\r\n"
		"User-Agent: antechamber/" ANTECHAMBER_VERSION "\r\n\r\n");
}

static void
test_tunnel_refused(void **state)
{
	(void)state;
	static const struct {
		const char *answer;
		int exit_code;
		bool retryable;
		const char *part;
	} row[] = {
		{ "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", 100,
			false, "status 407" },
		{ "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", 100, false, "status 403" },
		{ "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", 111, true,
			"status 502" },
		{ "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", 111, false,
			"status 302" },
		{ "SSH-2.0-OpenSSH\r\n", 111, true, "malformed HTTP" },
	};
	use_proxy("h.example", 443);
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		send_request("GET / HTTP/1.1\r\n\r\n", 0);
		assert_true(wire_accept(&wire));
		wire_hear(&wire);
		wire_say(&wire, row[i].answer);
		assert_false(exchange_move(&x, 1, &e));
		if (strstr(e.text, row[i].part) == NULL)
			fail_msg("%s", e.text);
		assert_int_equal(err_exit_code(&e), row[i].exit_code);
		assert_int_equal(err_is_retryable(&e), row[i].retryable);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_two_requests_on_one_connection, enter, leave),
		cmocka_unit_test_setup_teardown(test_answer_byte_by_byte, enter, leave),
		cmocka_unit_test_setup_teardown(test_connection_close, enter, leave),
		cmocka_unit_test_setup_teardown(test_closed_while_idle, enter, leave),
		cmocka_unit_test_setup_teardown(test_bytes_nobody_asked_for, enter, leave),
		cmocka_unit_test_setup_teardown(test_late_bytes_nobody_asked_for, enter, leave),
		cmocka_unit_test_setup_teardown(test_ends, enter, leave),
		cmocka_unit_test_setup_teardown(test_until_close, enter, leave),
		cmocka_unit_test_setup_teardown(test_answer_in_time, enter, leave),
		cmocka_unit_test_setup_teardown(test_silence, enter, leave),
		cmocka_unit_test_setup_teardown(test_no_limits, enter, leave),
		cmocka_unit_test_setup_teardown(test_next_address, enter, leave),
		cmocka_unit_test_setup_teardown(test_late_connection, enter, leave),
		cmocka_unit_test_setup_teardown(test_nobody_listens, enter, leave),
		cmocka_unit_test_setup_teardown(test_no_address, enter, leave),
		cmocka_unit_test_setup_teardown(test_connect_in_time, enter, leave),
		cmocka_unit_test_setup_teardown(test_ahead_of_need, enter, leave),
		cmocka_unit_test_setup_teardown(test_ahead_and_request_meanwhile, enter, leave),
		cmocka_unit_test_setup_teardown(test_ahead_fails, enter, leave),
		cmocka_unit_test_setup_teardown(test_ahead_then_hung_up, enter, leave),
		cmocka_unit_test_setup_teardown(test_large_request, enter, leave),
		cmocka_unit_test_setup_teardown(test_tunnel, enter, leave),
		cmocka_unit_test_setup_teardown(test_tunnel_to_an_address, enter, leave),
		cmocka_unit_test_setup_teardown(test_tunnel_refused, enter, leave),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
