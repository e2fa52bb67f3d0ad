#include "base/quote.h"

#include "base/buf.h"
#include "base/secret.h"

static void
put_escaped(struct buf *b, char c)
{
	if (c == '\\')
		buf_put_str(b, "\\\\");
	else if (c >= ' ' && c <= '~')
		buf_put_char(b, c);
	else
		buf_printf(b, "\\x%02x", (unsigned)(unsigned char)c);
}

/*
 * The first n bytes of s, into the array text of most + 1 bytes. hidden: what is replaced by ***,
 * NULL for nothing.
 */
static const char *
print(char *text, size_t most, struct span s, size_t n, const bool *hidden)
{
	struct buf b = { .p = text, .cap = most };
	size_t cut_at = 0; /* the most whole pieces that leave room for "..." */

	for (size_t i = 0; i < n && !b.overflow; i++) {
		if (hidden == NULL || !hidden[i])
			put_escaped(&b, s.p[i]);
		else if (i == 0 || !hidden[i - 1])
			buf_put_str(&b, "***");
		if (!b.overflow && b.len <= most - 3)
			cut_at = b.len;
	}
	if (b.overflow || n < s.n) {
		b = (struct buf){ .p = text, .cap = most, .len = cut_at };
		buf_put_str(&b, "...");
	}
	text[b.len] = '\0';
	return text;
}

static const char *
quote_up_to(char *text, size_t most, struct span s)
{
	const bool *hidden;
	const size_t judged = secret_look(s, &hidden);
	return print(text, most, s, judged, hidden);
}

const char *
quote(struct quoted *q, struct span s)
{
	return quote_up_to(q->text, QUOTE_MAX, s);
}

const char *
quote_long(struct quoted_long *q, struct span s)
{
	return quote_up_to(q->text, QUOTE_LONG_MAX, s);
}

const char *
quote_name(struct quoted_long *q, struct span s)
{
	if (span_alnum(s, "/_+=.@!:-") != s.n)
		return quote_up_to(q->text, QUOTE_MAX, s);
	return print(q->text, QUOTE_LONG_MAX, s, s.n, NULL);
}
