#include "base/log.h"
#include "base/quote.h"
#include "ctl/base/input.h"
#include "ctl/base/memory.h"
#include "ctl/base/progress.h"
#include "ctl/base/table.h"
#include "ctl/base/terminal.h"
#include "ctl/base/text.h"
#include "ctl/options.h"
#include "ctl/services.h"

#define VALUE_MAX (64 * 1024)

/* The services whose list of keys has this one. A key is compared exactly, as chamber does. */
static bool
find_key(const struct ctl *c, struct span key, struct err *e)
{
	struct items items = { 0 };
	size_t count = 0;
	if (!services_walk(c, SPAN(""), &items, e))
		return false;
	struct span *names = memory_get((items.count + 1) * sizeof(*names));
	for (size_t i = 0; i < items.count; i++) {
		if (span_eq(items.item[i].key, key))
			names[count++] = services_of(items.item[i].name);
	}
	return services_print(c, names, count, e);
}

/* A search by value: what it looks for, and what it has found. */
struct search {
	struct span value;
	struct table table;
	size_t refused; /* services that may not be read */
};

static void
add_matches(struct search *s, struct span service, const struct items *loaded)
{
	for (size_t i = 0; i < loaded->count; i++) {
		const struct table_cell cells[] = { TABLE_CELL_TEXT(service),
			TABLE_CELL_TEXT(loaded->item[i].key) };
		if (span_eq(loaded->item[i].value, s->value))
			table_row(&s->table, cells);
	}
}

/* One that may not be read does not end the search, but the search has then not seen everything. */
static bool
search_service(const struct ctl *c, struct search *s, struct span service, struct err *e)
{
	struct items loaded = { 0 };
	if (c->store.ops->load(&c->store, service, SPAN(""), &loaded, e)) {
		add_matches(s, service, &loaded);
		return true;
	}
	if (!span_starts_with(client_code(c->store.client), SPAN("AccessDenied")))
		return false;
	progress_clear();
	log_warning("%s", e->text);
	s->refused++;
	return true;
}

static bool
search_all(const struct ctl *c, struct search *s, struct err *e)
{
	struct items items = { 0 };
	struct span before = { 0 };
	if (!services_walk(c, SPAN(""), &items, e))
		return false;
	progress_begin("looking through the keys", items.count);
	for (size_t i = 0; i < items.count; i++) {
		const struct span service = services_of(items.item[i].name);
		progress_set(i);
		if (i > 0 && span_eq(service, before))
			continue;
		before = service;
		if (!search_service(c, s, service, e)) {
			progress_end();
			return false;
		}
	}
	progress_end();
	return true;
}

static bool
find_value(const struct ctl *c, struct search *s, struct err *e)
{
	static const struct table_column columns[] = { { "Service", TABLE_TEXT },
		{ "Key", TABLE_TEXT } };
	table_init(&s->table, columns, 2);
	if (!search_all(c, s, e) || !ctl_print_table(c, &s->table, e))
		return false;
	if (s->refused == 0)
		return true;
	err_set(e, ERR_REFUSED, "the search is not complete: %zu service%s could not be read",
		s->refused, s->refused == 1 ? "" : "s");
	return err_hint(e, "the warnings above name them");
}

/* A value on the command line shows in the list of processes, so it may come from elsewhere. */
static bool
get_value(const struct ctl *c, struct span *value, struct err *e)
{
	struct text t = { 0 };
	if (c->words == 0 && terminal_is_input())
		return terminal_ask_secret("value to find", VALUE_MAX,
			"write the value to standard input, and -", value, e);
	if (c->words > 0 && !span_eq(span_of(c->word[0]), SPAN("-"))) {
		*value = ctl_take_value(c->word[0]);
		return true;
	}
	*value = (struct span){ 0 };
	if (!input_read_line("-", VALUE_MAX, &t, e))
		return err_ctx(e, "the value on standard input");
	*value = text_span(&t);
	return true;
}

bool
command_find(struct ctl *c, struct err *e)
{
	struct search s = { 0 };
	if (!ctl_open(c, e))
		return false;
	if (c->options->by_value)
		return get_value(c, &s.value, e) && find_value(c, &s, e);
	if (c->words == 0)
		return err_set(e, ERR_USAGE, "usage: find takes KEY, or --by-value");
	return find_key(c, span_of(c->word[0]), e);
}
