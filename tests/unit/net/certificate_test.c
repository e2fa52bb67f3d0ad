#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "net/certificate.h"
#include "unit/net/certificates.h"

static const struct {
	const char *pem;
	bool usable;
	bool is_ca;
	int key_type;
	size_t key_size; /* of the modulus, or of the point */
	const char *common_name;
} certificates[] = {
	{ CERTIFICATE_EC, true, true, BR_KEYTYPE_EC, 65, "EC root" },
	{ CERTIFICATE_RSA, true, true, BR_KEYTYPE_RSA, 256, "RSA root" },
	{ CERTIFICATE_LEAF, true, false, BR_KEYTYPE_EC, 97, "no CA" },
	{ CERTIFICATE_ED25519, false, true, 0, 0, "Ed25519 root" },
};
#define COUNT (sizeof(certificates) / sizeof(*certificates))

/* The DER of a PEM text, in memory of exactly its size, so that a sanitizer sees its end. */
static struct span
der_of(const char *pem)
{
	static char bytes[4096];
	struct span text = span_of(pem);
	struct buf b = BUF(bytes);
	assert_true(certificate_next_pem(&text, &b));
	assert_false(b.overflow);
	assert_in_range(b.len, 200, 2000);
	char *exact = malloc(b.len);
	assert_non_null(exact);
	memcpy(exact, bytes, b.len);
	return (struct span){ exact, b.len };
}

static void
release(struct span der)
{
	free((char *)(uintptr_t)der.p);
}

static bool
lies_in(struct span der, const unsigned char *p, size_t n)
{
	uintptr_t start = (uintptr_t)der.p;
	return (uintptr_t)p >= start && n <= der.n && (uintptr_t)p - start <= der.n - n;
}

/* Whether what the anchor says of itself can be read at all. */
static bool
is_sound(struct span der, const br_x509_trust_anchor *a)
{
	if (a->dn.len == 0 || !lies_in(der, a->dn.data, a->dn.len))
		return false;
	if (a->pkey.key_type == BR_KEYTYPE_RSA)
		return lies_in(der, a->pkey.key.rsa.n, a->pkey.key.rsa.nlen) &&
		       lies_in(der, a->pkey.key.rsa.e, a->pkey.key.rsa.elen);
	return a->pkey.key_type == BR_KEYTYPE_EC &&
	       lies_in(der, a->pkey.key.ec.q, a->pkey.key.ec.qlen);
}

static const char *why; /* the last one could not be used */

static bool
holds(const unsigned char *bytes, size_t n, const char *text)
{
	size_t len = strlen(text);
	for (size_t i = 0; i + len <= n; i++) {
		if (memcmp(bytes + i, text, len) == 0)
			return true;
	}
	return false;
}

static void
test_anchor(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		br_x509_trust_anchor a = { 0 };
		struct span der = der_of(certificates[i].pem);
		assert_int_equal(certificate_anchor(der, &a, &why), certificates[i].usable);
		if (certificates[i].usable) {
			bool rsa = certificates[i].key_type == BR_KEYTYPE_RSA;
			assert_true(is_sound(der, &a));
			assert_int_equal((a.flags & BR_X509_TA_CA) != 0, certificates[i].is_ca);
			assert_int_equal(a.pkey.key_type, certificates[i].key_type);
			assert_int_equal(rsa ? a.pkey.key.rsa.nlen : a.pkey.key.ec.qlen,
				certificates[i].key_size);
			assert_int_equal(a.dn.data[0], 0x30);
			assert_true(holds(a.dn.data, a.dn.len, certificates[i].common_name));
		}
		release(der);
	}
}

static void
test_weak_key(void **state)
{
	(void)state;
	br_x509_trust_anchor a = { 0 };
	struct span der = der_of(CERTIFICATE_WEAK);
	assert_false(certificate_anchor(der, &a, &why));
	assert_string_equal(why, "its RSA key has less than 2048 bits");
	release(der);
}

static void
test_why(void **state)
{
	(void)state;
	br_x509_trust_anchor a = { 0 };
	struct span der = der_of(CERTIFICATE_ED25519);
	assert_false(certificate_anchor(der, &a, &why));
	assert_non_null(strstr(why, "neither for RSA nor for ECDSA"));
	assert_false(certificate_anchor((struct span){ der.p, der.n / 2 }, &a, &why));
	assert_string_equal(why, "it is damaged");
	assert_false(certificate_anchor(SPAN(""), &a, &why));
	assert_string_equal(why, "it is damaged");
	release(der);
}

static void
test_common_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		struct span der = der_of(certificates[i].pem);
		assert_true(span_eq(
			certificate_common_name(der), span_of(certificates[i].common_name)));
		for (size_t n = 0; n < der.n; n++) {
			char *exact = malloc(n + (n == 0));
			assert_non_null(exact);
			memcpy(exact, der.p, n);
			assert_int_equal(certificate_common_name((struct span){ exact, n }).n, 0);
			free(exact);
		}
		release(der);
	}
}

/* BearSSL's own decoder finds the same key. */
static void
test_as_bearssl_reads_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		br_x509_trust_anchor a = { 0 };
		br_x509_decoder_context decoder;
		struct span der = der_of(certificates[i].pem);
		br_x509_decoder_init(&decoder, NULL, NULL);
		br_x509_decoder_push(&decoder, der.p, der.n);
		const br_x509_pkey *theirs = br_x509_decoder_get_pkey(&decoder);
		assert_int_equal(certificate_anchor(der, &a, &why), theirs != NULL);
		if (theirs != NULL && theirs->key_type == BR_KEYTYPE_RSA) {
			assert_int_equal(a.pkey.key.rsa.nlen, theirs->key.rsa.nlen);
			assert_memory_equal(
				a.pkey.key.rsa.n, theirs->key.rsa.n, theirs->key.rsa.nlen);
			assert_int_equal(a.pkey.key.rsa.elen, theirs->key.rsa.elen);
			assert_memory_equal(
				a.pkey.key.rsa.e, theirs->key.rsa.e, theirs->key.rsa.elen);
		} else if (theirs != NULL) {
			assert_int_equal(a.pkey.key.ec.curve, theirs->key.ec.curve);
			assert_int_equal(a.pkey.key.ec.qlen, theirs->key.ec.qlen);
			assert_memory_equal(a.pkey.key.ec.q, theirs->key.ec.q, theirs->key.ec.qlen);
		}
		if (theirs != NULL)
			assert_int_equal(
				(a.flags & BR_X509_TA_CA) != 0, br_x509_decoder_isCA(&decoder));
		release(der);
	}
}

/* Cut anywhere it is none, and nothing beyond the cut is looked at. */
static void
test_every_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		struct span der = der_of(certificates[i].pem);
		for (size_t n = 0; n < der.n; n++) {
			br_x509_trust_anchor a = { 0 };
			char *exact = malloc(n + (n == 0));
			assert_non_null(exact);
			memcpy(exact, der.p, n);
			if (certificate_anchor((struct span){ exact, n }, &a, &why))
				fail_msg("%s: cut at %zu", certificates[i].common_name, n);
			free(exact);
		}
		release(der);
	}
}

/* With any one byte changed the outcome is another one or none, but always inside the memory. */
static void
test_every_byte_changed(void **state)
{
	(void)state;
	static const unsigned char changes[] = { 0x01, 0x80, 0xff, 0x7f, 0x30 };
	for (size_t i = 0; i < COUNT; i++) {
		struct span der = der_of(certificates[i].pem);
		char *bytes = (char *)(uintptr_t)der.p;
		for (size_t at = 0; at < der.n; at++) {
			char kept = bytes[at];
			for (size_t k = 0; k < sizeof(changes); k++) {
				br_x509_trust_anchor a = { 0 };
				bytes[at] = (char)(kept ^ changes[k]);
				if (certificate_anchor(der, &a, &why))
					assert_true(is_sound(der, &a));
			}
			bytes[at] = kept;
		}
		release(der);
	}
}

static void
test_next_pem(void **state)
{
	(void)state;
	static const char text[] = "words\n" CERTIFICATE_EC "\nmore\n-----BEGIN KEY-----\nAAAA\n"
				   "-----END KEY-----\n" CERTIFICATE_RSA "\nrest";
	char bytes[4096];
	struct buf b = BUF(bytes);
	struct span rest = span_of(text);
	assert_true(certificate_next_pem(&rest, &b));
	struct span first = der_of(CERTIFICATE_EC);
	assert_true(span_eq(buf_span(&b), first));
	assert_true(certificate_next_pem(&rest, &b));
	struct span second = der_of(CERTIFICATE_RSA);
	assert_true(span_eq(span_skip(buf_span(&b), first.n), second));
	assert_false(certificate_next_pem(&rest, &b));
	assert_int_equal(b.len, first.n + second.n);
	release(first);
	release(second);
}

/* One that does not fit is left out as a whole, and the next one has its room. */
static void
test_next_pem_too_large(void **state)
{
	(void)state;
	static const char text[] = CERTIFICATE_RSA "\n" CERTIFICATE_EC "\n";
	char bytes[4096];
	struct span rest = span_of(text);
	struct span small = der_of(CERTIFICATE_EC);
	struct buf b = { .p = bytes, .cap = small.n };
	assert_true(certificate_next_pem(&rest, &b));
	assert_int_equal(b.len, 0);
	assert_true(certificate_next_pem(&rest, &b));
	assert_true(span_eq(buf_span(&b), small));
	release(small);
}

/* Whatever the text, it is used up. */
static void
test_next_pem_ends(void **state)
{
	(void)state;
	static const char *const row[] = { "", "-----BEGIN CERTIFICATE-----",
		"-----BEGIN CERTIFICATE-----\n", "-----BEGIN CERTIFICATE-----\nAAA",
		"-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----",
		"-----BEGIN CERTIFICATE-----\n====\n-----END CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n",
		"-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n", "-----", "----------",
		"\xff\xff\n-----BEGIN CERTIFICATE-----\n\xff\xff\n-----END CERTIFICATE-----\n" };
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		char bytes[64];
		struct span rest = span_of(row[i]);
		unsigned found = 0;
		struct buf b = BUF(bytes);
		while (certificate_next_pem(&rest, &b))
			assert_true(found++ < 4);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_anchor),
		cmocka_unit_test(test_weak_key),
		cmocka_unit_test(test_why),
		cmocka_unit_test(test_common_name),
		cmocka_unit_test(test_as_bearssl_reads_it),
		cmocka_unit_test(test_every_cut),
		cmocka_unit_test(test_every_byte_changed),
		cmocka_unit_test(test_next_pem),
		cmocka_unit_test(test_next_pem_too_large),
		cmocka_unit_test(test_next_pem_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
