#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <netinet/in.h>
#include <string.h>

#include <cmocka.h>

#include "net/hostrule.h"
#include "net/resolve.h"

/*
 * What needs no name server. tests/sandbox/try_resolver.c has servers and files of its own; the
 * conversation with servers is nameserver_test.c's.
 */

static struct resolver resolver;
static struct addresses a;
static struct err e;

static bool
resolve(struct span host, uint16_t port, clock_ms deadline)
{
	const struct resolve_query query = { host, port, false, deadline };
	return resolve_host(&resolver, &query, &a, &e);
}

static void
test_addresses(void **state)
{
	(void)state;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	assert_true(resolve(SPAN("192.0.2.7"), 8443, 0));
	assert_int_equal(a.count, 1);
	assert_int_equal(a.size[0], sizeof(in));
	memcpy(&in, &a.at[0], sizeof(in));
	assert_int_equal(in.sin_family, AF_INET);
	assert_int_equal(ntohs(in.sin_port), 8443);
	assert_int_equal(ntohl(in.sin_addr.s_addr), 0xc0000207);

	assert_true(resolve(SPAN("fd00:ec2::23"), 80, 0));
	assert_int_equal(a.count, 1);
	assert_int_equal(a.size[0], sizeof(in6));
	memcpy(&in6, &a.at[0], sizeof(in6));
	assert_int_equal(in6.sin6_family, AF_INET6);
	assert_int_equal(ntohs(in6.sin6_port), 80);
}

/* Whatever this machine's hosts file says, and at no deadline. */
static void
test_localhost(void **state)
{
	(void)state;
	static const char *const names[] = { "localhost", "LOCALHOST", "localhost.",
		"some.thing.localhost", "some.localhost." };
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		assert_true(resolve(span_of(names[i]), 443, 0));
		assert_in_range(a.count, 1, ADDRESSES_MAX);
		for (unsigned k = 0; k < a.count; k++)
			assert_true(
				hostrule_is_loopback((const struct sockaddr *)&a.at[k], a.size[k]));
	}
}

/* No question can hold these, so none is sent. */
static void
test_impossible_names(void **state)
{
	(void)state;
	char longest[HOST_MAX + 1];
	memset(longest, 'x', sizeof(longest));
	const struct span names[] = { SPAN("a..b"), SPAN(""), SPAN("."), { longest, HOST_MAX },
		{ longest, 64 } };
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		assert_false(resolve(names[i], 80, CLOCK_NEVER));
		assert_int_equal(e.kind, ERR_TRANSIENT);
		assert_int_equal(a.count, 0);
		if (strstr(e.text, ": the name does not exist") == NULL)
			fail_msg("%zu: %s", i, e.text);
	}
}

/* At the deadline nothing is sent any more. */
static void
test_no_time(void **state)
{
	(void)state;
	clock_ms begin = clock_now();
	assert_false(resolve(SPAN("name.invalid."), 80, begin));
	/* The time-out of a server that nobody configured (resolv.conf(5)). */
	assert_true(clock_now() - begin < 5000);
	assert_int_equal(e.kind, ERR_TRANSIENT);
	assert_int_equal(err_exit_code(&e), 111);
	assert_true(strncmp(e.text, "name resolution: name.invalid.: ", 32) == 0);
	assert_non_null(strstr(e.hint, "/etc/resolv.conf"));
}

/* This machine's own files. */
static int
enter(void **state)
{
	(void)state;
	return resolver_read(&resolver, &e) ? 0 : -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_localhost),
		cmocka_unit_test(test_impossible_names),
		cmocka_unit_test(test_no_time),
	};
	return cmocka_run_group_tests(tests, enter, NULL);
}
