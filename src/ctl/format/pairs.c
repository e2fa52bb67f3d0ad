#include "ctl/format/pairs.h"

#include <stdlib.h>

#include "ctl/base/memory.h"

void
pairs_add(struct pairs *p, struct span key, struct span value)
{
	if (p->count == p->cap) {
		size_t cap = p->cap == 0 ? 64 : 2 * p->cap;
		p->pair = memory_grow(p->pair, p->count * sizeof(*p->pair), cap * sizeof(*p->pair));
		p->cap = cap;
	}
	p->pair[p->count++] = (struct pair){ key, value };
}

/* By key, and where keys are the same by place: qsort may exchange what compares equal. */
static int
compare(const void *a, const void *b)
{
	const struct pair *const *x = a, *const *y = b;
	int order = span_compare((*x)->key, (*y)->key);
	return order != 0 ? order : (*x > *y) - (*x < *y);
}

void
pairs_sort(struct pairs *p)
{
	if (p->count < 2)
		return;
	const struct pair **order = memory_get(p->count * sizeof(struct pair *));
	struct pair *sorted = memory_get(p->count * sizeof(*sorted));
	for (size_t i = 0; i < p->count; i++)
		order[i] = &p->pair[i];
	qsort(order, p->count, sizeof(struct pair *), compare);
	for (size_t i = 0; i < p->count; i++)
		sorted[i] = *order[i];
	p->pair = sorted;
	p->cap = p->count;
}

struct pair *
pairs_find(const struct pairs *p, struct span key)
{
	for (size_t i = 0; i < p->count; i++) {
		if (span_eq(p->pair[i].key, key))
			return &p->pair[i];
	}
	return NULL;
}
