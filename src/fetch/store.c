#include "fetch/store.h"

#include "base/secret.h"

/* Makes a heap again of a[at] and what is below it, of which a[at] alone may be too small. */
static void
sift_down(struct param *a, size_t at, size_t count)
{
	for (size_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
		if (child + 1 < count && span_compare(a[child].name, a[child + 1].name) < 0)
			child++;
		if (span_compare(a[at].name, a[child].name) >= 0)
			return;
		const struct param kept = a[at];
		a[at] = a[child];
		a[child] = kept;
		at = child;
	}
}

/* In place, without recursion, and quick whatever order a peer chooses (heapsort). */
const struct param *
store_find_repeated(struct store *s, size_t first)
{
	struct param *a = s->param + first;
	const size_t count = s->count - first;
	for (size_t i = count / 2; i > 0; i--)
		sift_down(a, i - 1, count);
	for (size_t end = count; end > 1; end--) {
		const struct param greatest = a[0];
		a[0] = a[end - 1];
		a[end - 1] = greatest;
		sift_down(a, 0, end - 1);
	}
	for (size_t i = 1; i < count; i++) {
		if (span_eq(a[i - 1].name, a[i].name))
			return &a[i];
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
