#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include <cmocka.h>

#include "base/ip.h"

static void
test_parse(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool ok;
		enum ip_family family;
		bool is_loopback;
	} row[] = {
		{ "127.0.0.1", true, IP_V4, true },
		{ "127.255.0.9", true, IP_V4, true },
		{ "128.0.0.1", true, IP_V4, false },
		{ "169.254.170.2", true, IP_V4, false },
		{ "::1", true, IP_V6, true },
		{ "::2", true, IP_V6, false },
		{ "1::1", true, IP_V6, false },
		{ "fd00:ec2::23", true, IP_V6, false },
		{ "::ffff:127.0.0.1", true, IP_V4, true },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", true, IP_V6, false },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.2555", false, IP_V6, false },
		{ "", false, IP_V4, false },
		{ "localhost", false, IP_V4, false },
		{ "127.0.0.256", false, IP_V4, false },
		{ "127.0.0.01", false, IP_V4, false },
		{ "127.1", false, IP_V4, false },
		{ "2130706433", false, IP_V4, false },
		{ "0x7f.0.0.1", false, IP_V4, false },
		{ "127.0.0.1.", false, IP_V4, false },
		{ " 127.0.0.1", false, IP_V4, false },
		{ "[::1]", false, IP_V6, false },
		{ "::1::", false, IP_V6, false },
		{ "fe80::1%eth0", false, IP_V6, false },
		{ "127.0.0", false, IP_V4, false },
		{ ":::1", false, IP_V6, false },
		{ "1:2:3:4:5:6:7:8:9", false, IP_V6, false },
		{ "1:2:3:4:5:6:7:8:", false, IP_V6, false },
		{ "1:2:3:4:5:6:7:", false, IP_V6, false },
		{ "1:2:3:4:5:6:7", false, IP_V6, false },
		{ "fe80:", false, IP_V6, false },
		{ "1:2:3:4::5:6:7:8", false, IP_V6, false },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct ip ip;
		if (ip_parse(span_of(row[i].text), &ip) != row[i].ok)
			fail_msg("%s: %d", row[i].text, !row[i].ok);
		if (!row[i].ok)
			continue;
		assert_int_equal(ip_family(&ip), row[i].family);
		assert_int_equal(ip_is_loopback(&ip), row[i].is_loopback);
	}
}

/* The span ends where it says, and a NUL in it is no end. */
static void
test_ends_of_text(void **state)
{
	(void)state;
	struct ip ip;
	assert_true(ip_parse((struct span){ "127.0.0.1.example", 9 }, &ip));
	assert_false(ip_parse((struct span){ "127.0.0.1\0x", 11 }, &ip));
	assert_false(ip_parse((struct span){ "::1\0x", 5 }, &ip));
}

static void
test_sockaddr(void **state)
{
	(void)state;
	struct sockaddr_storage to;
	struct ip ip;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	memset(&to, 0xff, sizeof(to));
	assert_true(ip_parse(SPAN("192.0.2.7"), &ip));
	assert_int_equal(ip_to_sockaddr(&ip, 8443, &to), sizeof(in));
	memcpy(&in, &to, sizeof(in));
	assert_int_equal(in.sin_family, AF_INET);
	assert_int_equal(ntohs(in.sin_port), 8443);
	assert_int_equal(ntohl(in.sin_addr.s_addr), 0xc0000207);

	memset(&to, 0xff, sizeof(to));
	assert_true(ip_parse(SPAN("::1"), &ip));
	assert_int_equal(ip_to_sockaddr(&ip, 80, &to), sizeof(in6));
	memcpy(&in6, &to, sizeof(in6));
	assert_int_equal(in6.sin6_family, AF_INET6);
	assert_int_equal(ntohs(in6.sin6_port), 80);
	assert_int_equal(in6.sin6_flowinfo, 0);
	assert_int_equal(in6.sin6_scope_id, 0);
	assert_memory_equal(&in6.sin6_addr, &in6addr_loopback, sizeof(in6.sin6_addr));

	struct ip back;
	assert_true(ip_of_sockaddr((const struct sockaddr *)&to, sizeof(in6), &back));
	assert_true(ip_eq(&back, &ip));
	assert_false(ip_of_sockaddr((const struct sockaddr *)&to, sizeof(in6) - 1, &back));
	to.ss_family = AF_UNIX;
	assert_false(ip_of_sockaddr((const struct sockaddr *)&to, sizeof(in6), &back));
}

static void
test_list_is_full(void **state)
{
	(void)state;
	struct ip_list list = { 0 };
	for (unsigned i = 0; i < ADDRESSES_MAX + 3; i++) {
		const struct ip ip = { { [15] = (uint8_t)i } };
		ip_list_add(&list, &ip);
	}
	assert_true(list.omits_remote);
	assert_int_equal(list.count, ADDRESSES_MAX);
	assert_int_equal(list.at[ADDRESSES_MAX - 1].byte[15], ADDRESSES_MAX - 1);
	/* Loopback addresses are all as good as those that are kept. */
	struct ip local;
	assert_true(ip_parse(SPAN("127.9.9.9"), &local));
	list.omits_remote = false;
	ip_list_add(&list, &local);
	assert_false(list.omits_remote);
}

static void
test_network(void **state)
{
	(void)state;
	static const struct {
		const char *address;
		const char *network;
		unsigned bits;
		bool inside;
	} row[] = {
		{ "10.1.2.3", "10.0.0.0", 8, true },
		{ "11.1.2.3", "10.0.0.0", 8, false },
		{ "10.1.2.3", "11.0.0.0", 7, true },
		{ "10.1.2.3", "10.1.2.3", 32, true },
		{ "10.1.2.2", "10.1.2.3", 32, false },
		{ "10.1.2.2", "10.1.2.3", 31, true },
		{ "10.1.2.3", "0.0.0.0", 0, true },
		{ "10.1.2.3", "10.1.2.3", 33, false },
		{ "2001:db8::1", "2001:db8::", 32, true },
		{ "2001:db9::1", "2001:db8::", 32, false },
		{ "2001:db9::1", "2001:db8::", 31, true },
		{ "2001:db8::1", "2001:db8::1", 128, true },
		{ "2001:db8::1", "2001:db8::1", 129, false },
		{ "10.1.2.3", "::", 0, false },
		{ "2001:db8::1", "0.0.0.0", 0, false },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct ip a;
		struct ip network;
		assert_true(ip_parse(span_of(row[i].address), &a));
		assert_true(ip_parse(span_of(row[i].network), &network));
		unsigned more = ip_family(&network) == IP_V4 ? 96 : 0;
		assert_int_equal(ip_in_network(&a, &network, row[i].bits + more), row[i].inside);
	}
	struct ip a;
	assert_true(ip_parse(SPAN("10.1.2.3"), &a));
	assert_true(ip_in_network(&a, &a, 96));
	assert_false(ip_in_network(&a, &a, 95));
}

/* The text of an address is read as the same address. */
static void
test_put(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *put;
	} row[] = {
		{ "127.0.0.1", "127.0.0.1" },
		{ "255.255.255.255", "255.255.255.255" },
		{ "::ffff:10.0.0.1", "10.0.0.1" },
		{ "0:0:0:0:0:0:0:1", "::1" },
		{ "0:0::", "::" },
		{ "fd00:ec2:0:0:0:0:0:23", "fd00:ec2::23" },
		/* RFC 5952 sections 4.1 to 4.3. */
		{ "2001:0DB8::0001", "2001:db8::1" },
		{ "2001:db8:0:0:0:0:0:0", "2001:db8::" },
		{ "2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
		{ "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" },
		{ "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },
		{ "0:1:0:0:0:0:0:0", "0:1::" },
		{ "0:0:0:0:0:0:1:0", "::1:0" },
		{ "1:20:300:4000:a:bc:def:ffff", "1:20:300:4000:a:bc:def:ffff" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		char text[IP_TEXT_MAX];
		struct buf b = BUF(text);
		struct ip ip;
		struct ip again;
		assert_true(ip_parse(span_of(row[i].text), &ip));
		ip_put(&b, &ip);
		assert_string_equal(buf_str(&b), row[i].put);
		assert_true(ip_parse(buf_span(&b), &again));
		assert_true(ip_eq(&ip, &again));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_put),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_ends_of_text),
		cmocka_unit_test(test_sockaddr),
		cmocka_unit_test(test_network),
		cmocka_unit_test(test_list_is_full),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
