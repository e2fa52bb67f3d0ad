/*
 * X25519 and P-256 in one file. Both have the same functions that multiply and square numbers of
 * nine words. Here they are not inlined, and the compiler or the linker merges them.
 */
#include "inner.h"

#define SHARED __attribute__((noinline))

static SHARED void mul9(uint32_t *d, const uint32_t *a, const uint32_t *b);
static SHARED void square9(uint32_t *d, const uint32_t *a);
#include "src/ec/ec_c25519_m31.c"

#undef ARSH
#define mul9 p256_mul9
#define square9 p256_square9
#define api_generator p256_generator
#define api_order p256_order
#define api_xoff p256_xoff
#define api_mul p256_api_mul
#define api_mulgen p256_api_mulgen
#define api_muladd p256_api_muladd

static SHARED void mul9(uint32_t *d, const uint32_t *a, const uint32_t *b);
static SHARED void square9(uint32_t *d, const uint32_t *a);
#include "src/ec/ec_p256_m31.c"
