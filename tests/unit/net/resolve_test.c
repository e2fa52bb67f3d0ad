#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include <cmocka.h>

#include "net/resolve.h"

/* Addresses as text, which need no name server; names are the end-to-end tests'. */

static void
test_numeric(void **state)
{
	(void)state;
	static const struct {
		const char *host;
		bool numeric;
	} row[] = {
		{ "127.0.0.1", true },
		{ "::1", true },
		{ "fd00:ec2::23", true },
		{ "localhost", false },
		{ "ssm.eu-west-1.amazonaws.com", false },
		{ "", false },
		{ "127.0.0.256", false },
		{ "[::1]", false },
		{ "::1::", false },
		{ " 127.0.0.1", false },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		if (resolve_is_numeric(span_of(row[i].host)) != row[i].numeric)
			fail_msg("%s: %d", row[i].host, !row[i].numeric);
	}
	/* The span ends where it says, not at the NUL. */
	assert_true(resolve_is_numeric((struct span){ "127.0.0.1.example", 9 }));
}

static void
test_address(void **state)
{
	(void)state;
	struct addresses a;
	struct err e = { 0 };
	assert_true(resolve_host(SPAN("192.0.2.7"), 8443, &a, &e));
	assert_int_equal(a.count, 1);
	struct sockaddr_in in;
	assert_int_equal(a.size[0], sizeof(in));
	memcpy(&in, &a.at[0], sizeof(in));
	assert_int_equal(in.sin_family, AF_INET);
	assert_int_equal(ntohs(in.sin_port), 8443);
	assert_int_equal(ntohl(in.sin_addr.s_addr), 0xc0000207);

	assert_true(resolve_host(SPAN("::1"), 80, &a, &e));
	assert_int_equal(a.count, 1);
	struct sockaddr_in6 in6;
	memcpy(&in6, &a.at[0], sizeof(in6));
	assert_int_equal(in6.sin6_family, AF_INET6);
	assert_int_equal(ntohs(in6.sin6_port), 80);
	assert_memory_equal(&in6.sin6_addr, &in6addr_loopback, sizeof(in6.sin6_addr));
}

/* The longest name there can be is asked for; a longer one is refused unasked. */
static void
test_too_long(void **state)
{
	(void)state;
	char host[HOST_MAX + 1];
	struct addresses a;
	struct err e = { 0 };
	memset(host, 'x', sizeof(host));
	assert_false(resolve_host((struct span){ host, HOST_MAX }, 80, &a, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_non_null(strstr(e.text, "longer than a host's name can be (253 bytes)"));
	assert_false(resolve_is_numeric((struct span){ host, HOST_MAX }));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numeric),
		cmocka_unit_test(test_address),
		cmocka_unit_test(test_too_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
