#include <stdlib.h>

#include "base/log.h"
#include "base/quote.h"
#include "ctl/base/outfile.h"
#include "ctl/base/progress.h"
#include "ctl/base/stop.h"
#include "ctl/base/table.h"
#include "ctl/base/terminal.h"
#include "ctl/base/text.h"
#include "ctl/options.h"

static bool
check_version(const struct ctl *c, const struct store_key *k, struct err *e)
{
	struct quoted_long q;
	struct item item;
	if (!c->options->expects_version)
		return true;
	if (!c->store.ops->find(&c->store, k, &item, e))
		return false;
	if (item.name.n == 0 || item.version == c->options->expect_version)
		return true;
	return err_set(e, ERR_REFUSED, "%s has version %llu, but %llu was expected",
		quote_name(&q, k->key), (unsigned long long)item.version,
		(unsigned long long)c->options->expect_version);
}

static bool
delete_one(struct ctl *c, struct span service, struct err *e)
{
	struct store_removal r = { .service = service, .count = 1 };
	struct store_key k = { .service = service };
	if (!ctl_key(c, span_of(c->word[1]), &r.key[0], e))
		return false;
	if (c->options->exact_key)
		r.key[0] = span_of(c->word[1]);
	k.key = r.key[0];
	if (!check_version(c, &k, e) || !c->store.ops->remove(&c->store, &r, e))
		return false;
	return r.was_there[0] || ctl_missing(service, k.key, e);
}

static int
compare(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	return span_compare(x->name, y->name);
}

static bool
print_keys(const struct items *items, struct err *e)
{
	struct text out = { 0 };
	static const struct table_column columns[] = { { "Key", TABLE_TEXT },
		{ "Version", TABLE_NUMBER } };
	struct table t;
	table_init(&t, columns, 2);
	for (size_t i = 0; i < items->count; i++) {
		const struct table_cell cells[] = { TABLE_CELL_TEXT(items->item[i].key),
			TABLE_CELL_NUMBER((int64_t)items->item[i].version) };
		table_row(&t, cells);
	}
	table_write(&t, &out);
	return outfile_print(text_span(&out), e);
}

static bool
ask(const struct ctl *c, struct span service, size_t count, bool *yes, struct err *e)
{
	struct quoted_long q;
	struct text question = { 0 };
	*yes = true;
	if (c->options->yes)
		return true;
	text_printf(&question, "delete the %zu key%s of %s?", count, count == 1 ? "" : "s",
		quote_name(&q, service));
	return terminal_confirm(
		text_str(&question), "use --yes to delete without a question", yes, e);
}

/* Where the deletion is. */
struct work {
	size_t done;
	size_t gone; /* of them, those that somebody else has deleted */
	int signo; /* that ends it */
};

static bool
delete_batches(const struct ctl *c, struct span service, const struct items *items, struct work *w,
	struct err *e)
{
	while (w->done < items->count && !stop_asked(&w->signo)) {
		struct store_removal r = { .service = service };
		while (r.count < STORE_REMOVE_MAX && w->done + r.count < items->count) {
			r.key[r.count] = items->item[w->done + r.count].key;
			r.count++;
		}
		if (!c->store.ops->remove(&c->store, &r, e))
			return false;
		w->done += r.count;
		for (size_t i = 0; i < r.count; i++)
			w->gone += !r.was_there[i];
		progress_set(w->done);
	}
	return true;
}

static void
tell_done(struct span service, const struct work *w)
{
	struct quoted_long q;
	const size_t deleted = w->done - w->gone;
	log_info("deleted %zu key%s of %s", deleted, deleted == 1 ? "" : "s",
		quote_name(&q, service));
	if (w->gone > 0)
		log_warning("somebody else deleted %zu key%s of %s meanwhile", w->gone,
			w->gone == 1 ? "" : "s", quote_name(&q, service));
}

static bool
delete_items(const struct ctl *c, struct span service, const struct items *items, struct err *e)
{
	struct work w = { 0 };
	stop_hold();
	progress_begin("delete", items->count);
	bool ok = delete_batches(c, service, items, &w, e);
	progress_end();
	stop_asked(&w.signo);
	bool is_known = ok;
	if (ok && w.done < items->count)
		ok = err_set(e, ERR_FINAL, "stopped by a signal");
	if (!ok) {
		is_known = is_known || err_exit_code(e) == EXIT_REFUSED;
		err_ctx(e, "delete: %zu of %zu keys were deleted%s", w.done, items->count,
			is_known ? "" : ", and perhaps those after them");
		err_hint(e, "run the same command again to delete the rest");
	}
	if (!ok && w.signo != 0) {
		log_error(e);
		stop_die(w.signo);
	}
	stop_release();
	if (ok)
		tell_done(service, &w);
	return ok;
}

static bool
delete_all(struct ctl *c, struct span service, struct err *e)
{
	struct quoted_long q;
	struct items items = { 0 };
	bool yes = false;
	if (!c->store.ops->list(&c->store, service, &items, e))
		return false;
	if (items.count == 0) {
		err_set(e, ERR_REFUSED, "there are no keys in %s", quote_name(&q, service));
		return err_hint(e, "check the service's name and the region");
	}
	if (items.count > 1)
		qsort(items.item, items.count, sizeof(*items.item), compare);
	if (!print_keys(&items, e))
		return false;
	if (c->options->dry_run)
		return true;
	if (!ask(c, service, items.count, &yes, e))
		return false;
	if (!yes)
		return err_set(e, ERR_USAGE, "nothing was deleted");
	return delete_items(c, service, &items, e);
}

bool
command_delete(struct ctl *c, struct err *e)
{
	struct span service;
	if (c->options->all != (c->words == 1))
		return err_set(
			e, ERR_USAGE, "usage: delete takes SERVICE KEY, or SERVICE and --all");
	if (c->options->dry_run && !c->options->all)
		return err_set(e, ERR_USAGE, "usage: --dry-run needs --all");
	if (c->options->expects_version && c->options->all)
		return err_set(e, ERR_USAGE, "usage: --expect-version is for a single key");
	if (!ctl_open(c, e) || !ctl_service(c, c->word[0], &service, NULL, e))
		return false;
	return c->options->all ? delete_all(c, service, e) : delete_one(c, service, e);
}
