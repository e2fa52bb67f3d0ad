#include "base/quote.h"

#include "base/buf.h"
#include "base/secret.h"

/* One piece of the output: a whole secret or one byte of the input. Returns the input it took. */
static size_t
put_piece(struct buf *b, struct span s)
{
	size_t secret = secret_prefix(s);
	if (secret > 0) {
		buf_put_str(b, "***");
		return secret;
	}
	char c = s.p[0];
	if (c == '\\')
		buf_put_str(b, "\\\\");
	else if (c >= ' ' && c <= '~')
		buf_put_char(b, c);
	else
		buf_printf(b, "\\x%02x", (unsigned)(unsigned char)c);
	return 1;
}

const char *
quote(struct quoted *q, struct span s)
{
	struct buf b = { .p = q->text, .cap = QUOTE_MAX };
	size_t cut_at = 0; /* the longest whole-piece output that leaves room for "..." */

	for (size_t i = 0; i < s.n && !b.overflow;) {
		if (b.len <= QUOTE_MAX - 3)
			cut_at = b.len;
		i += put_piece(&b, span_skip(s, i));
	}
	if (b.overflow) {
		b = (struct buf){ .p = q->text, .cap = QUOTE_MAX, .len = cut_at };
		buf_put_str(&b, "...");
	}
	q->text[b.len] = '\0';
	return q->text;
}
