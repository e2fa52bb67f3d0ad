#include <stdlib.h>

#include "base/log.h"
#include "base/quote.h"
#include "ctl/change.h"
#include "ctl/options.h"

static int
compare(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	return span_compare(x->key, y->key);
}

static bool
load_source(const struct ctl *c, struct items *items, struct err *e)
{
	struct quoted_long q;
	struct span service;
	struct span label;
	if (!ctl_service(c, c->word[0], &service, &label, e) ||
		!c->store.ops->load(&c->store, service, label, items, e))
		return false;
	if (items->count > 1)
		qsort(items->item, items->count, sizeof(*items->item), compare);
	if (items->count > 0)
		return true;
	err_set(e, ERR_REFUSED, "there are no keys in %s", quote_name(&q, service));
	return err_hint(e, "check the service's name and the region");
}

/* A copy is of the type that its source has. */
static bool
plan(const struct ctl *c, struct span service, const struct items *items, struct changes *changes,
	struct err *e)
{
	struct pairs pairs = { 0 };
	for (size_t i = 0; i < items->count; i++)
		pairs_add(&pairs, items->item[i].key, items->item[i].value);
	if (!change_check(c, service, &pairs, e) || !change_plan(c, service, &pairs, changes, e))
		return false;
	for (size_t i = 0; i < items->count; i++)
		changes->change[i].type = items->item[i].type;
	return change_check_types(c, changes, e);
}

/* Nothing is written where something would be replaced that nobody said may be. */
static bool
check_overwrite(const struct ctl *c, const struct changes *changes, struct err *e)
{
	struct quoted_long q;
	size_t count = 0;
	const struct change *first = NULL;
	for (size_t i = 0; i < changes->count; i++) {
		if (changes->change[i].kind != CHANGE_UPDATE)
			continue;
		first = first == NULL ? &changes->change[i] : first;
		count++;
	}
	if (count == 0 || c->options->overwrite)
		return true;
	if (count == 1)
		err_set(e, ERR_REFUSED, "%s would be replaced: nothing was written",
			quote_name(&q, first->key));
	else
		err_set(e, ERR_REFUSED, "%s and %zu more would be replaced: nothing was written",
			quote_name(&q, first->key), count - 1);
	return err_hint(e, "use --overwrite to replace them, --dry-run or diff to see them");
}

bool
command_copy(struct ctl *c, struct err *e)
{
	struct quoted_long q;
	struct span service;
	struct items items = { 0 };
	struct changes changes;
	if (!ctl_open(c, e) || !ctl_new_service(c, c->word[1], &service, e) ||
		!load_source(c, &items, e) || !plan(c, service, &items, &changes, e))
		return false;
	if (c->options->dry_run)
		return change_print(c, &changes, e);
	if (!check_overwrite(c, &changes, e) || !change_apply(c, &changes, "copy", e))
		return false;
	log_info("copy to %s: %zu written, %zu unchanged", quote_name(&q, service),
		changes.count - changes.unchanged, changes.unchanged);
	return true;
}
