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
	s->count = mark.count;
	s->bytes_len = mark.bytes_len;
	secret_forget_since(mark.secrets);
}

static struct buf
free_bytes(struct store *s)
{
	return (struct buf){ .p = s->bytes, .cap = sizeof(s->bytes), .len = s->bytes_len };
}

/* Makes a parameter of a name and a value that were written one behind the other. */
static bool
commit(struct store *s, unsigned service, const struct buf *b, size_t name_len, struct err *e)
{
	if (b->overflow)
		return err_set(e, ERR_LIMIT, "parameters: more than %d bytes of names and values",
			PARAM_BYTES_MAX);
	if (s->count == PARAMS_MAX)
		return err_set(e, ERR_LIMIT, "parameters: more than %d", PARAMS_MAX);
	struct param *p = &s->param[s->count++];
	struct span all = span_skip(buf_span(b), s->bytes_len);
	p->service = service;
	p->name = (struct span){ all.p, name_len };
	p->value = secret_keep(span_skip(all, name_len)).bytes;
	s->bytes_len = b->len;
	return true;
}

bool
store_add(
	struct store *s, unsigned service, struct span name, struct json_value value, struct err *e)
{
	struct buf b = free_bytes(s);
	buf_put(&b, name);
	json_unescape(value, &b);
	return commit(s, service, &b, name.n, e);
}

bool
store_add_text(
	struct store *s, unsigned service, struct span name, struct span value, struct err *e)
{
	struct buf b = free_bytes(s);
	buf_put(&b, name);
	buf_put(&b, value);
	return commit(s, service, &b, name.n, e);
}
