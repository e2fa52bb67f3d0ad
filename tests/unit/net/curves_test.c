#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "net/curves.h"

static const int primes[] = { BR_EC_secp256r1, BR_EC_secp384r1, BR_EC_secp521r1 };

static void
assert_same(const unsigned char *ours, size_t len, const unsigned char *theirs, size_t other_len)
{
	assert_int_equal(len, other_len);
	assert_memory_equal(ours, theirs, len);
}

/* Every curve has the results of BearSSL's general code, whichever code serves it. */
static void
compare(int curve, const br_ec_impl *other)
{
	unsigned char x[32];
	unsigned char ours[BR_EC_KBUF_PUB_MAX_SIZE];
	unsigned char theirs[BR_EC_KBUF_PUB_MAX_SIZE];
	size_t len = 0;
	size_t other_len = 0;
	memset(x, 0x5a + curve, sizeof(x));
	const unsigned char *our = curves.generator(curve, &len);
	const unsigned char *their = other->generator(curve, &other_len);
	assert_same(our, len, their, other_len);
	our = curves.order(curve, &len);
	their = other->order(curve, &other_len);
	assert_same(our, len, their, other_len);
	const size_t at = curves.xoff(curve, &len);
	assert_int_equal(at, other->xoff(curve, &other_len));
	assert_int_equal(len, other_len);

	len = curves.mulgen(ours, x, sizeof(x), curve);
	other_len = other->mulgen(theirs, x, sizeof(x), curve);
	assert_same(ours, len, theirs, other_len);
	for (int i = 0; i < 20; i++) {
		x[i] = (unsigned char)(x[i] * 7 + i);
		assert_int_equal(curves.mul(ours, len, x, sizeof(x), curve), 1);
		assert_int_equal(other->mul(theirs, len, x, sizeof(x), curve), 1);
		assert_same(ours, len, theirs, len);
	}
	assert_int_equal(curves.muladd(ours, NULL, len, x, sizeof(x), x, sizeof(x), curve),
		other->muladd(theirs, NULL, len, x, sizeof(x), x, sizeof(x), curve));
	assert_same(ours, len, theirs, len);
}

static void
test_as_the_general_code(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(primes) / sizeof(*primes); i++)
		compare(primes[i], &br_ec_prime_i31);
	compare(BR_EC_curve25519, &br_ec_c25519_i31);
	assert_int_equal(curves.supported_curves,
		br_ec_prime_i31.supported_curves | br_ec_c25519_i31.supported_curves);
}

/* RFC 7748 section 5.2, after one and after a thousand times. */
static void
test_x25519(void **state)
{
	(void)state;
	static const unsigned char after_one[32] = { 0x42, 0x2c, 0x8e, 0x7a, 0x62, 0x27, 0xd7, 0xbc,
		0xa1, 0x35, 0x0b, 0x3e, 0x2b, 0xb7, 0x27, 0x9f, 0x78, 0x97, 0xb8, 0x7b, 0xb6, 0x85,
		0x4b, 0x78, 0x3c, 0x60, 0xe8, 0x03, 0x11, 0xae, 0x30, 0x79 };
	static const unsigned char after_1000[32] = { 0x68, 0x4c, 0xf5, 0x9b, 0xa8, 0x33, 0x09,
		0x55, 0x28, 0x00, 0xef, 0x56, 0x6f, 0x2f, 0x4d, 0x3c, 0x1c, 0x38, 0x87, 0xc4, 0x93,
		0x60, 0xe3, 0x87, 0x5f, 0x2e, 0xb9, 0x4d, 0x99, 0x53, 0x2c, 0x51 };
	unsigned char k[32] = { 9 };
	unsigned char u[32] = { 9 };
	for (int i = 0; i < 1000; i++) {
		unsigned char before[32];
		memcpy(before, k, sizeof(before));
		assert_int_equal(curves.mul(u, sizeof(u), k, sizeof(k), BR_EC_curve25519), 1);
		memcpy(k, u, sizeof(k));
		memcpy(u, before, sizeof(u));
		if (i == 0)
			assert_memory_equal(k, after_one, sizeof(k));
	}
	assert_memory_equal(k, after_1000, sizeof(k));
}

/* A point that is not on the curve is refused: a server chooses it. */
static void
test_invalid_point(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(primes) / sizeof(*primes); i++) {
		const unsigned char x[32] = { [31] = 3 };
		unsigned char point[BR_EC_KBUF_PUB_MAX_SIZE];
		size_t len = 0;
		const unsigned char *generator = curves.generator(primes[i], &len);
		assert_in_range(len, 65, sizeof(point));
		memcpy(point, generator, len);
		point[len - 1] ^= 1;
		assert_int_equal(curves.mul(point, len, x, sizeof(x), primes[i]), 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_the_general_code),
		cmocka_unit_test(test_x25519),
		cmocka_unit_test(test_invalid_point),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
