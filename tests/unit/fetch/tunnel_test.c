#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "fetch/tunnel.h"

static struct stream stream;
static const struct peer_terms terms;
static struct peer peer;
static int proxy; /* the other end */
static struct err e;

static int
enter(void **state)
{
	(void)state;
	int fd[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fd) != 0)
		return -1;
	stream_open(&stream, fd[0]);
	proxy = fd[1];
	memset(&e, 0, sizeof(e));
	peer = (struct peer){
		.terms = &terms, .host = SPAN("ssm.eu-west-1.amazonaws.com"), .port = 443
	};
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	stream_close(&stream);
	return close(proxy);
}

/* RFC 9110 section 9.3.6: the tunnel stands after any 2xx, and after nothing else. */
static void
test_judge(void **state)
{
	(void)state;
	static const struct {
		unsigned status;
		enum err_kind kind;
	} row[] = {
		{ 200, ERR_NONE },
		{ 204, ERR_NONE },
		{ 299, ERR_NONE },
		{ 199, ERR_TRANSIENT },
		{ 300, ERR_FINAL },
		{ 403, ERR_REFUSED },
		{ 407, ERR_REFUSED },
		{ 429, ERR_THROTTLED },
		{ 502, ERR_TRANSIENT },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		memset(&e, 0, sizeof(e));
		assert_int_equal(tunnel_judge(row[i].status, &e), row[i].kind == ERR_NONE);
		assert_int_equal(e.kind, row[i].kind);
		assert_int_equal(strstr(e.hint, "HTTPS_PROXY") != NULL, row[i].status == 407);
	}
}

static void
test_proxy_has_gone(void **state)
{
	(void)state;
	assert_int_equal(shutdown(proxy, SHUT_RDWR), 0);
	assert_false(tunnel_ask(&stream, &peer, &e));
	assert_int_equal(e.kind, ERR_TRANSIENT);
	assert_string_equal(e.text, "the proxy does not accept the request");
}

static void
test_proxy_reads_nothing(void **state)
{
	(void)state;
	static const char bytes[4096];
	while (send(stream.fd, bytes, sizeof(bytes), MSG_NOSIGNAL) > 0)
		;
	while (send(stream.fd, bytes, 1, MSG_NOSIGNAL) > 0)
		;
	assert_false(tunnel_ask(&stream, &peer, &e));
	assert_int_equal(e.kind, ERR_TRANSIENT);
	assert_string_equal(e.text, "the proxy does not accept the request");
}

/* Half a request would be sent otherwise. */
static void
test_credentials_too_long(void **state)
{
	(void)state;
	static char text[PROXY_AUTH_MAX];
	char byte;
	memset(text, 'A', sizeof(text));
	peer.proxy_auth = (struct span){ text, sizeof(text) };
	assert_false(tunnel_ask(&stream, &peer, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_int_equal(recv(proxy, &byte, 1, 0), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_judge, enter, leave),
		cmocka_unit_test_setup_teardown(test_proxy_has_gone, enter, leave),
		cmocka_unit_test_setup_teardown(test_proxy_reads_nothing, enter, leave),
		cmocka_unit_test_setup_teardown(test_credentials_too_long, enter, leave),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
