#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/bounds.h"
#include "base/buf.h"
#include "http/url.h"

static const struct {
	const char *text;
	bool tls;
	const char *userinfo;
	const char *host;
	bool host_is_ipv6;
	uint16_t port;
	bool port_is_default;
	const char *target;
} accepted[] = {
	{ "http://a", false, "", "a", false, 80, true, "" },
	{ "https://a", true, "", "a", false, 443, true, "" },
	{ "HTTPS://A.Example/", true, "", "A.Example", false, 443, true, "/" },
	{ "https://ssm.eu-west-1.amazonaws.com", true, "", "ssm.eu-west-1.amazonaws.com", false,
		443, true, "" },
	{ "http://169.254.170.2/v2/credentials/a-b?x=y&z=%20", false, "", "169.254.170.2", false,
		80, true, "/v2/credentials/a-b?x=y&z=%20" },
	{ "http://localhost:4566/base/path", false, "", "localhost", false, 4566, false,
		"/base/path" },
	{ "https://a:443/", true, "", "a", false, 443, false, "/" },
	{ "http://a:1", false, "", "a", false, 1, false, "" },
	{ "http://a:65535", false, "", "a", false, 65535, false, "" },
	{ "http://a:0080/", false, "", "a", false, 80, false, "/" },
	{ "http://a./", false, "", "a", false, 80, true, "/" },
	{ "http://my_service-1/", false, "", "my_service-1", false, 80, true, "/" },
	{ "http://[fd00:ec2::23]/v1/credentials", false, "", "fd00:ec2::23", true, 80, true,
		"/v1/credentials" },
	{ "https://[::1]:8443", true, "", "::1", true, 8443, false, "" },
	{ "http://[::ffff:169.254.170.2]/", false, "", "::ffff:169.254.170.2", true, 80, true,
		"/" },
	{ "http://[0123:4567:89ab:cdef:0123:4567:123.123.123.123]/", false, "",
		"0123:4567:89ab:cdef:0123:4567:123.123.123.123", true, 80, true, "/" },
	{ "http://user:pass@proxy:3128", false, "user:pass", "proxy", false, 3128, false, "" },
	{ "http://u%40x:p%2F%3a@proxy/", false, "u%40x:p%2F%3a", "proxy", false, 80, true, "/" },
	{ "http://@a/", false, "", "a", false, 80, true, "/" },
	{ "http://:@a/", false, ":", "a", false, 80, true, "/" },
	/* An address before the '@' is a user, and the host is what follows. */
	{ "http://127.0.0.1@evil/", false, "127.0.0.1", "evil", false, 80, true, "/" },
	{ "http://169.254.170.2:80@evil/x", false, "169.254.170.2:80", "evil", false, 80, true,
		"/x" },
	{ "http://169.254.170.2.evil.example/", false, "", "169.254.170.2.evil.example", false, 80,
		true, "/" },
	{ "http://evil/@169.254.170.2/", false, "", "evil", false, 80, true, "/@169.254.170.2/" },
	{ "http://evil/http://169.254.170.2/", false, "", "evil", false, 80, true,
		"/http://169.254.170.2/" },
	{ "http://a/-._~!$&'()*+,;=:@/?/?", false, "", "a", false, 80, true,
		"/-._~!$&'()*+,;=:@/?/?" },
	{ "http://a//", false, "", "a", false, 80, true, "//" },
	{ "http://a/..", false, "", "a", false, 80, true, "/.." },
};

static void
assert_span(struct span s, const char *expected)
{
	assert_int_equal(s.n, strlen(expected));
	assert_memory_equal(s.p, expected, s.n);
}

static void
test_accepted(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(accepted) / sizeof(*accepted); i++) {
		struct url u;
		struct err e = { 0 };
		memset(&u, 0xa5, sizeof(u));
		if (!url_parse(span_of(accepted[i].text), &u, &e))
			fail_msg("%s", e.text);
		assert_int_equal(u.tls, accepted[i].tls);
		assert_span(u.userinfo, accepted[i].userinfo);
		assert_span(u.host, accepted[i].host);
		assert_int_equal(u.host_is_ipv6, accepted[i].host_is_ipv6);
		assert_int_equal(u.port, accepted[i].port);
		assert_int_equal(u.port_is_default, accepted[i].port_is_default);
		assert_span(u.target, accepted[i].target);
	}
}

#define SCHEME "it begins with neither http:// nor https://"
#define HOST "a character that no host has"
#define PORT "a port that is not a number from 1 to 65535"
#define ADDRESS "no IPv6 address in the brackets"
#define BEHIND "something other than a port after the ]"
#define TARGET "a character in the path that must be percent-encoded"
#define USER "a character in the user or password that must be percent-encoded"
#define FRAGMENT "it must not have a fragment (#)"
#define TWO_AT "two @ before the path; one in a password is written %40"

/* clang-format off */
#define BYTES(literal) { literal, sizeof(literal) - 1 }
/* clang-format on */

static const struct {
	struct span text;
	const char *shown;
	const char *why;
} refused[] = {
	{ BYTES(""), "", SCHEME },
	{ BYTES("a"), "a", SCHEME },
	{ BYTES("ftp://a/"), "ftp://a/", SCHEME },
	{ BYTES("http:/a"), "http:/a", SCHEME },
	{ BYTES("http:a"), "http:a", SCHEME },
	{ BYTES("http//a"), "http//a", SCHEME },
	{ BYTES("//a/"), "//a/", SCHEME },
	{ BYTES(" http://a"), " http://a", SCHEME },
	{ BYTES("httpss://a"), "httpss://a", SCHEME },
	{ BYTES("http:\\\\a"), "http:\\\\\\\\a", SCHEME },
	{ BYTES("http://"), "http://", "no host" },
	{ BYTES("http:///x"), "http:///x", "no host" },
	{ BYTES("http://?x"), "http://?x", "no host" },
	{ BYTES("http://:80/"), "http://:80/", "no host" },
	{ BYTES("http://a b/"), "http://a b/", HOST },
	{ BYTES("http://a\tb/"), "http://a\\x09b/", HOST },
	{ BYTES("http://a\0b/"), "http://a\\x00b/", HOST },
	{ BYTES("http://a\r\n/"), "http://a\\x0d\\x0a/", HOST },
	{ BYTES("http://a%2eb/"), "http://a%2eb/", HOST },
	{ BYTES("http://127.0.0.1\\"), "http://127.0.0.1\\\\", HOST },
	{ BYTES("http://a!b/"), "http://a!b/", HOST },
	{ BYTES("http://a,b/"), "http://a,b/", HOST },
	{ BYTES("http://\303\251/"), "http://\\xc3\\xa9/", HOST },
	{ BYTES("http://127\343\200\2020.1/"), "http://127\\xe3\\x80\\x820.1/", HOST },
	{ BYTES("http://./"), "http://./", "no host" },
	{ BYTES("http://../"), "http://../", HOST },
	{ BYTES("http://.a/"), "http://.a/", HOST },
	{ BYTES("http://a..b/"), "http://a..b/", HOST },
	{ BYTES("http://a]/"), "http://a]/", HOST },
	{ BYTES("http://fd00:ec2::23/"), "http://fd00:ec2::23/", PORT },
	{ BYTES("http://a:"), "http://a:", PORT },
	{ BYTES("http://a:/"), "http://a:/", PORT },
	{ BYTES("http://a:0"), "http://a:0", PORT },
	{ BYTES("http://a:65536"), "http://a:65536", PORT },
	{ BYTES("http://a:18446744073709551696"), "http://a:18446744073709551696", PORT },
	{ BYTES("http://a:-1"), "http://a:-1", PORT },
	{ BYTES("http://a:+80"), "http://a:+80", PORT },
	{ BYTES("http://a:8x"), "http://a:8x", PORT },
	{ BYTES("http://a: 80"), "http://a: 80", PORT },
	{ BYTES("http://a:80:80"), "http://a:80:80", PORT },
	{ BYTES("http://[::1"), "http://[::1", "a [ without ]" },
	{ BYTES("http://[::1/]"), "http://[::1/]", "a [ without ]" },
	{ BYTES("http://[]/"), "http://[]/", ADDRESS },
	{ BYTES("http://[127.0.0.1]/"), "http://[127.0.0.1]/", ADDRESS },
	{ BYTES("http://[localhost]/"), "http://[localhost]/", ADDRESS },
	{ BYTES("http://[fe80::1%25eth0]/"), "http://[fe80::1%25eth0]/", ADDRESS },
	{ BYTES("http://[fe80::1%eth0]/"), "http://[fe80::1%eth0]/", ADDRESS },
	{ BYTES("http://[v1.a]/"), "http://[v1.a]/", ADDRESS },
	{ BYTES("http://[::1::]/"), "http://[::1::]/", ADDRESS },
	{ BYTES("http://[::1\0]/"), "http://[::1\\x00]/", ADDRESS },
	{ BYTES("http://[00000:00000:00000:00000:00000:00000:00000:0000]/"),
		"http://[00000:00000:00000:00000:00000:00000:00000:0000]/", ADDRESS },
	{ BYTES("http://[::1]x/"), "http://[::1]x/", BEHIND },
	{ BYTES("http://[::1].evil/"), "http://[::1].evil/", BEHIND },
	{ BYTES("http://[::1]:/"), "http://[::1]:/", PORT },
	{ BYTES("http://a?x"), "http://a?x", "a query without a path" },
	{ BYTES("http://a/#"), "http://a/#", FRAGMENT },
	{ BYTES("http://a#b"), "http://a#b", FRAGMENT },
	{ BYTES("http://169.254.170.2#@evil/"), "http://***@evil/", FRAGMENT },
	{ BYTES("http://a/ b"), "http://a/ b", TARGET },
	{ BYTES("http://a/\n"), "http://a/\\x0a", TARGET },
	{ BYTES("http://a/\0"), "http://a/\\x00", TARGET },
	{ BYTES("http://a/\177"), "http://a/\\x7f", TARGET },
	{ BYTES("http://a/\303\251"), "http://a/\\xc3\\xa9", TARGET },
	{ BYTES("http://a/\""), "http://a/\"", TARGET },
	{ BYTES("http://a/<>"), "http://a/<>", TARGET },
	{ BYTES("http://a/{x}"), "http://a/{x}", TARGET },
	{ BYTES("http://a/\\b"), "http://a/\\\\b", TARGET },
	{ BYTES("http://a/["), "http://a/[", TARGET },
	{ BYTES("http://a/%"), "http://a/%", TARGET },
	{ BYTES("http://a/%2"), "http://a/%2", TARGET },
	{ BYTES("http://a/%2g"), "http://a/%2g", TARGET },
	{ BYTES("http://a/%g2"), "http://a/%g2", TARGET },
	{ BYTES("http://u:s3cret@"), "http://***@", "no host" },
	{ BYTES("http://u:s3cret@a b/"), "http://***@a b/", HOST },
	{ BYTES("http://u:s3 cret@a/"), "http://***@a/", USER },
	{ BYTES("http://u:s3[cret@a/"), "http://***@a/", USER },
	{ BYTES("http://u:s3%cret@a/"), "http://***@a/", USER },
	{ BYTES("http://u:s3@cret@a/"), "http://***@a/", TWO_AT },
	{ BYTES("http://127.0.0.1@b@a/"), "http://***@a/", TWO_AT },
	/* Where the password begins and ends is anyone's guess, so nothing before '@' is shown. */
	{ BYTES("http://u:s3/cret@a/"), "http://***@a/", PORT },
	{ BYTES("http://u:s3?cret@a/"), "http://***@a/", PORT },
	{ BYTES("https://u:s3#cret@a/"), "https://***@a/", FRAGMENT },
	{ BYTES("u:s3cret@a/"), "***@a/", SCHEME },
	{ BYTES("http:/u:s3cret@a/"), "***@a/", SCHEME },
	{ BYTES("u:s3://cret@a/"), "***@a/", SCHEME },
	{ BYTES("http://a/u:s3cret@b c"), "http://***@b c", TARGET },
};

static void
test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		struct url u;
		struct err e = { 0 };
		if (url_parse(refused[i].text, &u, &e))
			fail_msg("%s is accepted", refused[i].shown);
		char expected[256];
		struct buf b = BUF(expected);
		buf_printf(&b, "URL \"%s\": %s", refused[i].shown, refused[i].why);
		assert_string_equal(e.text, buf_str(&b));
		assert_int_equal(e.kind, ERR_USAGE);
	}
}

/* http://LABELS/ with a host of n bytes. */
static bool
parse_long_host(size_t n, struct url *u, struct err *e)
{
	static char text[512];
	struct buf b = BUF(text);
	buf_put_str(&b, "http://");
	for (size_t i = 0; i < n; i++)
		buf_put_char(&b, i % 64 == 63 ? '.' : 'a');
	buf_put_str(&b, ":80/");
	assert_false(b.overflow);
	return url_parse(buf_span(&b), u, e);
}

static void
test_long_host(void **state)
{
	(void)state;
	struct url u;
	struct err e = { 0 };
	assert_true(parse_long_host(HOST_MAX - 1, &u, &e));
	assert_int_equal(u.host.n, 253);
	assert_false(parse_long_host(HOST_MAX, &u, &e));
	assert_non_null(strstr(e.text, "a host of more than 253 bytes"));
}

static void
test_long_url(void **state)
{
	(void)state;
	static char text[URL_MAX + 1];
	struct url u;
	struct err e = { 0 };
	memset(text, 'a', sizeof(text));
	memcpy(text, "http://a/", 9);
	assert_true(url_parse((struct span){ text, URL_MAX }, &u, &e));
	assert_int_equal(u.target.n, URL_MAX - 8);
	assert_false(url_parse((struct span){ text, URL_MAX + 1 }, &u, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	assert_string_equal(e.text, "a URL of 2049 bytes, at most 2048 are read");
}

/* Every beginning of a good URL, in memory of its own, so that a sanitizer sees a look too far. */
static void
test_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(accepted) / sizeof(*accepted); i++) {
		for (size_t n = 0; n < strlen(accepted[i].text); n++) {
			char *exact = test_malloc(n + 1);
			memcpy(exact + 1, accepted[i].text, n);
			struct url u;
			struct err e = { 0 };
			if (url_parse((struct span){ exact + 1, n }, &u, &e))
				assert_in_range(u.host.n, 1, n - 7);
			test_free(exact);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_long_host),
		cmocka_unit_test(test_long_url),
		cmocka_unit_test(test_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
