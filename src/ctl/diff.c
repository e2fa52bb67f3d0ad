#include <stdlib.h>

#include "ctl/base/table.h"
#include "ctl/options.h"

static const struct table_column columns[] = {
	{ "Key", TABLE_TEXT },
	{ "Difference", TABLE_TEXT },
	{ "Version", TABLE_NUMBER },
	{ "OtherVersion", TABLE_NUMBER },
	{ "Value", TABLE_TEXT },
	{ "OtherValue", TABLE_TEXT },
};
#define COLUMNS (sizeof(columns) / sizeof(*columns))

static int
compare(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	return span_compare(x->key, y->key);
}

static bool
load(const struct ctl *c, const char *word, struct items *items, struct err *e)
{
	struct span service;
	struct span label;
	if (!ctl_service(c, word, &service, &label, e) ||
		!c->store.ops->load(&c->store, service, label, items, e))
		return false;
	if (items->count > 1)
		qsort(items->item, items->count, sizeof(*items->item), compare);
	return true;
}

/* In place of a key that a service does not have. */
static const struct item none;

/* A row for a key that one service has, or both with different values. */
static void
add_row(struct table *t, const struct item *a, const struct item *b)
{
	const struct span what = a == &none   ? SPAN("only in the other")
				 : b == &none ? SPAN("only here")
					      : SPAN("different");
	const struct table_cell cells[COLUMNS] = {
		TABLE_CELL_TEXT(a == &none ? b->key : a->key),
		TABLE_CELL_TEXT(what),
		TABLE_CELL_NUMBER((int64_t)a->version),
		TABLE_CELL_NUMBER((int64_t)b->version),
		TABLE_CELL_TEXT(a->value),
		TABLE_CELL_TEXT(b->value),
	};
	table_row(t, cells);
}

/* The next key of a list, none after the last one. */
static const struct item *
item_at(const struct items *items, size_t i)
{
	return i < items->count ? &items->item[i] : &none;
}

static void
compare_all(struct table *t, const struct items *a, const struct items *b)
{
	size_t i = 0;
	size_t j = 0;
	while (i < a->count || j < b->count) {
		const struct item *x = item_at(a, i);
		const struct item *y = item_at(b, j);
		const int order = x == &none ? 1 : y == &none ? -1 : compare(x, y);
		if (order != 0)
			add_row(t, order < 0 ? x : &none, order < 0 ? &none : y);
		else if (!span_eq(x->value, y->value))
			add_row(t, x, y);
		i += order <= 0;
		j += order >= 0;
	}
}

bool
command_diff(struct ctl *c, struct err *e)
{
	struct items a = { 0 };
	struct items b = { 0 };
	struct table t;
	if (!ctl_open(c, e) || !load(c, c->word[0], &a, e) || !load(c, c->word[1], &b, e))
		return false;
	table_init(&t, columns, c->options->values ? COLUMNS : COLUMNS - 2);
	compare_all(&t, &a, &b);
	/* As diff(1): 1 where they differ. */
	c->exit_code = t.cells > 0 ? 1 : 0;
	return ctl_print_table(c, &t, e);
}
