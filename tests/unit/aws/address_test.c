#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "aws/address.h"

static void
test_parse(void **state)
{
	(void)state;
	static const char *const bad[] = { "", "localhost", "127.0.0", "127.0.0.1.", "0127.0.0.1",
		"127.0.0.256", "127.1", "2130706433", "0x7f.0.0.1", " 127.0.0.1", "[::1]", "::1%lo",
		":::1", "1:2:3:4:5:6:7:8:9",
		"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000" };
	struct address a;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(address_parse(span_of(bad[i]), &a));
	assert_false(address_parse(SPAN("127.0.0.1\0x"), &a));

	struct address b;
	assert_true(address_parse(SPAN("10.1.2.3"), &a));
	assert_true(address_is_ipv4(&a));
	assert_true(address_parse(SPAN("::FFFF:10.1.2.3"), &b));
	assert_true(address_eq(&a, &b));
	assert_true(address_parse(SPAN("2001:db8::1"), &b));
	assert_false(address_is_ipv4(&b));
	assert_false(address_eq(&a, &b));
	assert_true(address_parse(SPAN("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255"), &b));
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
		struct address a;
		struct address network;
		assert_true(address_parse(span_of(row[i].address), &a));
		assert_true(address_parse(span_of(row[i].network), &network));
		assert_int_equal(address_in_network(&a, &network, row[i].bits), row[i].inside);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_network),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
