#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "aws/hash.h"

static void
assert_hex(const struct hash_sha256 *digest, const char *want)
{
	char text[2 * HASH_SHA256_SIZE + 1];
	struct buf b = BUF(text);
	hash_put_hex(&b, digest);
	assert_string_equal(buf_str(&b), want);
}

/* FIPS 180-4, examples of one and two blocks, and the empty message. */
static void
test_sha256(void **state)
{
	(void)state;
	static const struct {
		const char *message;
		const char *digest;
	} row[] = {
		{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
			"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct hash_sha256 digest;
		hash_sha256(span_of(row[i].message), &digest);
		assert_hex(&digest, row[i].digest);
	}
}

/* RFC 4231, test cases 1, 2 and 6 (a key above the block size). */
static void
test_hmac(void **state)
{
	(void)state;
	char first[20];
	char long_key[131];
	memset(first, 0x0b, sizeof(first));
	memset(long_key, 0xaa, sizeof(long_key));
	struct hash_sha256 digest;

	hash_hmac_sha256((struct span){ first, sizeof(first) }, SPAN("Hi There"), &digest);
	assert_hex(&digest, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	hash_hmac_sha256(SPAN("Jefe"), SPAN("what do ya want for nothing?"), &digest);
	assert_hex(&digest, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	hash_hmac_sha256((struct span){ long_key, sizeof(long_key) },
		SPAN("Test Using Larger Than Block-Size Key - Hash Key First"), &digest);
	assert_hex(&digest, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

/* The signature's key chain writes each digest over the one that was its key. */
static void
test_hmac_in_place(void **state)
{
	(void)state;
	struct hash_sha256 apart;
	struct hash_sha256 in_place;
	hash_sha256(SPAN("key"), &in_place);
	hash_hmac_sha256(hash_bytes(&in_place), SPAN("message"), &apart);
	hash_hmac_sha256(hash_bytes(&in_place), SPAN("message"), &in_place);
	assert_memory_equal(apart.byte, in_place.byte, HASH_SHA256_SIZE);
}

static void
test_hex_overflow(void **state)
{
	(void)state;
	static const struct hash_sha256 digest = { { 0x00, 0xff } };
	char text[3];
	struct buf b = BUF(text);
	hash_put_hex(&b, &digest);
	assert_true(b.overflow);
	assert_int_equal(b.len, 2);
	assert_memory_equal(text, "00", 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sha256),
		cmocka_unit_test(test_hmac),
		cmocka_unit_test(test_hmac_in_place),
		cmocka_unit_test(test_hex_overflow),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
