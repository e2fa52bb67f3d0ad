/*
 * RSA with a public key, by BearSSL's multiplication of 62-bit words. BearSSL raises to every power
 * as if the exponent were secret: 48 multiplications for 65537, and above 2048 bits by slower code,
 * for which a long exponent of a hostile certificate costs seconds. A public exponent may show, and
 * 17 multiplications are enough.
 */
#include "inner.h"
#include "src/int/i62_modpow2.c"

#define WORDS_MAX (BR_MAX_RSA_SIZE / 62 + 2)

struct modulus {
	size_t num; /* of its words of 62 bits */
	uint64_t m0i; /* as BearSSL calls it: the negated inverse of the lowest one */
	uint64_t words[WORDS_MAX];
};

/* The words of 62 bits of a number that has 31-bit words after its length. */
static void
join(uint64_t *to, const uint32_t *from)
{
	size_t num = (from[0] + 31) >> 5;
	for (size_t u = 0; u < num; u += 2)
		to[u / 2] = from[u + 1] + (u + 1 < num ? (uint64_t)from[u + 2] << 31 : 0);
}

static void
split(uint32_t *to, const uint64_t *from)
{
	size_t num = (to[0] + 31) >> 5;
	for (size_t u = 0; u < num; u++)
		to[u + 1] = (uint32_t)(from[u / 2] >> (u % 2 * 31)) & 0x7FFFFFFF;
}

/* 0 for one of more than 64 bits, which no certificate has. */
static uint64_t
read_exponent(const unsigned char *e, size_t len)
{
	uint64_t exponent = 0;
	for (size_t u = 0; u < len; u++) {
		if (exponent >> 56 != 0)
			return 0;
		exponent = exponent << 8 | e[u];
	}
	return exponent;
}

/*
 * r = R^2 modulo m, R being 2^(62 num): R, then R times 2^b, and that squared, with b such that few
 * of BearSSL's slow steps of 31 bits are needed. x31 is overwritten.
 */
static void
square_of_r(uint64_t *r, uint32_t *x31, const uint32_t *m31, const struct modulus *m)
{
	uint64_t product[WORDS_MAX];
	size_t num31 = (m31[0] + 31) >> 5;
	size_t steps = 2 * m->num;
	unsigned squares = 0;
	for (; steps % 2 == 0; steps /= 2)
		squares++;
	br_i31_zero(x31, m31[0]);
	x31[num31] = 1;
	/* From 2^(31 (num31 - 1)) to R. */
	for (steps += 2 * m->num - (num31 - 1); steps > 0; steps--)
		br_i31_muladd_small(x31, 0, m31);
	join(r, x31);
	for (; squares > 0; squares--) {
		montymul(product, r, r, m->words, m->num, m->m0i);
		memcpy(r, product, m->num * sizeof *r);
	}
}

/*
 * x to the power of e, as br_i62_modpow_opt, but in memory of its own. 0, which is never a valid
 * signature, if the exponent is refused.
 */
static void
raise(uint32_t *x31, const unsigned char *e, size_t len, const uint32_t *m31, uint32_t m0i31)
{
	struct modulus m;
	uint64_t base[WORDS_MAX], power[WORDS_MAX], product[WORDS_MAX];
	uint64_t exponent = read_exponent(e, len);
	uint64_t bit = (uint64_t)1 << 63;
	if (exponent == 0) {
		br_i31_zero(x31, m31[0]);
		return;
	}
	m.num = (((m31[0] + 31) >> 5) + 1) >> 1;
	join(m.words, m31);
	/* From the inverse modulo 2^31 to the one modulo 2^62. */
	m.m0i = MUL62_lo(m0i31, 2 + MUL62_lo(m0i31, m.words[0]));
	join(product, x31);
	square_of_r(power, x31, m31, &m);
	montymul(base, product, power, m.words, m.num, m.m0i);

	memcpy(power, base, m.num * sizeof *power);
	while ((exponent & bit) == 0)
		bit >>= 1;
	for (bit >>= 1; bit != 0; bit >>= 1) {
		montymul(product, power, power, m.words, m.num, m.m0i);
		if ((exponent & bit) != 0)
			montymul(power, product, base, m.words, m.num, m.m0i);
		else
			memcpy(power, product, m.num * sizeof *power);
	}
	frommonty(power, m.words, m.num, m.m0i);
	split(x31, power);
}

#define br_i62_modpow_opt(x, e, len, m, m0i, tmp, tmp_len) raise(x, e, len, m, m0i)
#include "src/rsa/rsa_i62_pub.c"
