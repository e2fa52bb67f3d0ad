#include "aws/hash.h"

#include <bearssl.h>

void
hash_sha256(struct span message, struct hash_sha256 *digest)
{
	br_sha256_context context;
	br_sha256_init(&context);
	br_sha256_update(&context, message.p, message.n);
	br_sha256_out(&context, digest->byte);
}

void
hash_hmac_sha256(struct span key, struct span message, struct hash_sha256 *digest)
{
	br_hmac_key_context keyed;
	br_hmac_key_init(&keyed, &br_sha256_vtable, key.p, key.n);

	br_hmac_context context;
	br_hmac_init(&context, &keyed, 0);
	br_hmac_update(&context, message.p, message.n);
	br_hmac_out(&context, digest->byte);
}

struct span
hash_bytes(const struct hash_sha256 *digest)
{
	return (struct span){ (const char *)digest->byte, sizeof(digest->byte) };
}

void
hash_put_hex(struct buf *b, const struct hash_sha256 *digest)
{
	for (size_t i = 0; i < sizeof(digest->byte); i++)
		buf_printf(b, "%02x", (unsigned)digest->byte[i]);
}
