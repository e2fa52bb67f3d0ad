#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include "base/ip.h"
#include "net/hostrule.h"

static size_t
make_sockaddr(const char *text, struct sockaddr_storage *out)
{
	struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons(80) };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons(80) };
	memset(out, 0xff, sizeof(*out));
	if (inet_pton(AF_INET, text, &four.sin_addr) == 1) {
		memcpy(out, &four, sizeof(four));
		return sizeof(four);
	}
	assert_int_equal(inet_pton(AF_INET6, text, &six.sin6_addr), 1);
	memcpy(out, &six, sizeof(six));
	return sizeof(six);
}

static const struct {
	const char *address;
	bool credentials;
	bool loopback;
} rules[] = {
	{ "127.0.0.1", true, true },
	{ "127.1.1.1", true, true },
	{ "127.255.255.255", true, true },
	{ "::1", true, true },
	{ "::ffff:127.0.0.1", true, true },
	{ "169.254.170.2", true, false },
	{ "169.254.170.23", true, false },
	{ "::ffff:169.254.170.23", true, false },
	{ "fd00:ec2::23", true, false },
	{ "fd00:ec2:0::23", true, false },
	{ "169.254.0.1", false, false },
	{ "169.254.170.3", false, false },
	{ "169.254.169.254", false, false },
	{ "169.1.2.3", false, false },
	{ "192.168.10.120", false, false },
	{ "128.0.0.1", false, false },
	{ "126.255.255.255", false, false },
	{ "0.0.0.0", false, false },
	{ "::", false, false },
	{ "::2", false, false },
	{ "::127.0.0.1", false, false },
	{ "::ffff:0:127.0.0.1", false, false },
	{ "64:ff9b::127.0.0.1", false, false },
	{ "fd00:ec2:0:1::23", false, false },
	{ "fd00:ec2::254", false, false },
	{ "::ffff:192.168.1.10", false, false },
	{ "fe80::1", false, false },
};

static void
test_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		struct sockaddr_storage at;
		size_t length = make_sockaddr(rules[i].address, &at);
		const struct sockaddr *a = (const struct sockaddr *)&at;
		assert_int_equal(hostrule_allows_credentials(a, length), rules[i].credentials);
		assert_int_equal(hostrule_is_loopback(a, length), rules[i].loopback);
	}
}

static void
test_strange_sockaddr(void **state)
{
	(void)state;
	struct sockaddr_storage at;
	const struct sockaddr *a = (const struct sockaddr *)&at;
	size_t length = make_sockaddr("127.0.0.1", &at);
	assert_false(hostrule_is_loopback(a, length - 1));
	assert_false(hostrule_is_loopback(a, 0));
	length = make_sockaddr("::1", &at);
	assert_false(hostrule_allows_credentials(a, length - 1));
	at.ss_family = AF_UNIX;
	assert_false(hostrule_allows_credentials(a, length));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_strange_sockaddr),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
