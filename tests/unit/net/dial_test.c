#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/dial.h"

/* A listener on a port of loopback that the kernel chooses. */
static int
listen_somewhere(struct sockaddr_storage *at, socklen_t *size)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&in, sizeof(in)), 0);
	assert_int_equal(listen(fd, 4), 0);
	*size = sizeof(*at);
	assert_int_equal(getsockname(fd, (struct sockaddr *)at, size), 0);
	return fd;
}

static void
await(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };
	assert_int_equal(poll(&p, 1, 5000), 1);
}

static void
test_connect(void **state)
{
	(void)state;
	struct sockaddr_storage at = { 0 };
	struct err e = { 0 };
	socklen_t size;
	int on = 0;
	int fd = -1;
	int listener = listen_somewhere(&at, &size);
	assert_true(dial_start(&at, size, &fd, &e));
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	size = sizeof(on);
	assert_int_equal(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, &size), 0);
	assert_true(on != 0);
	await(fd, POLLOUT);
	assert_true(dial_finish(fd, &e));
	int peer = accept(listener, NULL, NULL);
	assert_true(peer >= 0);
	size_t n = 0;
	assert_int_equal(dial_send(fd, SPAN("hello"), &n, &e), DIAL_MOVED);
	assert_int_equal(n, 5);
	char bytes[8];
	assert_int_equal(read(peer, bytes, sizeof(bytes)), 5);
	assert_memory_equal(bytes, "hello", 5);
	close(peer);
	close(fd);
	close(listener);
}

/* Nobody listens any more on a port that somebody had. */
static void
test_refused(void **state)
{
	(void)state;
	struct sockaddr_storage at = { 0 };
	struct err e = { 0 };
	socklen_t size;
	int fd = -1;
	close(listen_somewhere(&at, &size));
	if (dial_start(&at, size, &fd, &e)) {
		await(fd, POLLOUT);
		assert_false(dial_finish(fd, &e));
		close(fd);
	} else {
		assert_int_equal(fd, -1);
	}
	assert_int_equal(e.kind, ERR_TRANSIENT);
	assert_string_equal(e.text, "Connection refused");
	assert_int_equal(e.number, ECONNREFUSED);
}

static void
test_fails_at_once(void **state)
{
	(void)state;
	struct sockaddr_storage at = { .ss_family = AF_UNSPEC };
	struct err e = { 0 };
	int fd = 7;
	assert_false(dial_start(&at, sizeof(at), &fd, &e));
	assert_int_equal(fd, -1);
	assert_int_equal(e.kind, ERR_TRANSIENT);

	/* A broadcast address: the socket is made, the connect refused at once. */
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(80) };
	in.sin_addr.s_addr = htonl(INADDR_BROADCAST);
	memcpy(&at, &in, sizeof(in));
	assert_false(dial_start(&at, sizeof(in), &fd, &e));
	assert_int_equal(fd, -1);
	assert_true(e.text[0] != '\0');
}

static void
test_receive(void **state)
{
	(void)state;
	int end[2];
	char bytes[4];
	size_t n = 0;
	struct err e = { 0 };
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, end), 0);
	assert_int_equal(dial_receive(end[0], bytes, sizeof(bytes), &n, &e), DIAL_BLOCKED);
	assert_int_equal(write(end[1], "abcdef", 6), 6);
	assert_int_equal(dial_receive(end[0], bytes, sizeof(bytes), &n, &e), DIAL_MOVED);
	assert_int_equal(n, 4);
	assert_int_equal(dial_receive(end[0], bytes, sizeof(bytes), &n, &e), DIAL_MOVED);
	assert_int_equal(n, 2);
	assert_memory_equal(bytes, "ef", 2);
	close(end[1]);
	assert_int_equal(dial_receive(end[0], bytes, sizeof(bytes), &n, &e), DIAL_END);
	assert_int_equal(n, 0);
	close(end[0]);
	assert_int_equal(dial_receive(end[0], bytes, sizeof(bytes), &n, &e), DIAL_FAILED);
	assert_true(span_starts_with(span_of(e.text), SPAN("receive: ")));
	assert_int_equal(e.kind, ERR_TRANSIENT);
}

/* A full socket blocks, one whose other end is closed fails, and no SIGPIPE ends the process. */
static void
test_send(void **state)
{
	(void)state;
	static char bytes[1 << 16];
	int end[2];
	size_t n = 0;
	size_t sent = 0;
	struct err e = { 0 };
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, end), 0);
	enum dial_io io;
	while ((io = dial_send(end[0], (struct span){ bytes, sizeof(bytes) }, &n, &e)) ==
		DIAL_MOVED) {
		assert_in_range(n, 1, sizeof(bytes));
		sent += n;
		assert_true(sent < 1 << 28);
	}
	assert_int_equal(io, DIAL_BLOCKED);
	close(end[1]);
	assert_int_equal(dial_send(end[0], SPAN("x"), &n, &e), DIAL_FAILED);
	assert_string_equal(e.text, "send: Broken pipe");
	assert_int_equal(e.kind, ERR_TRANSIENT);
	close(end[0]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_connect),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_fails_at_once),
		cmocka_unit_test(test_receive),
		cmocka_unit_test(test_send),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
