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

/* A search through services: what it looks for, and what it has found. */
struct search {
	struct span value; /* or, where p is NULL, */
	struct span key;
	struct table table;
	struct items found; /* of the present service */
	size_t refused; /* services that may not be read */
};

static bool
matches(const struct search *s, const struct item *item)
{
	return s->value.p == NULL ? span_eq(item->key, s->key) : span_eq(item->value, s->value);
}

/* The table of a search by key has the first cell alone. */
static void
add_matches(struct search *s, struct span service)
{
	for (size_t i = 0; i < s->found.count; i++) {
		const struct item *item = &s->found.item[i];
		if (!matches(s, item))
			continue;
		const struct table_cell cells[] = { TABLE_CELL_TEXT(service),
			TABLE_CELL_TEXT(memory_copy(item->key)) };
		table_row(&s->table, cells);
	}
}

static bool
read_service(const struct ctl *c, struct search *s, struct span service, struct err *e)
{
	s->found.count = 0;
	if (s->value.p == NULL)
		return c->store.ops->list(&c->store, service, &s->found, e);
	return c->store.ops->load(&c->store, service, SPAN(""), &s->found, e);
}

/* Secrets of others are among those that are walked through, in any form. */
static bool
is_foreign(const struct ctl *c, const struct err *e)
{
	return c->store.ops != &store_ssm && e->kind == ERR_REFUSED &&
	       client_code(c->store.client).n == 0;
}

/* One that may not be read does not end the search, but the search has then not seen everything. */
static bool
search_service(const struct ctl *c, struct search *s, struct span service, struct err *e)
{
	if (read_service(c, s, service, e)) {
		add_matches(s, service);
		return true;
	}
	if (is_foreign(c, e)) {
		log_debug("%s", e->text);
		return true;
	}
	if (!span_starts_with(client_code(c->store.client), SPAN("AccessDenied")))
		return false;
	progress_clear();
	log_warning("%s", e->text);
	s->refused++;
	return true;
}

/* One service after the other, of which nothing is kept but what was found. */
static bool
search_all(const struct ctl *c, struct search *s, struct err *e)
{
	struct span *names;
	size_t count;
	bool ok = true;
	if (!services_names(c, &names, &count, e))
		return false;
	services_begin("looking through the services", count);
	for (size_t i = 0; ok && i < count; i++) {
		progress_set(i);
		memory_forget();
		ok = search_service(c, s, names[i], e) ||
		     err_ctx(e, "looked through %zu of %zu services", i, count);
	}
	return services_end(ok, e);
}

static bool
find_in_services(const struct ctl *c, struct search *s, struct err *e)
{
	static const struct table_column columns[] = { { "Service", TABLE_TEXT },
		{ "Key", TABLE_TEXT } };
	table_init(&s->table, columns, s->value.p == NULL ? 1 : 2);
	if (!search_all(c, s, e) || !ctl_print_table(c, &s->table, e))
		return false;
	if (s->refused == 0)
		return true;
	err_set(e, ERR_REFUSED, "the search is not complete: %zu service%s could not be read",
		s->refused, s->refused == 1 ? "" : "s");
	return err_hint(e, "the warnings above name them");
}

/*
 * The services whose list of keys has this one. A key is compared exactly, as chamber does. The
 * names of parameters say it; secrets have to be read.
 */
static bool
find_key(const struct ctl *c, struct span key, struct err *e)
{
	struct search s = { .key = key };
	struct items items = { 0 };
	size_t count = 0;
	if (c->store.ops != &store_ssm)
		return find_in_services(c, &s, e);
	if (!services_walk(c, SPAN(""), &items, e))
		return false;
	struct span *names = memory_get((items.count + 1) * sizeof(*names));
	for (size_t i = 0; i < items.count; i++) {
		if (span_eq(items.item[i].key, key))
			names[count++] = services_of(&items.item[i]);
	}
	return services_print(c, names, count, e);
}

/* A value on the command line shows in the list of processes, so it may come from elsewhere. */
static bool
get_value(const struct ctl *c, struct span *value, struct err *e)
{
	struct text t = { 0 };
	if (c->words == 0 && terminal_is_input())
		return terminal_ask_secret("value to find", VALUE_MAX,
			"give -, and the value on standard input", value, e);
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
		return get_value(c, &s.value, e) && find_in_services(c, &s, e);
	if (c->words == 0)
		return err_set(e, ERR_USAGE, "usage: find takes KEY, or --by-value");
	return find_key(c, span_of(c->word[0]), e);
}
