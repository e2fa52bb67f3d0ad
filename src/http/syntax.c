#include "http/syntax.h"

static bool
is_token_char(char c)
{
	const struct span marks = SPAN("!#$%&'*+-.^_`|~");
	return ascii_is_alnum(c) || span_find(marks, c) < marks.n;
}

bool
http_is_token(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_token_char(s.p[i]))
			return false;
	}
	return s.n > 0;
}

bool
http_is_text(char c)
{
	return c == '\t' || ((unsigned char)c >= 0x20 && c != 0x7f);
}

bool
http_is_hex(char c)
{
	return ascii_is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
}

bool
http_malformed(struct err *e, const char *why)
{
	return err_set(e, ERR_TRANSIENT, "malformed HTTP: %s", why);
}
