#include "ctl/command.h"

static const struct table_column columns[] = {
	{ "Event", TABLE_TEXT },
	{ "Version", TABLE_NUMBER },
	{ "Date", TABLE_TIME },
	{ "User", TABLE_TEXT },
};
#define COLUMNS (sizeof(columns) / sizeof(*columns))

bool
command_history(struct ctl *c, struct err *e)
{
	struct span service;
	struct span key;
	struct items items = { 0 };
	struct table t;
	if (!ctl_open(c, e) || !ctl_service(c, c->word[0], &service, NULL, e) ||
		!ctl_key(c, span_of(c->word[1]), &key, e) ||
		!c->store.ops->history(&c->store, service, key, &items, e))
		return false;
	if (items.count == 0)
		return ctl_missing(service, key, e);
	table_init(&t, columns, COLUMNS);
	for (size_t i = 0; i < items.count; i++) {
		const struct item *item = &items.item[i];
		const struct table_cell cells[COLUMNS] = {
			TABLE_CELL_TEXT(item->version == 1 ? SPAN("Created") : SPAN("Updated")),
			TABLE_CELL_NUMBER((int64_t)item->version),
			TABLE_CELL_NUMBER(item->time),
			TABLE_CELL_TEXT(item->user),
		};
		table_row(&t, cells);
	}
	return ctl_print_table(c, &t, e);
}
