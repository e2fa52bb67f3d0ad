#include <stdlib.h>

#include "ctl/command.h"
#include "ctl/options.h"

static int
compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
by_name(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	return span_compare(x->name, y->name);
}

static int
by_time(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	const int order = compare_numbers(x->time, y->time);
	return order != 0 ? order : by_name(a, b);
}

static int
by_user(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	const int order = span_compare(x->user, y->user);
	return order != 0 ? order : by_name(a, b);
}

static int
by_version(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	const int order = compare_numbers((int64_t)x->version, (int64_t)y->version);
	return order != 0 ? order : by_name(a, b);
}

/* Of several the last one counts, as in chamber. */
static void
sort(const struct options *o, struct items *items)
{
	int (*compare)(const void *, const void *) = by_name;
	if (o->by_time)
		compare = by_time;
	if (o->by_user)
		compare = by_user;
	if (o->by_version)
		compare = by_version;
	if (items->count > 1)
		qsort(items->item, items->count, sizeof(*items->item), compare);
}

/* Gives the items, which are sorted by name, their values. A key may be gone by now. */
static bool
add_values(const struct ctl *c, struct span service, struct items *items, struct err *e)
{
	struct items loaded = { 0 };
	if (!c->store.ops->load(&c->store, service, SPAN(""), &loaded, e))
		return false;
	for (size_t i = 0; i < loaded.count && items->count > 0; i++) {
		struct item *found = bsearch(
			&loaded.item[i], items->item, items->count, sizeof(*items->item), by_name);
		if (found != NULL)
			found->value = loaded.item[i].value;
	}
	return true;
}

static bool
print(const struct ctl *c, const struct items *items, struct err *e)
{
	static const struct table_column columns[] = {
		{ "Key", TABLE_TEXT },
		{ "Version", TABLE_NUMBER },
		{ "LastModified", TABLE_TIME },
		{ "User", TABLE_TEXT },
		{ "Value", TABLE_TEXT },
	};
	struct table t;
	table_init(&t, columns, c->options->expand ? 5 : 4);
	for (size_t i = 0; i < items->count; i++) {
		const struct item *item = &items->item[i];
		const struct table_cell cells[] = {
			TABLE_CELL_TEXT(item->key),
			TABLE_CELL_NUMBER((int64_t)item->version),
			TABLE_CELL_NUMBER(item->time),
			TABLE_CELL_TEXT(item->user),
			TABLE_CELL_TEXT(item->value),
		};
		table_row(&t, cells);
	}
	return ctl_print_table(c, &t, e);
}

bool
command_list(struct ctl *c, struct err *e)
{
	struct span service;
	struct items items = { 0 };
	if (!ctl_open(c, e) || !ctl_service(c, c->word[0], &service, NULL, e) ||
		!c->store.ops->list(&c->store, service, &items, e))
		return false;
	if (items.count > 1)
		qsort(items.item, items.count, sizeof(*items.item), by_name);
	if (c->options->expand && !add_values(c, service, &items, e))
		return false;
	sort(c->options, &items);
	return print(c, &items, e);
}
