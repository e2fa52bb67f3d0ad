#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <netinet/in.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/log.h"
#include "net/resolvconf.h"
#include "unit/base/capture.h"

static const struct {
	const char *text;
	const char *servers; /* with blanks between them */
	const char *search;
	unsigned ndots;
	unsigned attempts;
	unsigned timeout;
} rows[] = {
	{ "", "127.0.0.1", "", 1, 2, 5 },
	{ "nameserver 10.96.0.10\n"
	  "search prod.svc.cluster.local svc.cluster.local cluster.local\n"
	  "options ndots:5\n",
		"10.96.0.10", "prod.svc.cluster.local svc.cluster.local cluster.local", 5, 2, 5 },
	{ "nameserver 127.0.0.11\r\noptions ndots:0\r\n", "127.0.0.11", "", 0, 2, 5 },
	{ "nameserver fd00:ec2::253\nnameserver 169.254.169.253", "fd00:ec2::253 169.254.169.253",
		"", 1, 2, 5 },
	{ "nameserver 1.1.1.1\nnameserver 1.1.1.2\nnameserver 1.1.1.3\nnameserver 1.1.1.4\n",
		"1.1.1.1 1.1.1.2 1.1.1.3", "", 1, 2, 5 },
	/* What cannot be used leaves room for what can. */
	{ "nameserver\nnameserver dns.example\nnameserver fe80::1%eth7\nnameserver 10.0.0.1 # x\n"
	  "nameserver 10.0.0.256\nnameserver 10.0.0.2\n",
		"10.0.0.1 10.0.0.2", "", 1, 2, 5 },
	{ "nameserver dns.example\n", "127.0.0.1", "", 1, 2, 5 },
	{ "#nameserver 1.1.1.1\n;nameserver 1.1.1.1\n; nameserver 1.1.1.1\n", "127.0.0.1", "", 1, 2,
		5 },
	{ "\t nameserver \t 10.0.0.1\nnameservers 10.0.0.2\nNameserver 10.0.0.3\n", "10.0.0.1", "",
		1, 2, 5 },
	/* The last of them holds. */
	{ "search a b\ndomain c\n", "127.0.0.1", "c", 1, 2, 5 },
	{ "domain c\nsearch a b # d\n", "127.0.0.1", "a b", 1, 2, 5 },
	{ "search a\nsearch\n", "127.0.0.1", "", 1, 2, 5 },
	{ "search .\n", "127.0.0.1", ".", 1, 2, 5 },
	{ "options timeout:1 attempts:3 rotate edns0 ndots:2\n", "127.0.0.1", "", 2, 3, 1 },
	{ "options timeout:1\noptions attempts:4\n", "127.0.0.1", "", 1, 4, 1 },
	{ "options ndots:99 attempts:99 timeout:4294967295\n", "127.0.0.1", "", 15, 10, 60 },
	{ "options ndots:0 attempts:0 timeout:0\n", "127.0.0.1", "", 0, 1, 1 },
	{ "options ndots: attempts:-1 timeout:1.5 timeout timeout:99999999999\n", "127.0.0.1", "",
		1, 2, 5 },
	{ "options ndots:5x xndots:5\n", "127.0.0.1", "", 1, 2, 5 },
};

/* The zone of a link-local server: an interface's name or number (RFC 4007 section 11). */
static const struct {
	const char *word;
	const char *server; /* with the number; NULL: it is not used, and a warning says so */
	uint32_t scope;
} zones[] = {
	{ "fe80::1%eth0", "fe80::1", 2 },
	{ "fe80::1%3", "fe80::1", 3 },
	{ "fe80::1", "fe80::1", 0 },
	{ "fe80::1%", NULL, 0 },
	{ "fe80::1%0", NULL, 0 },
	{ "fe80::1%eth9", NULL, 0 },
	{ "fe80::1%an-interface-with-a-long-name", NULL, 0 },
	{ "fe80::1%eth0%eth0", NULL, 0 },
	{ "127.0.0.1%eth0", NULL, 0 },
	{ "dns.example", NULL, 0 },
};

static unsigned
interface(const char *name)
{
	return strcmp(name, "eth0") == 0 ? 2 : 0;
}

static void
test_zones(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(zones) / sizeof(*zones); i++) {
		char text[128];
		struct buf b = BUF(text);
		struct resolvconf c;
		struct ip ip;
		struct sockaddr_storage to;
		struct sockaddr_in6 in6;
		print_message("%s\n", zones[i].word);
		buf_printf(&b, "nameserver %s\n", zones[i].word);
		capture_begin();
		resolvconf_parse(buf_span(&b), interface, &c);
		assert_int_equal(capture_end(), zones[i].server == NULL ? 1 : 0);
		assert_int_equal(c.server_count, 1);
		if (zones[i].server == NULL)
			assert_non_null(strstr(capture_line(0), "is not used"));
		assert_true(ip_parse(
			zones[i].server == NULL ? SPAN("127.0.0.1") : span_of(zones[i].server),
			&ip));
		assert_memory_equal(&c.server[0].ip, &ip, sizeof(ip));
		assert_int_equal(c.server[0].scope, zones[i].scope);
		if (zones[i].scope == 0)
			continue;
		assert_int_equal(resolvconf_sockaddr(&c.server[0], 53, &to), sizeof(in6));
		memcpy(&in6, &to, sizeof(in6));
		assert_int_equal(in6.sin6_scope_id, zones[i].scope);
	}
}

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct resolvconf c;
		struct span rest = span_of(rows[i].servers);
		struct span word;
		unsigned servers = 0;
		print_message("row %zu\n", i);
		resolvconf_parse(span_of(rows[i].text), interface, &c);
		while (span_word(&rest, " ", &word)) {
			struct ip ip;
			const struct span address = { word.p, span_find(word, '%') };
			uint64_t scope = 0;
			if (address.n < word.n)
				assert_true(span_u64(
					span_skip(word, address.n + 1), UINT32_MAX, &scope));
			assert_true(servers < c.server_count);
			assert_true(ip_parse(address, &ip));
			assert_memory_equal(&c.server[servers].ip, &ip, sizeof(ip));
			assert_int_equal(c.server[servers++].scope, scope);
		}
		assert_int_equal(c.server_count, servers);
		assert_int_equal(c.port, 53);
		assert_int_equal(c.option[RESOLVCONF_NDOTS], rows[i].ndots);
		assert_int_equal(c.option[RESOLVCONF_ATTEMPTS], rows[i].attempts);
		assert_int_equal(c.option[RESOLVCONF_TIMEOUT], rows[i].timeout);

		char search[256];
		struct buf b = BUF(search);
		while (span_word(&c.search, " \t\r", &word))
			buf_printf(&b, "%s%.*s", b.len > 0 ? " " : "", (int)word.n, word.p);
		assert_string_equal(buf_str(&b), rows[i].search);
	}
}

int
main(void)
{
	log_setup(LOG_WARNING, false);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_zones),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
