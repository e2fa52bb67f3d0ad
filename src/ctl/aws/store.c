#include "ctl/aws/store.h"

#include "base/quote.h"
#include "ctl/base/memory.h"

/* The capacity of a list that is full. */
static size_t
more(size_t cap)
{
	return cap == 0 ? 64 : 2 * cap;
}

void
items_add(struct items *items, const struct item *item)
{
	if (items->count == items->cap) {
		items->cap = more(items->cap);
		items->item = memory_grow(
			items->item, items->count * sizeof(*item), items->cap * sizeof(*item));
	}
	items->item[items->count++] = *item;
}

void
tags_add(struct tags *tags, struct tag tag)
{
	if (tags->count == tags->cap) {
		tags->cap = more(tags->cap);
		tags->tag =
			memory_grow(tags->tag, tags->count * sizeof(tag), tags->cap * sizeof(tag));
	}
	tags->tag[tags->count++] = tag;
}

bool
store_lacks(const struct store *s, const char *what, struct err *e)
{
	err_set(e, ERR_USAGE, "usage: the backend %s has no %s", s->ops->name, what);
	return err_hint(e, "use --backend ssm");
}

const char *
store_doing(struct text *t, const char *verb, struct span service, struct span key)
{
	struct quoted_long q;
	text_printf(t, "%s %s of ", verb, quote_name(&q, key));
	text_put_str(t, quote_name(&q, service));
	return text_str(t);
}

const char *
store_doing_service(struct text *t, const char *verb, struct span service)
{
	struct quoted_long q;
	text_printf(t, "%s %s", verb, quote_name(&q, service));
	return text_str(t);
}
