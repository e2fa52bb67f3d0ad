#include "ctl/collect.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/quote.h"
#include "ctl/base/memory.h"

/* A secret and its place: the later service counts. */
struct found {
	struct pair pair;
	size_t service; /* its word */
};

static int
compare(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	const int order = span_compare(x->pair.key, y->pair.key);
	return order != 0 ? order : (x->service > y->service) - (x->service < y->service);
}

/* chamber's own words: scripts may look for them. */
static void
warn_repeated(const struct ctl *c, const struct found *f)
{
	struct quoted_long q;
	struct quoted_long r;
	log_warning("parameter %s specified more than once (overridden by service %s)",
		quote_name(&q, f->pair.key), quote_name(&r, span_of(c->word[f->service])));
}

static bool
load(const struct ctl *c, size_t word, struct items *items, struct err *e)
{
	struct span service;
	struct span label;
	return ctl_service(c, c->word[word], &service, &label, e) &&
	       c->store.ops->load(&c->store, service, label, items, e);
}

bool
collect_services(const struct ctl *c, struct pairs *pairs, struct err *e)
{
	struct items items = { 0 };
	size_t *end = memory_get(c->words * sizeof(*end));
	for (size_t i = 0; i < c->words; i++) {
		if (!load(c, i, &items, e))
			return false;
		end[i] = items.count;
	}
	struct found *all = memory_get((items.count + 1) * sizeof(*all));
	size_t service = 0;
	for (size_t i = 0; i < items.count; i++) {
		while (i >= end[service])
			service++;
		all[i] = (struct found){ { items.item[i].key, items.item[i].value }, service };
	}
	if (items.count > 1)
		qsort(all, items.count, sizeof(*all), compare);
	for (size_t i = 0; i < items.count; i++) {
		if (i > 0 && span_eq(all[i].pair.key, all[i - 1].pair.key)) {
			warn_repeated(c, &all[i]);
			pairs->count--;
		}
		pairs_add(pairs, all[i].pair.key, all[i].pair.value);
	}
	return true;
}
