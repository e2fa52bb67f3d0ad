#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/stream.h"

static int end[2];
static struct stream s;
static struct err e;

static int
enter(void **state)
{
	(void)state;
	memset(&e, 0, sizeof(e));
	memset(&s, 0, sizeof(s));
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, end) != 0)
		return -1;
	stream_open(&s, end[0]);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	stream_close(&s);
	close(end[1]);
	return 0;
}

static void
test_clear(void **state)
{
	(void)state;
	char bytes[16];
	size_t n = 0;
	assert_int_equal(s.events, POLLOUT);
	assert_int_equal(stream_send(&s, SPAN("ping"), &n, &e), DIAL_MOVED);
	assert_int_equal(n, 4);
	assert_int_equal(read(end[1], bytes, sizeof(bytes)), 4);

	assert_int_equal(stream_receive(&s, bytes, sizeof(bytes), &n, &e), DIAL_BLOCKED);
	assert_int_equal(s.events, POLLIN);
	assert_int_equal(write(end[1], "pong", 4), 4);
	assert_int_equal(stream_receive(&s, bytes, sizeof(bytes), &n, &e), DIAL_MOVED);
	assert_int_equal(n, 4);
	assert_memory_equal(bytes, "pong", 4);
	shutdown(end[1], SHUT_WR);
	assert_int_equal(stream_receive(&s, bytes, sizeof(bytes), &n, &e), DIAL_END);
}

static void
test_close(void **state)
{
	(void)state;
	char byte;
	int fd = s.fd;
	stream_close(&s);
	assert_int_equal(s.fd, -1);
	assert_int_equal(s.events, 0);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	assert_int_equal(read(end[1], &byte, 1), 0);
	/* Twice does no harm: the number may be somebody else's by now. */
	int other = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_int_equal(other, fd);
	stream_close(&s);
	assert_true(fcntl(other, F_GETFD) >= 0);
	close(other);
}

static void
secure(void)
{
	if (!stream_secure(
		    &s, SPAN("ssm.eu-west-1.amazonaws.com"), trust_builtin(), 1700000000, &e))
		fail_msg("%s", e.text);
}

/* Whether needle stands in what was read. */
static bool
holds(const char *bytes, size_t n, const char *needle)
{
	size_t len = strlen(needle);
	for (size_t i = 0; i + len <= n; i++) {
		if (memcmp(bytes + i, needle, len) == 0)
			return true;
	}
	return false;
}

/* RFC 5246 section 7.4.1.2 and RFC 6066 section 3: what the first flight says. */
static void
test_client_hello(void **state)
{
	(void)state;
	static char bytes[4096];
	secure();
	assert_int_equal(stream_handshake(&s, true, &e), DIAL_BLOCKED);
	assert_int_equal(s.events, POLLIN);
	ssize_t n = read(end[1], bytes, sizeof(bytes));
	assert_in_range(n, 60, sizeof(bytes));
	/* A handshake record that holds a ClientHello of TLS 1.2. */
	assert_int_equal(bytes[0], 22);
	assert_int_equal(bytes[5], 1);
	assert_memory_equal(bytes + 9, "\x03\x03", 2);
	assert_true(holds(bytes, (size_t)n, "ssm.eu-west-1.amazonaws.com"));
	/* No session, then the suites: with forward secrecy and AEAD, all of them. */
	assert_int_equal(bytes[43], 0);
	size_t suites = (size_t)(unsigned char)bytes[44] << 8 | (unsigned char)bytes[45];
	static const uint16_t good[] = { 0xc02b, 0xc02f, 0xcca9, 0xcca8, 0xc02c, 0xc030 };
	assert_in_range(suites, 4, sizeof(good));
	for (size_t i = 0; i < suites; i += 2) {
		unsigned suite =
			(unsigned)(unsigned char)bytes[46 + i] << 8 | (unsigned char)bytes[47 + i];
		bool known = false;
		for (size_t k = 0; k < sizeof(good) / sizeof(*good); k++)
			known = known || suite == good[k];
		if (!known)
			fail_msg("suite %04x is offered", suite);
	}
}

static void
test_two_hellos_differ(void **state)
{
	(void)state;
	char first[64];
	char second[64];
	secure();
	stream_handshake(&s, true, &e);
	assert_int_equal(read(end[1], first, sizeof(first)), sizeof(first));
	while (read(end[1], second, sizeof(second)) > 0)
		continue;
	secure();
	stream_handshake(&s, true, &e);
	assert_int_equal(read(end[1], second, sizeof(second)), sizeof(second));
	/* The random of 32 bytes. */
	assert_memory_not_equal(first + 11, second + 11, 32);
}

static void
test_end_in_the_handshake(void **state)
{
	(void)state;
	secure();
	assert_int_equal(stream_handshake(&s, true, &e), DIAL_BLOCKED);
	shutdown(end[1], SHUT_WR);
	assert_int_equal(stream_handshake(&s, true, &e), DIAL_FAILED);
	assert_string_equal(e.text, "the connection ended during the TLS handshake");
	assert_int_equal(e.kind, ERR_TRANSIENT);
}

static void
test_not_tls_at_all(void **state)
{
	(void)state;
	static const char answer[] = "HTTP/1.1 400 Bad Request\r\n\r\n";
	secure();
	assert_int_equal(stream_handshake(&s, true, &e), DIAL_BLOCKED);
	assert_int_equal(write(end[1], answer, sizeof(answer) - 1), sizeof(answer) - 1);
	assert_int_equal(stream_handshake(&s, true, &e), DIAL_FAILED);
	assert_int_equal(e.kind, ERR_REFUSED);
	if (strstr(e.text, "does not speak TLS 1.2") == NULL)
		fail_msg("%s", e.text);
}

/* A fatal alert: RFC 5246 section 7.2. */
static void
test_alert(void **state)
{
	(void)state;
	static const struct {
		const char *record;
		const char *text;
	} row[] = {
		{ "\x15\x03\x03\x00\x02\x02\x28", "suites (error 296)" },
		{ "\x15\x03\x03\x00\x02\x02\x70", "host name (error 368)" },
		{ "\x15\x03\x03\x00\x02\x02\x50", "refuses the handshake (error 336)" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		secure();
		assert_int_equal(stream_handshake(&s, true, &e), DIAL_BLOCKED);
		assert_int_equal(write(end[1], row[i].record, 7), 7);
		assert_int_equal(stream_handshake(&s, true, &e), DIAL_FAILED);
		if (!span_ends_with(span_of(e.text), span_of(row[i].text)))
			fail_msg("%s", e.text);
		assert_int_equal(err_exit_code(&e), 100);
	}
}

static void
test_host_too_long(void **state)
{
	(void)state;
	char host[HOST_MAX];
	memset(host, 'x', sizeof(host));
	assert_true(stream_secure(
		&s, (struct span){ host, HOST_MAX - 1 }, trust_builtin(), 1700000000, &e));
	assert_false(stream_secure(
		&s, (struct span){ host, HOST_MAX }, trust_builtin(), 1700000000, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
}

/* Nothing of the request goes out before the handshake is over. */
static void
test_nothing_before_the_handshake(void **state)
{
	(void)state;
	static char bytes[4096];
	size_t n = 1;
	secure();
	assert_int_equal(stream_send(&s, SPAN("GET /secret"), &n, &e), DIAL_BLOCKED);
	assert_int_equal(n, 0);
	ssize_t len = read(end[1], bytes, sizeof(bytes));
	assert_true(len > 0);
	assert_false(holds(bytes, (size_t)len, "secret"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_clear, enter, leave),
		cmocka_unit_test_setup_teardown(test_close, enter, leave),
		cmocka_unit_test_setup_teardown(test_client_hello, enter, leave),
		cmocka_unit_test_setup_teardown(test_two_hellos_differ, enter, leave),
		cmocka_unit_test_setup_teardown(test_end_in_the_handshake, enter, leave),
		cmocka_unit_test_setup_teardown(test_not_tls_at_all, enter, leave),
		cmocka_unit_test_setup_teardown(test_alert, enter, leave),
		cmocka_unit_test_setup_teardown(test_host_too_long, enter, leave),
		cmocka_unit_test_setup_teardown(test_nothing_before_the_handshake, enter, leave),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
