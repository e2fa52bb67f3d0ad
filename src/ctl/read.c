#include "ctl/base/outfile.h"
#include "ctl/base/text.h"
#include "ctl/command.h"
#include "ctl/options.h"

static const struct table_column columns[] = {
	{ "Key", TABLE_TEXT },
	{ "Value", TABLE_TEXT },
	{ "Version", TABLE_NUMBER },
	{ "LastModified", TABLE_TIME },
	{ "User", TABLE_TEXT },
};
#define COLUMNS (sizeof(columns) / sizeof(*columns))

static bool
print(const struct ctl *c, const struct item *item, struct err *e)
{
	struct table t;
	struct text line = { 0 };
	const struct table_cell cells[COLUMNS] = {
		TABLE_CELL_TEXT(item->key),
		TABLE_CELL_TEXT(item->value),
		TABLE_CELL_NUMBER((int64_t)item->version),
		TABLE_CELL_NUMBER(item->time),
		TABLE_CELL_TEXT(item->user),
	};
	if (c->options->quiet) {
		text_put(&line, item->value);
		text_put_char(&line, '\n');
		return outfile_print(text_span(&line), e);
	}
	/* GetParameter does not say who wrote a parameter. */
	table_init(&t, columns, c->store.ops == &store_ssm ? COLUMNS - 1 : COLUMNS);
	table_row(&t, cells);
	return ctl_print_table(c, &t, e);
}

bool
command_read(struct ctl *c, struct err *e)
{
	struct store_key k = { .version = c->options->version };
	struct item item;
	if (!ctl_open(c, e) || !ctl_service(c, c->word[0], &k.service, NULL, e) ||
		!ctl_key(c, span_of(c->word[1]), &k.key, e) ||
		!c->store.ops->find(&c->store, &k, &item, e))
		return false;
	if (item.name.n > 0)
		return print(c, &item, e);
	ctl_missing(k.service, k.key, e);
	return k.version != 0 && err_ctx(e, "version %llu", (unsigned long long)k.version);
}
