#include "ctl/services.h"

#include <stdlib.h>

#include "base/bounds.h"
#include "base/log.h"
#include "ctl/base/memory.h"
#include "ctl/base/progress.h"
#include "ctl/base/stop.h"
#include "ctl/base/table.h"

static int
compare_items(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	return span_compare(x->name, y->name);
}

static int
compare_names(const void *a, const void *b)
{
	const struct span *x = a, *y = b;
	return span_compare(*x, *y);
}

static bool
show_progress(size_t count, struct err *e)
{
	int signo;
	progress_set(count);
	return !stop_asked(&signo) || err_set(e, ERR_FINAL, "stopped after %zu keys", count);
}

void
services_begin(const char *what, uint64_t total)
{
	stop_hold();
	progress_begin(what, total);
}

bool
services_end(bool ok, struct err *e)
{
	int signo;
	progress_end();
	if (stop_asked(&signo)) {
		if (!ok)
			log_error(e);
		stop_die(signo);
	}
	stop_release();
	return ok;
}

struct span
services_of(const struct item *item)
{
	struct span name = item->name;
	if (item->key.n == 0 || name.p[0] != '/')
		return name;
	name = span_skip(name, 1);
	while (name.n > 0 && name.p[name.n - 1] != '/')
		name.n--;
	if (name.n > 0)
		name.n--;
	return name;
}

bool
services_walk(const struct ctl *c, struct span prefix, struct items *items, struct err *e)
{
	services_begin("reading the list of keys", 0);
	if (!services_end(c->store.ops->walk(&c->store, prefix, items, show_progress, e), e))
		return false;
	/* A parameter without a path is in no service; the name of a secret is one. */
	const bool is_path = c->store.ops == &store_ssm;
	size_t kept = 0;
	for (size_t i = 0; i < items->count; i++) {
		const struct item *item = &items->item[i];
		if (services_of(item).n > 0 && (!is_path || item->name.p[0] == '/'))
			items->item[kept++] = *item;
	}
	items->count = kept;
	if (kept > 1)
		qsort(items->item, kept, sizeof(*items->item), compare_items);
	return true;
}

bool
services_names(const struct ctl *c, struct span **names, size_t *count, struct err *e)
{
	struct items items = { 0 };
	*count = 0;
	if (!services_walk(c, SPAN(""), &items, e))
		return false;
	struct span *all = memory_get((items.count + 1) * sizeof(*all));
	for (size_t i = 0; i < items.count; i++)
		all[i] = services_of(&items.item[i]);
	/* In the order of the keys, those of a/b are between two of a. */
	if (items.count > 1)
		qsort(all, items.count, sizeof(*all), compare_names);
	for (size_t i = 0; i < items.count; i++) {
		if (*count == 0 || !span_eq(all[i], all[*count - 1]))
			all[(*count)++] = memory_copy(all[i]);
	}
	*names = all;
	return true;
}

bool
services_print(const struct ctl *c, struct span *name, size_t count, struct err *e)
{
	static const struct table_column columns[] = { { "Service", TABLE_TEXT } };
	struct table t;
	table_init(&t, columns, 1);
	if (count > 1)
		qsort(name, count, sizeof(*name), compare_names);
	for (size_t i = 0; i < count; i++) {
		const struct table_cell cell = TABLE_CELL_TEXT(name[i]);
		if (i == 0 || !span_eq(name[i], name[i - 1]))
			table_row(&t, &cell);
	}
	return ctl_print_table(c, &t, e);
}
