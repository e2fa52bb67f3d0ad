#include "http/syntax.h"

bool
http_is_token(struct span s)
{
	return s.n > 0 && span_alnum(s, "!#$%&'*+-.^_`|~") == s.n;
}

bool
http_is_text(char c)
{
	return c == '\t' || ((unsigned char)c >= 0x20 && c != 0x7f);
}

bool
http_malformed(struct err *e, const char *why)
{
	return err_set(e, ERR_TRANSIENT, "malformed HTTP: %s", why);
}
