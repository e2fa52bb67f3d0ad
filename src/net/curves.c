#include "net/curves.h"

static const br_ec_impl *
code_of(int curve)
{
	if (curve == BR_EC_curve25519)
		return &br_ec_c25519_m31;
	return curve == BR_EC_secp256r1 ? &br_ec_p256_m31 : &br_ec_prime_i31;
}

static const unsigned char *
generator(int curve, size_t *len)
{
	return code_of(curve)->generator(curve, len);
}

static const unsigned char *
order(int curve, size_t *len)
{
	return code_of(curve)->order(curve, len);
}

static size_t
xoff(int curve, size_t *len)
{
	return code_of(curve)->xoff(curve, len);
}

static uint32_t
mul(unsigned char *point, size_t point_len, const unsigned char *x, size_t x_len, int curve)
{
	return code_of(curve)->mul(point, point_len, x, x_len, curve);
}

static size_t
mulgen(unsigned char *to, const unsigned char *x, size_t x_len, int curve)
{
	return code_of(curve)->mulgen(to, x, x_len, curve);
}

static uint32_t
muladd(unsigned char *a, const unsigned char *b, size_t len, const unsigned char *x, size_t x_len,
	const unsigned char *y, size_t y_len, int curve)
{
	return code_of(curve)->muladd(a, b, len, x, x_len, y, y_len, curve);
}

const br_ec_impl curves = {
	.supported_curves = 1U << BR_EC_curve25519 | 1U << BR_EC_secp256r1 | 1U << BR_EC_secp384r1 |
			    1U << BR_EC_secp521r1,
	.generator = generator,
	.order = order,
	.xoff = xoff,
	.mul = mul,
	.mulgen = mulgen,
	.muladd = muladd,
};
