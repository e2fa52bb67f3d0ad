#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <arpa/inet.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "net/hosts.h"

static const char text[] = "# made by a container runtime\n"
			   "127.0.0.1\tlocalhost localhost.localdomain\n"
			   "::1 localhost ip6-localhost\n"
			   "\n"
			   "  10.0.0.1   store.test\tstore # the first\n"
			   "10.0.0.2 Store.Test\r\n"
			   "fd00::3 store.test\n"
			   "10.0.0.4 other#store.test\n"
			   "10.0.0.5\n"
			   "#10.0.0.6 store.test\n"
			   "fe80::7%eth0 store.test zoned.test\n"
			   "store.test store.test\n"
			   "10.0.0.8 twice.test twice.test\n"
			   "10.0.0.9 mystore.test store.test.example store.test.\n"
			   "192.0.2.1 evil.localhost\n"
			   "127.0.1.1 own.localhost\n"
			   "192.0.2.2 own.localhost\n"
			   "10.0.0.10 last.test";

/* The addresses found, IPv4 first, with blanks between them. */
static const char *
look_up_in(const char *hosts, const char *name)
{
	static char line[256];
	struct buf b = BUF(line);
	struct ip_list found[IP_FAMILIES] = { 0 };
	hosts_look_up(span_of(hosts), span_of(name), found);
	for (size_t i = 0; i < IP_FAMILIES; i++)
		for (unsigned k = 0; k < found[i].count; k++) {
			char one[INET6_ADDRSTRLEN];
			const uint8_t *byte = found[i].at[k].byte;
			assert_non_null(i == IP_V4 ? inet_ntop(AF_INET, byte + 12, one, sizeof(one))
						   : inet_ntop(AF_INET6, byte, one, sizeof(one)));
			buf_printf(&b, "%s%s", b.len > 0 ? " " : "", one);
		}
	return buf_str(&b);
}

static void
test_names(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		const char *found;
	} row[] = {
		{ "store.test", "10.0.0.1 10.0.0.2 fd00::3" },
		{ "STORE.test", "10.0.0.1 10.0.0.2 fd00::3" },
		{ "store", "10.0.0.1" },
		{ "other", "10.0.0.4" },
		{ "twice.test", "10.0.0.8" },
		{ "last.test", "10.0.0.10" },
		{ "zoned.test", "" },
		{ "unknown.test", "" },
		{ "test", "" },
		{ "tore.test", "" },
		{ "10.0.0.5", "" },
		{ "", "" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++)
		assert_string_equal(look_up_in(text, row[i].name), row[i].found);
}

static void
test_localhost(void **state)
{
	(void)state;
	static const struct {
		const char *hosts;
		const char *name;
		const char *found;
	} row[] = {
		{ text, "localhost", "127.0.0.1 ::1" },
		{ text, "evil.localhost", "127.0.0.1 ::1" },
		{ text, "own.localhost", "127.0.1.1" },
		{ "", "localhost", "127.0.0.1 ::1" },
		{ "", "LocalHost", "127.0.0.1 ::1" },
		{ "", "a.b.localhost", "127.0.0.1 ::1" },
		{ "127.0.1.1 localhost", "localhost", "127.0.1.1" },
		{ "::1 localhost", "localhost", "::1" },
		{ "192.0.2.3 localhost", "localhost", "127.0.0.1 ::1" },
		{ "", "notlocalhost", "" },
		{ "", "localhost.example", "" },
		{ "192.0.2.4 notlocalhost", "notlocalhost", "192.0.2.4" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++)
		assert_string_equal(look_up_in(row[i].hosts, row[i].name), row[i].found);
}

/* A name of more than ADDRESSES_MAX lines has the first ones. */
static void
test_many(void **state)
{
	(void)state;
	char many[2048];
	struct buf b = BUF(many);
	struct ip_list found[IP_FAMILIES] = { 0 };
	for (unsigned i = 0; i < 50; i++)
		buf_printf(&b, "10.0.0.%u many.test\n", i);
	hosts_look_up(buf_span(&b), SPAN("many.test"), found);
	assert_int_equal(found[IP_V4].count, ADDRESSES_MAX);
	assert_int_equal(found[IP_V4].at[ADDRESSES_MAX - 1].byte[15], ADDRESSES_MAX - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_localhost),
		cmocka_unit_test(test_many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
