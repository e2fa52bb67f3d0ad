#include "ctl/aws/ssm_common.h"

void
ssm_put_name(struct text *body, struct span service, struct span key)
{
	text_put_char(body, '/');
	text_put(body, service);
	text_put_char(body, '/');
	text_put(body, key);
}

struct span
ssm_last_part(struct span name)
{
	size_t n = name.n;
	while (n > 0 && name.p[n - 1] != '/')
		n--;
	return span_skip(name, n);
}

bool
ssm_is_code(const struct store *s, const char *code)
{
	return span_eq(client_code(s->client), span_of(code));
}
