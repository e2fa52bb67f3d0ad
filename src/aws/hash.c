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
hash_put_hex(struct buf *b, struct span s)
{
	static const char digit[] = "0123456789abcdef";
	for (size_t i = 0; i < s.n; i++) {
		unsigned byte = (unsigned char)s.p[i];
		const char pair[2] = { digit[byte >> 4], digit[byte & 15] };
		buf_put(b, (struct span){ pair, sizeof(pair) });
	}
}
