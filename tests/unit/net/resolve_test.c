#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include <cmocka.h>

#include "net/resolve.h"

/* Addresses as text and localhost, which need no name server; the others are the end-to-end tests'. */

static void
test_address(void **state)
{
	(void)state;
	struct addresses a;
	struct err e = { 0 };
	assert_true(resolve_host(SPAN("192.0.2.7"), 8443, CLOCK_NEVER, &a, &e));
	assert_int_equal(a.count, 1);
	struct sockaddr_in in;
	assert_int_equal(a.size[0], sizeof(in));
	memcpy(&in, &a.at[0], sizeof(in));
	assert_int_equal(in.sin_family, AF_INET);
	assert_int_equal(ntohs(in.sin_port), 8443);
	assert_int_equal(ntohl(in.sin_addr.s_addr), 0xc0000207);

	assert_true(resolve_host(SPAN("::1"), 80, CLOCK_NEVER, &a, &e));
	assert_int_equal(a.count, 1);
	struct sockaddr_in6 in6;
	memcpy(&in6, &a.at[0], sizeof(in6));
	assert_int_equal(in6.sin6_family, AF_INET6);
	assert_int_equal(ntohs(in6.sin6_port), 80);
	assert_memory_equal(&in6.sin6_addr, &in6addr_loopback, sizeof(in6.sin6_addr));
}

/* The span ends where it says, not at the NUL. */
static void
test_span(void **state)
{
	(void)state;
	struct addresses a;
	struct err e = { 0 };
	assert_true(resolve_host((struct span){ "127.0.0.1.example", 9 }, 80, CLOCK_NEVER, &a, &e));
	assert_int_equal(a.count, 1);
}

/* This machine, whatever /etc/hosts holds. */
static void
test_localhost(void **state)
{
	(void)state;
	struct addresses a;
	struct err e = { 0 };
	if (!resolve_host(SPAN("localhost"), 80, CLOCK_NEVER, &a, &e))
		fail_msg("%s", e.text);
	assert_in_range(a.count, 1, ADDRESSES_MAX);
	for (unsigned i = 0; i < a.count; i++) {
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
		memcpy(&in, &a.at[i], sizeof(in));
		memcpy(&in6, &a.at[i], sizeof(in6));
		if (in.sin_family == AF_INET)
			assert_int_equal(ntohl(in.sin_addr.s_addr) >> 24, 127);
		else
			assert_memory_equal(
				&in6.sin6_addr, &in6addr_loopback, sizeof(in6.sin6_addr));
	}
}

/* A name that cannot be one is an error that quotes it, without a question to anybody. */
static void
test_bad(void **state)
{
	(void)state;
	char host[HOST_MAX + 1];
	struct addresses a;
	struct err e = { 0 };
	memset(host, 'x', sizeof(host));
	const clock_ms soon = clock_now() + 1000;
	assert_false(resolve_host((struct span){ host, HOST_MAX }, 80, soon, &a, &e));
	assert_true(e.kind != ERR_NONE);
	assert_false(resolve_host(SPAN(""), 80, soon, &a, &e));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_address),
		cmocka_unit_test(test_span),
		cmocka_unit_test(test_localhost),
		cmocka_unit_test(test_bad),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
