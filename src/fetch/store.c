#include "fetch/store.h"

#include "base/secret.h"
#include "base/sort.h"

static unsigned
rank(const struct param *p)
{
	return p->service == STORE_REFERENCES ? 0 : p->service + 1;
}

static bool
param_comes_before(const void *items, size_t a, size_t b)
{
	const struct param *param = items;
	int order = (int)rank(&param[a]) - (int)rank(&param[b]);
	if (order == 0)
		order = span_compare(param[a].name, param[b].name);
	return order < 0 || (order == 0 && param[a].name.p < param[b].name.p);
}

static void
swap_params(void *items, size_t a, size_t b)
{
	struct param *param = items;
	struct param kept = param[a];
	param[a] = param[b];
	param[b] = kept;
}

void
store_sort(struct store *s, size_t first)
{
	sort(&(struct sort_array){ s->param + first, param_comes_before, swap_params },
		s->count - first);
}

const struct param *
store_find_repeated(struct store *s, size_t first)
{
	store_sort(s, first);
	for (size_t i = first + 1; i < s->count; i++) {
		if (span_eq(s->param[i - 1].name, s->param[i].name))
			return &s->param[i];
	}
	return NULL;
}

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
