#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "http/proxy.h"

#define VARIABLES_MAX 4

static bool
select_with(const char *host, const char *const *variables, struct proxy *p, struct err *e)
{
	static char text[VARIABLES_MAX][4096];
	char *environ[VARIABLES_MAX + 1] = { NULL };
	for (size_t i = 0; i < VARIABLES_MAX && variables[i] != NULL; i++) {
		struct buf b = BUF(text[i]);
		buf_put_str(&b, variables[i]);
		assert_string_equal(buf_str(&b), variables[i]);
		environ[i] = text[i];
	}
	return proxy_select(span_of(host), 443, environ, p, e);
}

static const struct {
	const char *host;
	uint16_t port;
	const char *list;
	bool bypassed;
} bypasses[] = {
	/* what no proxy ever sees */
	{ "localhost", 443, "", true },
	{ "LocalHost", 443, "", true },
	{ "127.0.0.1", 443, "", true },
	{ "127.9.9.9", 443, "", true },
	{ "::1", 443, "", true },
	{ "::ffff:127.0.0.1", 443, "", true },
	{ "localhost.example.com", 443, "", false },
	{ "128.0.0.1", 443, "", false },
	{ "example.com", 443, "", false },
	/* all */
	{ "example.com", 443, "*", true },
	{ "10.0.0.1", 443, "a.b, * ", true },
	{ "example.com", 443, "*x", false },
	/* a name and those below it */
	{ "example.com", 443, "example.com", true },
	{ "www.example.com", 443, "example.com", true },
	{ "WWW.Example.COM", 443, "eXample.com", true },
	{ "myexample.com", 443, "example.com", false },
	{ "example.com.evil", 443, "example.com", false },
	{ "com", 443, "example.com", false },
	{ "ssm.eu-west-1.amazonaws.com", 443, "amazonaws.com", true },
	/* only those below it */
	{ "example.com", 443, ".example.com", false },
	{ "www.example.com", 443, ".example.com", true },
	{ "a.b.example.com", 443, ".example.com", true },
	{ "example.com", 443, "*.example.com", false },
	{ "www.example.com", 443, "*.example.com", true },
	{ "myexample.com", 443, ".example.com", false },
	/* ports */
	{ "example.com", 443, "example.com:443", true },
	{ "example.com", 8443, "example.com:443", false },
	{ "www.example.com", 443, ".example.com:443", true },
	{ "example.com", 443, "example.com:", true },
	{ "example.com", 443, "example.com:x", false },
	{ "example.com", 443, ":443", false },
	/* addresses */
	{ "10.1.2.3", 443, "10.1.2.3", true },
	{ "10.1.2.3", 443, "10.1.2.3:443", true },
	{ "10.1.2.3", 443, "10.1.2.3:80", false },
	{ "10.1.2.30", 443, "10.1.2.3", false },
	{ "10.1.2.3", 443, "0.1.2.3", false },
	{ "2001:db8::1", 443, "2001:DB8:0::1", true },
	{ "2001:db8::1", 443, "[2001:db8::1]", true },
	{ "2001:db8::1", 443, "[2001:db8::1]:443", true },
	{ "2001:db8::1", 443, "[2001:db8::1]:80", false },
	/* networks */
	{ "10.1.2.3", 443, "10.0.0.0/8", true },
	{ "10.1.2.3", 443, "10.1.2.0/30", true },
	{ "10.1.2.4", 443, "10.1.2.0/30", false },
	{ "::ffff:10.1.2.3", 443, "10.0.0.0/8", true },
	{ "10.1.2.3", 443, "::ffff:10.0.0.0/104", true },
	{ "11.1.2.3", 443, "::ffff:10.0.0.0/104", false },
	{ "10.1.2.3", 443, "::/0", false },
	{ "10.1.2.3", 443, "::ffff:10.0.0.0/90", false },
	{ "example.com", 443, "example.com/8", false },
	{ "10.1.2.3", 443, "[10.1.2.3]:443", true },
	{ "2001:db8::1", 443, "2001:db8::/32", true },
	{ "2001:db9::1", 443, "2001:db8::/32", false },
	{ "10.1.2.3", 443, "0.0.0.0/0", true },
	{ "10.1.2.3", 443, "10.0.0.0/33", false },
	{ "10.1.2.3", 443, "10.0.0.0/", false },
	{ "ten.example.com", 443, "0.0.0.0/0", false },
	/* lists */
	{ "c.d", 443, "a.b,c.d", true },
	{ "c.d", 443, " a.b ,\tc.d ,", true },
	{ "c.d", 443, ",,", false },
	{ "c.d", 443, "a.b c.d", false },
	{ "169.254.170.2", 80, "169.254.169.254,169.254.170.2,/var/run/docker.sock", true },
	{ "x", 443, "[", false },
	{ "x", 443, ".", false },
	{ "x.y", 443, "x.y.", true },
	{ "x.y", 443, ".y.", true },
	{ "xy", 443, "y.", false },
	{ "x", 443, "*.", false },
};

static void
test_bypass(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bypasses) / sizeof(*bypasses); i++) {
		if (proxy_is_bypassed(span_of(bypasses[i].host), bypasses[i].port,
			    span_of(bypasses[i].list)) != bypasses[i].bypassed)
			fail_msg("%s with \"%s\"", bypasses[i].host, bypasses[i].list);
	}
}

static const struct {
	const char *variables[VARIABLES_MAX];
	const char *host; /* NULL: no proxy */
	uint16_t port;
	const char *userinfo;
} selections[] = {
	{ { NULL }, NULL, 0, NULL },
	{ { "HTTPS_PROXY=" }, NULL, 0, NULL },
	{ { "HTTP_PROXY=http://p:1", "http_proxy=http://p:1", "ALL_PROXY=http://p:1" }, NULL, 0,
		NULL },
	{ { "HTTPS_PROXY=http://p:3128" }, "p", 3128, "" },
	{ { "https_proxy=http://p:3128" }, "p", 3128, "" },
	{ { "https_proxy=http://q:1", "HTTPS_PROXY=http://p:2" }, "p", 2, "" },
	{ { "HTTPS_PROXY=", "https_proxy=http://q:1" }, "q", 1, "" },
	{ { "HTTPS_PROXY=http://p" }, "p", 80, "" },
	{ { "HTTPS_PROXY=HTTP://p/" }, "p", 80, "" },
	{ { "HTTPS_PROXY=proxy.example:3128" }, "proxy.example", 3128, "" },
	{ { "HTTPS_PROXY=127.0.0.1:3128" }, "127.0.0.1", 3128, "" },
	{ { "HTTPS_PROXY=u:w@p:3128" }, "p", 3128, "u:w" },
	{ { "HTTPS_PROXY=http://u:p%40ss@[::1]:3128" }, "::1", 3128, "u:p%40ss" },
	{ { "HTTPS_PROXY=http://p:1", "NO_PROXY=amazonaws.com" }, NULL, 0, NULL },
	{ { "HTTPS_PROXY=http://p:1", "no_proxy=amazonaws.com" }, NULL, 0, NULL },
	{ { "HTTPS_PROXY=http://p:1", "NO_PROXY=other", "no_proxy=*" }, "p", 1, "" },
	{ { "HTTPS_PROXY=http://p:1", "NO_PROXY=", "no_proxy=*" }, NULL, 0, NULL },
	/* one that is not used need not be good */
	{ { "HTTPS_PROXY=https://p:1", "NO_PROXY=*" }, NULL, 0, NULL },
};

static void
test_select(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(selections) / sizeof(*selections); i++) {
		struct proxy p = { .is_used = true };
		struct err e = { 0 };
		if (!select_with("ssm.eu-west-1.amazonaws.com", selections[i].variables, &p, &e))
			fail_msg("%s", e.text);
		assert_int_equal(p.is_used, selections[i].host != NULL);
		if (!p.is_used)
			continue;
		assert_true(span_eq(p.url.host, span_of(selections[i].host)));
		assert_int_equal(p.url.port, selections[i].port);
		assert_true(span_eq(p.url.userinfo, span_of(selections[i].userinfo)));
		assert_false(p.url.tls);
	}
}

static void
test_refused(void **state)
{
	(void)state;
	static const struct {
		const char *variable;
		const char *start;
	} row[] = {
		{ "HTTPS_PROXY=https://u:hunter2@p:1",
			"HTTPS_PROXY: TLS to the proxy itself is not supported" },
		{ "https_proxy=HTTPS://p", "https_proxy: TLS to the proxy itself" },
		{ "HTTPS_PROXY=socks5://u:hunter2@p:1080", "HTTPS_PROXY: " },
		{ "HTTPS_PROXY=http://u:hunter2@p:99999", "HTTPS_PROXY: " },
		{ "HTTPS_PROXY=u:hunter2@p q", "HTTPS_PROXY: " },
		{ "HTTPS_PROXY=http://", "HTTPS_PROXY: " },
		/* Escapes that are none: no later code decodes them unchecked. */
		{ "HTTPS_PROXY=http://u:hunter2%@p:1", "HTTPS_PROXY: " },
		{ "HTTPS_PROXY=http://u:hunter2%4@p:1", "HTTPS_PROXY: " },
		{ "HTTPS_PROXY=http://u:hunter2%4g@p:1", "HTTPS_PROXY: " },
		{ "HTTPS_PROXY=u:hunter2%g4@p:1", "HTTPS_PROXY: " },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		const char *const variables[VARIABLES_MAX] = { row[i].variable };
		struct proxy p = { .is_used = true };
		struct err e = { 0 };
		assert_false(select_with("example.com", variables, &p, &e));
		assert_false(p.is_used);
		assert_int_equal(e.kind, ERR_USAGE);
		if (!span_starts_with(span_of(e.text), span_of(row[i].start)))
			fail_msg("%s", e.text);
		assert_null(strstr(e.text, "hunter2"));
	}
}

static void
test_too_long(void **state)
{
	(void)state;
	char variable[URL_MAX + 64] = "HTTPS_PROXY=p.";
	memset(variable + 14, 'a', URL_MAX);
	const char *const variables[VARIABLES_MAX] = { variable };
	struct proxy p;
	struct err e = { 0 };
	assert_false(select_with("example.com", variables, &p, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
}

static void
test_authorization(void **state)
{
	(void)state;
	static const struct {
		const char *userinfo;
		const char *want;
	} row[] = {
		/* RFC 7617 section 2 */
		{ "Aladdin:open%20sesame", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==" },
		{ "Aladdin:open%20sesam%65", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==" },
		{ "user", "Basic dXNlcjo=" },
		{ "user:", "Basic dXNlcjo=" },
		{ "u:a:b", "Basic dTphOmI=" },
		{ "u:%c2%A3", "Basic dTrCow==" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		char text[64];
		struct buf b = BUF(text);
		struct err e = { 0 };
		assert_true(proxy_put_authorization(&b, span_of(row[i].userinfo), &e));
		assert_string_equal(buf_str(&b), row[i].want);
	}
	char text[8];
	struct buf b = BUF(text);
	struct err e = { 0 };
	assert_false(proxy_put_authorization(&b, SPAN("user"), &e));
	assert_int_equal(e.kind, ERR_LIMIT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bypass),
		cmocka_unit_test(test_select),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_authorization),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
