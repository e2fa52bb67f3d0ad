#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "net/chain.h"
#include "unit/net/certificates.h"
#include "unit/net/chain_certificates.h"

/* 2026-12-01 */
#define TODAY (20788 * INT64_C(86400))

static struct chain chain;
static struct chain_proof *proof; /* NULL: none is kept */
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
	memset(&chain, 0x5a, sizeof(chain));
	chain_init(&chain, (struct trust){ .anchor = &root, .count = 1, .proof = proof }, TODAY);
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

/* 0: the chain is good, and only then is there a key. */
static int
finish(void)
{
	unsigned usages = 0;
	int number = (int)chain.vtable->end_chain(&chain.vtable);
	bool has_key = chain.vtable->get_pkey(&chain.vtable, &usages) != NULL;
	assert_int_equal(has_key, number == 0);
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

static unsigned verifications;

static uint32_t
count_verification(const br_ec_impl *impl, const void *hash, size_t hash_len,
	const br_ec_public_key *key, const void *signature, size_t len)
{
	verifications++;
	return br_ecdsa_i31_vrfy_asn1(impl, hash, hash_len, key, signature, len);
}

static int
judge_counting(const char *name, const char *const *pems, size_t count)
{
	begin(name);
	chain.minimal.iecdsa = count_verification;
	verifications = 0;
	for (size_t i = 0; i < count; i++)
		present(pems[i]);
	return finish();
}

static const char *const good[] = { CHAIN_LEAF, CHAIN_SECOND, CHAIN_FIRST };

/* What was refused leaves no proof; another chain, another order and another host are verified. */
static void
test_proof_is_of_one_chain(void **state)
{
	(void)state;
	static struct chain_proof kept;
	static const char *const other_order[] = { CHAIN_LEAF, CHAIN_FIRST, CHAIN_SECOND };
	static const char *const gap[] = { CHAIN_LEAF, CHAIN_SECOND };
	proof = &kept;
	kept.key.key.key_type = 0;
	assert_int_not_equal(judge_counting("other.test", good, 3), 0);
	assert_int_not_equal(judge_counting("server.test", gap, 2), 0);
	assert_int_equal(kept.key.key.key_type, 0);
	assert_int_equal(judge_counting("server.test", good, 3), 0);
	assert_int_equal(verifications, 3);
	assert_int_equal(judge_counting("server.test", good, 3), 0);
	assert_int_equal(verifications, 0);

	assert_int_equal(judge_counting("server.test", gap, 2), BR_ERR_X509_NOT_TRUSTED);
	assert_int_not_equal(judge_counting("other.test", good, 3), 0);
	assert_int_not_equal(judge_counting("server.tes", good, 3), 0);
	assert_int_equal(judge_counting("server.test", good, 0), BR_ERR_X509_EMPTY_CHAIN);
	assert_int_equal(judge_counting("server.test", good, 3), 0);
	assert_int_equal(verifications, 0);
	assert_int_equal(judge_counting("server.test", other_order, 3), 0);
	assert_int_equal(verifications, 3);
	/* The last one is kept. */
	assert_int_equal(judge_counting("server.test", good, 3), 0);
	assert_int_equal(verifications, 3);
	proof = NULL;
	assert_int_equal(judge_counting("server.test", good, 3), 0);
	assert_int_equal(verifications, 3);
}

/* The key by a proof is the one by the signatures, and stays when the proof becomes another one. */
static void
test_key_by_proof(void **state)
{
	(void)state;
	static struct chain_proof kept;
	unsigned usages = 0;
	unsigned usages_by_proof = 0;
	unsigned char point[BR_EC_KBUF_PUB_MAX_SIZE];
	proof = &kept;
	kept.key.key.key_type = 0;
	assert_int_equal(judge_counting("server.test", good, 3), 0);
	const br_x509_pkey *key = chain.vtable->get_pkey(&chain.vtable, &usages);
	const size_t len = key->key.ec.qlen;
	const int curve = key->key.ec.curve;
	assert_int_equal(key->key_type, BR_KEYTYPE_EC);
	assert_int_equal(usages, BR_KEYTYPE_SIGN | BR_KEYTYPE_KEYX);
	assert_in_range(len, 65, sizeof(point));
	memcpy(point, key->key.ec.q, len);

	assert_int_equal(judge_counting("server.test", good, 3), 0);
	assert_int_equal(verifications, 0);
	memset(&kept, 0x5a, sizeof(kept));
	key = chain.vtable->get_pkey(&chain.vtable, &usages_by_proof);
	assert_int_equal(usages_by_proof, usages);
	assert_int_equal(key->key_type, BR_KEYTYPE_EC);
	assert_int_equal(key->key.ec.curve, curve);
	assert_int_equal(key->key.ec.qlen, len);
	assert_memory_equal(key->key.ec.q, point, len);
	proof = NULL;
}

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

/* The byte that minimal is not shown counts for the signature, and all of them for the proof. */
static void
test_every_byte_counts(void **state)
{
	(void)state;
	static struct chain_proof kept;
	char bytes[2048];
	proof = *state == NULL ? NULL : &kept;
	kept.key.key.key_type = 0;
	assert_int_equal(JUDGE(CHAIN_LEAF, CHAIN_FIRST, CHAIN_SECOND), 0);
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
	proof = NULL;
}

/*
 * The signature leaves out the outer header, so anybody can write its length with more digits.
 * Where we cannot read the server's certificate, its usage is not known.
 */
static void
test_usage_of_another_encoding(void **state)
{
	(void)state;
	char second[2048];
	char bytes[2048];
	char longer[2048];
	const char *why;
	const br_x509_trust_anchor before = root;
	assert_true(certificate_anchor(der_of(CHAIN_SECOND, second, sizeof(second)), &root, &why));
	struct span der = der_of(CHAIN_CLIENT, bytes, sizeof(bytes));
	assert_memory_equal(der.p, "\x30\x82", 2);
	for (size_t zeros = 0; zeros < 8; zeros++) {
		memcpy(longer, "\x30\x82\0\0\0\0\0\0\0\0", 10);
		longer[1] = (char)(longer[1] + (char)zeros);
		memcpy(longer + 2 + zeros, der.p + 2, der.n - 2);
		begin("server.test");
		present_bytes((struct span){ longer, der.n + zeros }, sizeof(longer));
		assert_int_not_equal(finish(), 0);
	}
	root = before;
}

static int
judge_one(struct trust trust, const char *name, const char *pem)
{
	chain_init(&chain, trust, TODAY);
	chain.vtable->start_chain(&chain.vtable, name);
	present(pem);
	return finish();
}

/*
 * One that is not a CA's is trusted as itself: with its key anybody can make another certificate of
 * the same subject, for any host. The CAs of the same bundle stay what they are.
 */
static void
test_trusted_as_itself(void **state)
{
	(void)state;
	static const char bundle[] = CHAIN_ALONE CHAIN_ROOT CHAIN_SECOND;
	static struct trust_store store;
	struct trust trust;
	struct err e;
	char path[32];
	struct buf b = BUF(path);
	int fd = memfd_create("bundle", MFD_CLOEXEC);
	assert_int_equal(write(fd, bundle, sizeof(bundle) - 1), sizeof(bundle) - 1);
	buf_printf(&b, "/proc/self/fd/%d", fd);
	assert_true(trust_load(&store, buf_str(&b), &trust, &e));
	close(fd);
	assert_int_equal(trust.count, 3);
	assert_int_equal(judge_one(trust, "server.test", CHAIN_ALONE), 0);
	assert_int_not_equal(judge_one(trust, "other.test", CHAIN_ALONE), 0);
	assert_int_equal(judge_one(trust, "other.test", CHAIN_TWIN), BR_ERR_X509_NOT_TRUSTED);
	assert_int_equal(judge_one(trust, "server.test", CHAIN_LEAF), 0);
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
		cmocka_unit_test_prestate(test_every_byte_counts, &root),
		cmocka_unit_test(test_usage_of_another_encoding),
		cmocka_unit_test(test_trusted_as_itself),
		cmocka_unit_test(test_count),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_proof_is_of_one_chain),
		cmocka_unit_test(test_key_by_proof),
	};
	return cmocka_run_group_tests(tests, enter, NULL);
}
