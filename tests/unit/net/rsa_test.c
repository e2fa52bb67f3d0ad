#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <bearssl.h>
#include <cmocka.h>

/*
 * RSA as third_party has it (rsa_public.c), beside BearSSL's code of 31-bit words, which is not
 * linked into the executable.
 */

#define BYTES_MAX 512

static uint32_t
rsa_public(unsigned char *x, size_t len, const br_rsa_public_key *key)
{
	return br_rsa_i62_public_get()(x, len, key);
}

struct key {
	unsigned char n[BYTES_MAX + 1];
	unsigned char e[9];
	br_rsa_public_key key;
};

/* Numbers that look like random ones, the same each time. */
static unsigned char
next_byte(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned char)(*seed >> 56);
}

static void
fill(unsigned char *p, size_t len, uint64_t *seed)
{
	for (size_t i = 0; i < len; i++)
		p[i] = next_byte(seed);
}

/* A modulus of so many bits; the method does not need one that is the product of two primes. */
static void
make_key(struct key *k, size_t bits, uint64_t exponent, uint64_t *seed)
{
	const size_t len = (bits + 7) / 8;
	const unsigned top = (unsigned)(bits - 1) % 8;
	fill(k->n, len, seed);
	k->n[0] = (unsigned char)((k->n[0] & ((1U << top) - 1)) | 1U << top);
	k->n[len - 1] |= 1;
	for (size_t i = 0; i < 8; i++)
		k->e[i] = (unsigned char)(exponent >> (56 - 8 * i));
	k->key = (br_rsa_public_key){ .n = k->n, .nlen = len, .e = k->e, .elen = 8 };
}

static void
compare(const struct key *k, const unsigned char *x)
{
	unsigned char ours[BYTES_MAX];
	unsigned char theirs[BYTES_MAX];
	memcpy(ours, x, k->key.nlen);
	memcpy(theirs, x, k->key.nlen);
	const uint32_t wanted = br_rsa_i31_public(theirs, k->key.nlen, &k->key);
	assert_int_equal(rsa_public(ours, k->key.nlen, &k->key), wanted);
	if (wanted == 1)
		assert_memory_equal(ours, theirs, k->key.nlen);
}

/* BearSSL's own code has the same results, for lengths around those of words and at the edges. */
static void
test_as_bearssl(void **state)
{
	(void)state;
	static const size_t bits[] = { 9, 63, 64, 65, 128, 520, 1024, 2047, 2048, 2049, 2111, 2112,
		3072, 3136, 4032, 4095, 4096 };
	static const uint64_t exponents[] = { 1, 2, 3, 17, 65537, UINT64_C(0x8000000000000001) };
	uint64_t seed = 1;
	for (size_t i = 0; i < sizeof(bits) / sizeof(*bits); i++) {
		for (size_t j = 0; j < sizeof(exponents) / sizeof(*exponents); j++) {
			struct key k;
			unsigned char x[BYTES_MAX];
			make_key(&k, bits[i], exponents[j], &seed);
			for (int round = 0; round < 2; round++) {
				fill(x, k.key.nlen, &seed);
				x[0] = (unsigned char)(x[0] % (k.n[0] + 1U));
				compare(&k, x);
			}
			memset(x, 0, k.key.nlen);
			compare(&k, x);
			x[k.key.nlen - 1] = 1;
			compare(&k, x);
			/* n - 1, n, n + 1. */
			memcpy(x, k.n, k.key.nlen);
			x[k.key.nlen - 1]--;
			compare(&k, x);
			x[k.key.nlen - 1]++;
			compare(&k, x);
			x[k.key.nlen - 1] |= 2;
			compare(&k, x);
			memset(x, 0xff, k.key.nlen);
			compare(&k, x);
		}
	}
}

/* Moduli of many ones and of many zeros, where carries run far. */
static void
test_carries(void **state)
{
	(void)state;
	static const unsigned char ends[][2] = { { 0xff, 0xff }, { 0x80, 0x00 }, { 0xff, 0x00 },
		{ 0x80, 0xff } };
	uint64_t seed = 2;
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		for (size_t len = 250; len < 258; len++) {
			struct key k;
			unsigned char x[BYTES_MAX];
			make_key(&k, 8 * len, 65537, &seed);
			memset(k.n, ends[i][1], len);
			k.n[0] = ends[i][0];
			k.n[len - 1] |= 1;
			memcpy(x, k.n, len);
			x[len - 1]--;
			compare(&k, x);
			for (int round = 0; round < 8; round++) {
				fill(x, len, &seed);
				x[0] &= 0x7f;
				memset(x + 1 + round * 16, round % 2 == 0 ? 0xff : 0, 64);
				compare(&k, x);
			}
		}
	}
}

static void
test_refused(void **state)
{
	(void)state;
	struct key k;
	unsigned char x[BYTES_MAX + 1] = { 0 };
	uint64_t seed = 3;
	make_key(&k, 2048, 65537, &seed);
	assert_int_equal(rsa_public(x, 256, &k.key), 1);
	assert_int_equal(rsa_public(x, 255, &k.key), 0);
	assert_int_equal(rsa_public(x, 257, &k.key), 0);
	assert_int_equal(rsa_public(x, 0, &k.key), 0);
	k.n[255] &= 0xfe;
	assert_int_equal(rsa_public(x, 256, &k.key), 0);
	memset(k.n, 0, sizeof(k.n));
	make_key(&k, 2048, 3, &seed);
	k.key.nlen = 0;
	assert_int_equal(rsa_public(x, 0, &k.key), 0);
	memset(k.n, 0xff, sizeof(k.n));
	k.key.nlen = sizeof(k.n);
	assert_int_equal(rsa_public(x, sizeof(k.n), &k.key), 0);
}

/* Zeros before the modulus and the exponent do not count. */
static void
test_leading_zeros(void **state)
{
	(void)state;
	struct key k;
	unsigned char x[BYTES_MAX] = { 0 };
	unsigned char e[20] = { 0 };
	uint64_t seed = 4;
	make_key(&k, 2048, 65537, &seed);
	memmove(k.n + 1, k.n, 256);
	k.n[0] = 0;
	k.key.nlen = 257;
	fill(x + 1, 255, &seed);
	unsigned char again[BYTES_MAX];
	memcpy(again, x, sizeof(x));
	assert_int_equal(rsa_public(x, 256, &k.key), 1);
	e[17] = 1;
	e[19] = 1;
	k.key.e = e;
	k.key.elen = sizeof(e);
	assert_int_equal(rsa_public(again, 256, &k.key), 1);
	assert_memory_equal(x, again, 256);
}

/* 0 and 65 bits: the result is 0, which has no signature's padding. */
static void
test_refused_exponents(void **state)
{
	(void)state;
	static const unsigned char none[256];
	struct key k;
	unsigned char x[256];
	unsigned char e[9] = { 1 };
	uint64_t seed = 6;
	make_key(&k, 2048, 0, &seed);
	fill(x, sizeof(x), &seed);
	x[0] = 0;
	assert_int_equal(rsa_public(x, 256, &k.key), 1);
	assert_memory_equal(x, none, 256);
	k.key.elen = 0;
	x[255] = 2;
	assert_int_equal(rsa_public(x, 256, &k.key), 1);
	assert_memory_equal(x, none, 256);
	k.key.e = e;
	k.key.elen = sizeof(e);
	x[255] = 2;
	assert_int_equal(rsa_public(x, 256, &k.key), 1);
	assert_memory_equal(x, none, 256);
}

/*
 * With 1 as the exponent a signature is what is signed, in its padding. BearSSL's verification says
 * the same of good and of changed ones.
 */
static void
test_verify(void **state)
{
	(void)state;
	static const unsigned char oid[] = { 9, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
		0x01 };
	static const unsigned char info[] = { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48,
		0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20 };
	struct key k;
	unsigned char signature[256];
	unsigned char hash[64];
	uint64_t seed = 5;
	make_key(&k, 2048, 1, &seed);
	memset(signature, 0xff, sizeof(signature));
	signature[0] = 0;
	signature[1] = 1;
	signature[256 - 32 - sizeof(info) - 1] = 0;
	memcpy(signature + 256 - 32 - sizeof(info), info, sizeof(info));
	fill(signature + 256 - 32, 32, &seed);
	assert_int_equal(br_rsa_i62_pkcs1_vrfy(signature, 256, oid, 32, &k.key, hash), 1);
	assert_memory_equal(hash, signature + 256 - 32, 32);
	for (size_t i = 0; i < 256; i++) {
		unsigned char other[64];
		signature[i] ^= 1;
		const uint32_t wanted =
			br_rsa_i31_pkcs1_vrfy(signature, 256, oid, 32, &k.key, other);
		assert_int_equal(wanted, i >= 256 - 32);
		assert_int_equal(
			br_rsa_i62_pkcs1_vrfy(signature, 256, oid, 32, &k.key, hash), wanted);
		signature[i] ^= 1;
	}
	unsigned char too_long[BYTES_MAX + 1] = { 0 };
	assert_int_equal(
		br_rsa_i62_pkcs1_vrfy(too_long, sizeof(too_long), oid, 32, &k.key, hash), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_bearssl),
		cmocka_unit_test(test_carries),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_leading_zeros),
		cmocka_unit_test(test_refused_exponents),
		cmocka_unit_test(test_verify),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
