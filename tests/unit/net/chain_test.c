#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "net/chain.h"
#include "unit/net/certificates.h"
#include "unit/net/chain_certificates.h"

/* 2026-12-01 by BearSSL's calendar. */
#define TODAY (719528 + 20788)

static struct chain chain;
static char root_der[2048];
static br_x509_trust_anchor root;

static struct span
der_of(const char *pem, char *bytes, size_t size)
{
	struct span text = span_of(pem);
	struct buf der = { bytes, size, 0, false };
	assert_true(certificate_next_pem(&text, &der));
	return buf_span(&der);
}

static void
begin(const char *name)
{
	br_x509_minimal_context *minimal = &chain.minimal;
	memset(&chain, 0x5a, sizeof(chain));
	chain_init(&chain);
	br_x509_minimal_init(minimal, &br_sha256_vtable, &root, 1);
	br_x509_minimal_set_hash(minimal, br_sha256_ID, &br_sha256_vtable);
	br_x509_minimal_set_ecdsa(minimal, &br_ec_prime_i31, br_ecdsa_i31_vrfy_asn1);
	br_x509_minimal_set_time(minimal, TODAY, 0);
	chain.vtable->start_chain(&chain.vtable, name);
}

static void
present_bytes(struct span der, size_t piece)
{
	chain.vtable->start_cert(&chain.vtable, (uint32_t)der.n);
	while (der.n > 0) {
		size_t n = der.n < piece ? der.n : piece;
		chain.vtable->append(&chain.vtable, (const unsigned char *)der.p, n);
		der = span_skip(der, n);
	}
	chain.vtable->end_cert(&chain.vtable);
}

static void
present(const char *pem)
{
	char bytes[2048];
	present_bytes(der_of(pem, bytes, sizeof(bytes)), 700);
}

/* 0: the chain is good. BearSSL keeps the key of one without an anchor too. */
static int
finish(void)
{
	unsigned usages = 0;
	int number = (int)chain.vtable->end_chain(&chain.vtable);
	bool has_key = chain.vtable->get_pkey(&chain.vtable, &usages) != NULL;
	assert_int_equal(has_key, number == 0 || number == BR_ERR_X509_NOT_TRUSTED);
	return number;
}

static int
judge(const char *const *pems, size_t count)
{
	begin("server.test");
	for (size_t i = 0; i < count; i++)
		present(pems[i]);
	return finish();
}
#define JUDGE(...)                                  \
	judge((const char *const[]){ __VA_ARGS__ }, \
		sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

static int
enter(void **state)
{
	(void)state;
	const char *why;
	struct span der = der_of(CHAIN_ROOT, root_der, sizeof(root_der));
	return certificate_anchor(der, &root, &why) ? 0 : -1;
}

static void
test_any_order(void **state)
{
	(void)state;
	assert_int_equal(JUDGE(CHAIN_LEAF, CHAIN_SECOND, CHAIN_FIRST), 0);
	assert_int_equal(JUDGE(CHAIN_LEAF, CHAIN_FIRST, CHAIN_SECOND), 0);
	assert_int_equal(JUDGE(CHAIN_LEAF, CHAIN_ROOT, CHAIN_FIRST, CHAIN_SECOND), 0);
	assert_int_equal(
		JUDGE(CHAIN_LEAF, CHAIN_FIRST, CHAIN_FIRST, CHAIN_SECOND, CHAIN_SECOND), 0);
	assert_int_equal(JUDGE(CHAIN_LEAF, CHAIN_FIRST, CHAIN_LEAF, CHAIN_SECOND), 0);
}

/* Certificates that belong to no path, and what is not one. */
static void
test_strays(void **state)
{
	(void)state;
	assert_int_equal(JUDGE(CHAIN_LEAF, CERTIFICATE_RSA, CHAIN_FIRST, CERTIFICATE_ED25519,
				 CHAIN_SECOND, CHAIN_LEFT),
		0);
	begin("server.test");
	present(CHAIN_LEAF);
	present_bytes(SPAN("no certificate"), 3);
	present_bytes(SPAN(""), 1);
	present(CHAIN_FIRST);
	present(CHAIN_SECOND);
	assert_int_equal(finish(), 0);
}

/* The server's own certificate is the first (RFC 5246 section 7.4.2). */
static void
test_the_first_is_the_servers(void **state)
{
	(void)state;
	assert_int_not_equal(JUDGE(CHAIN_SECOND, CHAIN_LEAF, CHAIN_FIRST), 0);
	assert_int_not_equal(JUDGE(CERTIFICATE_RSA, CHAIN_LEAF, CHAIN_SECOND, CHAIN_FIRST), 0);
	begin("server.test");
	present_bytes(SPAN("no certificate"), 3);
	present(CHAIN_LEAF);
	assert_int_not_equal(finish(), 0);
}

static void
test_a_gap(void **state)
{
	(void)state;
	assert_int_equal(JUDGE(CHAIN_LEAF), BR_ERR_X509_NOT_TRUSTED);
	assert_int_equal(JUDGE(CHAIN_LEAF, CHAIN_SECOND), BR_ERR_X509_NOT_TRUSTED);
	assert_int_equal(JUDGE(CHAIN_LEAF, CHAIN_FIRST), BR_ERR_X509_NOT_TRUSTED);
	begin("server.test");
	assert_int_equal(finish(), BR_ERR_X509_EMPTY_CHAIN);
}

/* Two that issued each other end nowhere, but they end. */
static void
test_a_loop(void **state)
{
	(void)state;
	assert_int_equal(JUDGE(CHAIN_LOOP, CHAIN_LEFT, CHAIN_RIGHT), BR_ERR_X509_NOT_TRUSTED);
	assert_int_equal(JUDGE(CHAIN_LOOP, CHAIN_RIGHT, CHAIN_LEFT, CHAIN_RIGHT, CHAIN_LEFT),
		BR_ERR_X509_NOT_TRUSTED);
}

static void
test_name_and_usage(void **state)
{
	(void)state;
	assert_int_equal(JUDGE(CHAIN_CLIENT, CHAIN_SECOND, CHAIN_FIRST), CHAIN_WRONG_USAGE);
	begin("other.test");
	present(CHAIN_LEAF);
	present(CHAIN_FIRST);
	present(CHAIN_SECOND);
	assert_int_equal(finish(), BR_ERR_X509_BAD_SERVER_NAME);
}

/* The byte that minimal is not shown counts for the signature. */
static void
test_every_byte_counts(void **state)
{
	(void)state;
	char bytes[2048];
	struct span der = der_of(CHAIN_LEAF, bytes, sizeof(bytes));
	for (size_t i = 0; i < der.n; i += 5) {
		begin("server.test");
		bytes[i] ^= 1;
		present_bytes(der, sizeof(bytes));
		bytes[i] ^= 1;
		present(CHAIN_FIRST);
		present(CHAIN_SECOND);
		if (finish() == 0)
			fail_msg("byte %zu", i);
	}
}

static void
test_count(void **state)
{
	(void)state;
	for (unsigned strays = 13; strays <= 14; strays++) {
		begin("server.test");
		present(CHAIN_LEAF);
		for (unsigned i = 0; i < strays; i++)
			present(CHAIN_LEFT);
		present(CHAIN_FIRST);
		present(CHAIN_SECOND);
		assert_int_equal(finish(), strays == 13 ? 0 : CHAIN_TOO_LONG);
	}
}

/* Every number of bytes, announced or not; the memory has room for CHAIN_BYTES_MAX. */
static void
test_bytes(void **state)
{
	(void)state;
	static char zeros[CHAIN_BYTES_MAX];
	begin("server.test");
	present_bytes((struct span){ zeros, sizeof(zeros) }, 16384);
	assert_int_not_equal(finish(), CHAIN_TOO_LONG);
	for (size_t first = 0; first < 3; first++) {
		begin("server.test");
		present_bytes((struct span){ zeros, first }, 1);
		chain.vtable->start_cert(&chain.vtable, (uint32_t)(sizeof(zeros) + 1 - first));
		assert_int_equal(finish(), CHAIN_TOO_LONG);
	}
	/* More than was announced. */
	begin("server.test");
	chain.vtable->start_cert(&chain.vtable, 1);
	for (int i = 0; i < 5; i++)
		chain.vtable->append(
			&chain.vtable, (const unsigned char *)zeros, sizeof(zeros) / 2 - 1);
	assert_in_range(chain.used, 0, sizeof(chain.bytes));
	assert_int_not_equal(finish(), 0);
}

/* A second handshake begins anew. */
static void
test_again(void **state)
{
	(void)state;
	begin("server.test");
	chain.vtable->start_cert(&chain.vtable, CHAIN_BYTES_MAX + 1);
	assert_int_equal(finish(), CHAIN_TOO_LONG);
	chain.vtable->start_chain(&chain.vtable, "server.test");
	present(CHAIN_LEAF);
	present(CHAIN_FIRST);
	present(CHAIN_SECOND);
	assert_int_equal(finish(), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_order),
		cmocka_unit_test(test_strays),
		cmocka_unit_test(test_the_first_is_the_servers),
		cmocka_unit_test(test_a_gap),
		cmocka_unit_test(test_a_loop),
		cmocka_unit_test(test_name_and_usage),
		cmocka_unit_test(test_every_byte_counts),
		cmocka_unit_test(test_count),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_again),
	};
	return cmocka_run_group_tests(tests, enter, NULL);
}
