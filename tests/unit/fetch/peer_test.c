#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/secret.h"
#include "fetch/peer.h"
#include "unit/fetch/wire.h"
#include "hidden.h"

static struct secret_list secrets;

static struct peer_terms terms;
static struct peer peer;
static struct err e;

static int
reset(void **state)
{
	(void)state;
	secret_use(&secrets);
	log_setup(LOG_ERROR, false);
	memset(&e, 0, sizeof(e));
	return 0;
}

static void
name(const char *text)
{
	struct url u;
	assert_true(url_parse(span_of(text), &u, &e));
	static struct resolver resolver;
	assert_true(resolver_read(&resolver, &e));
	terms.resolver = &resolver;
	terms.trust = trust_builtin();
	peer_init(&peer, &u, &terms);
}

static void
resolve(const char *text)
{
	terms.attempts_max = 1;
	terms.deadline = (struct deadline){ clock_now() + 5000, 5000 };
	name(text);
	if (!peer_resolve(&peer, &e))
		fail_msg("%s", e.text);
}

static bool
use_proxy(char *const *environ)
{
	terms.environ = environ;
	return peer_use_proxy(&peer, &e);
}

static void
test_name(void **state)
{
	(void)state;
	static const struct {
		const char *url;
		const char *name;
		bool tls;
		uint16_t port;
	} row[] = {
		{ "https://ssm.eu-west-1.amazonaws.com", "ssm.eu-west-1.amazonaws.com", true, 443 },
		{ "http://169.254.170.2/v2", "169.254.170.2", false, 80 },
		{ "http://127.0.0.1:4566/", "127.0.0.1:4566", false, 4566 },
		{ "http://[fd00:ec2::23]/v1", "[fd00:ec2::23]", false, 80 },
		{ "https://user:hunter2@h:8443/", "h:8443", true, 8443 },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		name(row[i].url);
		assert_string_equal(peer.name, row[i].name);
		assert_int_equal(peer.tls, row[i].tls);
		assert_int_equal(peer.port, row[i].port);
		assert_int_equal(peer.dial_port, row[i].port);
		assert_true(span_eq(peer.dial_host, peer.host));
		assert_false(peer.proxied);
	}
}

static void
test_addresses(void **state)
{
	(void)state;
	static const struct {
		const char *url;
		bool loopback;
		bool credentials;
	} row[] = {
		{ "http://127.0.0.1:99/", true, true },
		{ "http://127.8.9.10/", true, true },
		{ "http://[::1]/", true, true },
		{ "http://localhost/", true, true },
		{ "http://169.254.170.2/", false, true },
		{ "http://169.254.170.23/", false, true },
		{ "http://[fd00:ec2::23]/", false, true },
		{ "http://169.254.169.254/", false, false },
		{ "http://10.0.0.1/", false, false },
		{ "http://0.0.0.0/", false, false },
		{ "http://[fd00:ec2::24]/", false, false },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		resolve(row[i].url);
		if (peer_is_loopback(&peer) != row[i].loopback ||
			peer_may_have_credentials(&peer) != row[i].credentials)
			fail_msg("%s: %d %d", row[i].url, peer_is_loopback(&peer),
				peer_may_have_credentials(&peer));
	}
	/* One that was not resolved is nobody, and every one of several addresses counts. */
	name("http://127.0.0.1/");
	assert_false(peer_is_loopback(&peer));
	assert_false(peer_may_have_credentials(&peer));
	resolve("http://127.0.0.1/");
	struct addresses good = peer.addresses;
	resolve("http://10.0.0.1/");
	struct addresses bad = peer.addresses;
	peer.addresses = good;
	peer.addresses.at[1] = bad.at[0];
	peer.addresses.size[1] = bad.size[0];
	peer.addresses.count = 2;
	assert_false(peer_is_loopback(&peer));
	assert_false(peer_may_have_credentials(&peer));
}

static void
test_proxy(void **state)
{
	(void)state;
	name("https://ssm.eu-west-1.amazonaws.com");
	if (!use_proxy(wire_environ("HTTPS_PROXY=http://u%40x:hunter2@proxy.example:3128")))
		fail_msg("%s", e.text);
	assert_true(peer.proxied);
	assert_true(span_eq(peer.dial_host, SPAN("proxy.example")));
	assert_int_equal(peer.dial_port, 3128);
	/* TLS is still with the server itself. */
	assert_true(span_eq(peer.host, SPAN("ssm.eu-west-1.amazonaws.com")));
	assert_int_equal(peer.port, 443);
	assert_true(span_eq(peer.proxy_auth, SPAN("Basic dUB4Omh1bnRlcjI=")));
	/* Neither form of the password is printed from now on. */
	assert_true(is_hidden(SPAN("u%40x:hunter2")));
	assert_true(is_hidden(SPAN("Basic dUB4Omh1bnRlcjI=")));
	assert_null(strstr(peer.name, "hunter2"));
}

static void
test_no_proxy(void **state)
{
	(void)state;
	static const struct {
		const char *url;
		const char *environ_line;
	} row[] = {
		{ "https://h.example", "" },
		{ "https://h.example", "HTTPS_PROXY=http://p:1|NO_PROXY=.example" },
		{ "https://h.example", "HTTP_PROXY=http://p:1|ALL_PROXY=http://p:1" },
		/* In the clear nothing goes through a proxy. */
		{ "http://h.example", "HTTPS_PROXY=http://p:1" },
		{ "http://169.254.170.2/", "HTTPS_PROXY=http://p:1|HTTP_PROXY=http://p:1" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		name(row[i].url);
		assert_true(use_proxy(wire_environ(row[i].environ_line)));
		if (peer.proxied)
			fail_msg("%s %s", row[i].url, row[i].environ_line);
		assert_true(span_eq(peer.dial_host, peer.host));
	}
}

static void
test_bad_proxy(void **state)
{
	(void)state;
	static const char *const row[] = { "HTTPS_PROXY=socks5://p:1", "https_proxy=https://p:1",
		"HTTPS_PROXY=http://user:hunter2@:1", "HTTPS_PROXY=http://u:hunter2%zz@p:1" };
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		name("https://h.example");
		if (use_proxy(wire_environ(row[i])))
			fail_msg("%s is taken", row[i]);
		assert_int_equal(err_exit_code(&e), 100);
		assert_null(strstr(e.text, "hunter2"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_name, reset),
		cmocka_unit_test_setup(test_addresses, reset),
		cmocka_unit_test_setup(test_proxy, reset),
		cmocka_unit_test_setup(test_no_proxy, reset),
		cmocka_unit_test_setup(test_bad_proxy, reset),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
