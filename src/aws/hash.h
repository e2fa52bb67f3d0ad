#ifndef AWS_HASH_H
#define AWS_HASH_H

#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/* SHA-256 (FIPS 180-4) and HMAC (RFC 2104) by BearSSL; no other file of aws/ knows the library. */

#define HASH_SHA256_SIZE 32

struct hash_sha256 {
	uint8_t byte[HASH_SHA256_SIZE];
};

void hash_sha256(struct span message, struct hash_sha256 *digest);

/* digest may be what key or message point into: both are read before it is written. */
void hash_hmac_sha256(struct span key, struct span message, struct hash_sha256 *digest);

/* The 32 bytes of a digest; points into it. */
struct span hash_bytes(const struct hash_sha256 *digest);

/* Appends a digest as two lower-case hexadecimal digits a byte. */
void hash_put_hex(struct buf *b, const struct hash_sha256 *digest);

#endif
