#include "ctl/aws/ssm_common.h"

#include "base/quote.h"

/* What a question is about, for the messages: "read db-password of prod/webapp". */
const char *
ssm_doing(struct text *t, const char *verb, struct span service, struct span key)
{
	struct quoted_long q;
	text_printf(t, "%s %s of ", verb, quote_name(&q, key));
	text_put_str(t, quote_name(&q, service));
	return text_str(t);
}

const char *
ssm_doing_service(struct text *t, const char *verb, struct span service)
{
	struct quoted_long q;
	text_printf(t, "%s %s", verb, quote_name(&q, service));
	return text_str(t);
}

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
