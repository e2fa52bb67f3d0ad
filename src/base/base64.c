#include "base/base64.h"

const char base64_digits[65] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* One to three bytes as four characters. */
static void
put_group(struct buf *b, const char *p, size_t n)
{
	unsigned bits = 0;
	for (size_t i = 0; i < 3; i++)
		bits = bits << 8 | (i < n ? (unsigned char)p[i] : 0u);
	const char text[4] = { base64_digits[bits >> 18], base64_digits[bits >> 12 & 63],
		n > 1 ? base64_digits[bits >> 6 & 63] : '=',
		n > 2 ? base64_digits[bits & 63] : '=' };
	buf_put(b, (struct span){ text, sizeof(text) });
}

void
base64_put(struct buf *b, struct span s)
{
	for (size_t i = 0; i < s.n; i += 3)
		put_group(b, s.p + i, s.n - i < 3 ? s.n - i : 3);
}
