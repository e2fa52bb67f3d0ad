#include "fetch/store.h"

#include "base/secret.h"

struct store_mark
store_mark(const struct store *s)
{
	return (struct store_mark){ s->count, s->bytes_len, secret_mark() };
}

void
store_reset(struct store *s, struct store_mark mark)
{
	secret_copy_since(mark.secrets);
	s->count = mark.count;
	s->bytes_len = mark.bytes_len;
}

void
store_begin(struct store *s, struct span name, struct buf *b)
{
	*b = (struct buf){ .p = s->bytes, .cap = sizeof(s->bytes), .len = s->bytes_len };
	s->name_len = name.n;
	buf_put(b, name);
}

bool
store_end(struct store *s, unsigned service, const struct buf *b, struct err *e)
{
	if (b->overflow)
		return err_set(e, ERR_LIMIT, "parameters: more than %d bytes of names and values",
			PARAM_BYTES_MAX);
	if (s->count == PARAMS_MAX)
		return err_set(e, ERR_LIMIT, "parameters: more than %d", PARAMS_MAX);
	struct param *p = &s->param[s->count++];
	struct span both = span_skip(buf_span(b), s->bytes_len);
	p->service = service;
	p->name = (struct span){ both.p, s->name_len };
	p->value = secret_keep(span_skip(both, s->name_len)).bytes;
	s->bytes_len = b->len;
	return true;
}

bool
store_add(
	struct store *s, unsigned service, struct span name, struct json_value value, struct err *e)
{
	struct buf b;
	store_begin(s, name, &b);
	json_unescape(value, &b);
	return store_end(s, service, &b, e);
}
