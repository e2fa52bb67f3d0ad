#include "net/rsa.h"

#include <stdbool.h>
#include <string.h>

/* For br_rsa_pkcs1_sig_unpad, which is not of BearSSL's interface. */
#include <inner.h>

#define BYTES_MAX (BR_MAX_RSA_SIZE / 8)
#define WORDS_MAX (BYTES_MAX / sizeof(uint64_t))

__extension__ typedef unsigned __int128 uint128;

/* Numbers are words, the least significant first, as many as the modulus has; R is 2^(64 words). */
struct modulus {
	size_t words;
	uint64_t inverse; /* of its lowest word, negated, mod 2^64 */
	uint64_t number[WORDS_MAX];
};

static void
decode(uint64_t number[WORDS_MAX], const unsigned char *p, size_t len)
{
	memset(number, 0, BYTES_MAX);
	for (size_t i = 0; i < len; i++)
		number[i / 8] |= (uint64_t)p[len - 1 - i] << (i % 8 * 8);
}

static void
encode(const uint64_t *number, unsigned char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		p[len - 1 - i] = (unsigned char)(number[i / 8] >> (i % 8 * 8));
}

/* to += number * factor; returns the word that follows. */
static uint64_t
add_product(uint64_t *to, const uint64_t *number, size_t words, uint64_t factor)
{
	uint64_t carry = 0;
	for (size_t i = 0; i < words; i++) {
		const uint128 product = (uint128)number[i] * factor;
		const uint64_t sum = (uint64_t)product + carry;
		carry = (uint64_t)(product >> 64) + (sum < carry);
		to[i] += sum;
		carry += to[i] < sum;
	}
	return carry;
}

static bool
is_below(const uint64_t *number, const struct modulus *m)
{
	size_t i = m->words - 1;
	while (i > 0 && number[i] == m->number[i])
		i--;
	return number[i] < m->number[i];
}

/* high * R + number, which is below twice the modulus, becomes less than the modulus. */
static void
reduce(uint64_t *number, uint64_t high, const struct modulus *m)
{
	uint64_t borrow = 0;
	if (high == 0 && is_below(number, m))
		return;
	for (size_t i = 0; i < m->words; i++) {
		const uint128 difference = (uint128)number[i] - m->number[i] - borrow;
		number[i] = (uint64_t)difference;
		borrow = (uint64_t)(difference >> 64) & 1;
	}
}

static void
double_it(uint64_t *number, const struct modulus *m)
{
	uint64_t high = 0;
	for (size_t i = 0; i < m->words; i++) {
		const uint64_t word = number[i];
		number[i] = word << 1 | high;
		high = word >> 63;
	}
	reduce(number, high, m);
}

/* to = a * b / R mod m (Montgomery); to may be a or b. */
static void
multiply(uint64_t *to, const uint64_t *a, const uint64_t *b, const struct modulus *m)
{
	const size_t words = m->words;
	uint64_t product[2 * WORDS_MAX] = { 0 };
	uint64_t high = 0;
	for (size_t i = 0; i < words; i++)
		product[i + words] = add_product(product + i, a, words, b[i]);
	/* Multiples of the modulus that make the lower half 0. */
	for (size_t i = 0; i < words; i++) {
		const uint64_t factor = product[i] * m->inverse;
		const uint128 sum = (uint128)add_product(product + i, m->number, words, factor) +
				    product[i + words] + high;
		product[i + words] = (uint64_t)sum;
		high = (uint64_t)(sum >> 64);
	}
	reduce(product + words, high, m);
	memcpy(to, product + words, words * sizeof(*to));
}

/* r = R^2 mod m: 2^b R, b being R's bits halved a few times, squared as many times. */
static void
square_of_r(uint64_t r[WORDS_MAX], const struct modulus *m)
{
	unsigned squares = 0;
	size_t doubles = 64 * m->words;
	uint64_t top = m->number[m->words - 1];
	for (; doubles > 64 && doubles % 2 == 0; doubles /= 2)
		squares++;
	/* The highest bit of the modulus alone is below it. */
	memset(r, 0, BYTES_MAX);
	r[m->words - 1] = 1;
	for (; top > 1; top /= 2)
		r[m->words - 1] <<= 1;
	for (uint64_t bit = r[m->words - 1]; bit != 0; bit <<= 1)
		doubles++;
	while (doubles-- > 0)
		double_it(r, m);
	while (squares-- > 0)
		multiply(r, r, r, m);
}

static void
raise(uint64_t x[WORDS_MAX], uint64_t exponent, const struct modulus *m)
{
	const uint64_t one[WORDS_MAX] = { 1 };
	uint64_t base[WORDS_MAX];
	uint64_t bit = UINT64_C(1) << 63;
	while ((exponent & bit) == 0)
		bit >>= 1;
	square_of_r(base, m);
	multiply(base, base, x, m);
	memcpy(x, base, sizeof(base));
	for (bit >>= 1; bit != 0; bit >>= 1) {
		multiply(x, x, x, m);
		if ((exponent & bit) != 0)
			multiply(x, x, base, m);
	}
	multiply(x, x, one, m);
}

/* False unless it is odd and has a length that is taken. */
static bool
read_modulus(const br_rsa_public_key *key, size_t len, struct modulus *m)
{
	const unsigned char *p = key->n;
	size_t n = key->nlen;
	for (; n > 0 && *p == 0; n--)
		p++;
	if (n == 0 || n > BYTES_MAX || n != len || (p[n - 1] & 1) == 0)
		return false;
	decode(m->number, p, n);
	m->words = (n + 7) / 8;
	/* Newton: each step doubles the bits that are right, of which there are three at first. */
	uint64_t inverse = m->number[0];
	for (unsigned bits = 3; bits < 64; bits *= 2)
		inverse *= 2 - m->number[0] * inverse;
	m->inverse = -inverse;
	return true;
}

/* False for 0 and for what has more than 64 bits. */
static bool
read_exponent(const br_rsa_public_key *key, uint64_t *exponent)
{
	*exponent = 0;
	for (size_t i = 0; i < key->elen; i++) {
		if (*exponent >> 56 != 0)
			return false;
		*exponent = *exponent << 8 | key->e[i];
	}
	return *exponent != 0;
}

uint32_t
rsa_public(unsigned char *x, size_t len, const br_rsa_public_key *key)
{
	struct modulus m;
	uint64_t number[WORDS_MAX];
	uint64_t exponent;
	if (!read_modulus(key, len, &m) || !read_exponent(key, &exponent))
		return 0;
	decode(number, x, len);
	if (!is_below(number, &m))
		return 0;
	raise(number, exponent, &m);
	encode(number, x, len);
	return 1;
}

uint32_t
rsa_verify(const unsigned char *signature, size_t len, const unsigned char *hash_oid,
	size_t hash_len, const br_rsa_public_key *key, unsigned char *hash)
{
	unsigned char padded[BYTES_MAX];
	if (len > sizeof(padded))
		return 0;
	memcpy(padded, signature, len);
	return rsa_public(padded, len, key) == 1 &&
	       br_rsa_pkcs1_sig_unpad(padded, len, hash_oid, hash_len, hash) == 1;
}
