#include "ctl/change.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/quote.h"
#include "ctl/base/memory.h"
#include "ctl/base/progress.h"
#include "ctl/base/stop.h"
#include "ctl/base/table.h"
#include "ctl/put.h"

static int
compare(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	return span_compare(x->key, y->key);
}

static void
judge(struct change *change, const struct pair *pair, const struct items *present)
{
	const struct item wanted = { .key = pair->key };
	const struct item *before = present->count == 0
					    ? NULL
					    : bsearch(&wanted, present->item, present->count,
						      sizeof(*present->item), compare);
	change->key = pair->key;
	change->value = pair->value;
	change->kind = CHANGE_NEW;
	if (before == NULL)
		return;
	change->before = *before;
	change->kind = span_eq(before->value, pair->value) ? CHANGE_NONE : CHANGE_UPDATE;
}

bool
change_check(const struct ctl *c, struct span service, const struct pairs *pairs, struct err *e)
{
	for (size_t i = 0; i < pairs->count; i++) {
		const struct pair *pair = &pairs->pair[i];
		const struct put p = { .service = service, .key = pair->key, .value = pair->value };
		if (!put_check(c, &p, e))
			return false;
	}
	return true;
}

bool
change_plan(const struct ctl *c, struct span service, const struct pairs *pairs,
	struct changes *changes, struct err *e)
{
	struct items present = { 0 };
	*changes = (struct changes){ .service = service, .count = pairs->count };
	changes->change = memory_get((pairs->count + 1) * sizeof(*changes->change));
	if (!c->store.ops->load(&c->store, service, SPAN(""), &present, e))
		return false;
	if (present.count > 1)
		qsort(present.item, present.count, sizeof(*present.item), compare);
	for (size_t i = 0; i < pairs->count; i++) {
		judge(&changes->change[i], &pairs->pair[i], &present);
		changes->unchanged += changes->change[i].kind == CHANGE_NONE;
	}
	return true;
}

static struct put
make_put(const struct changes *changes, const struct change *change)
{
	return (struct put){
		.service = changes->service,
		.key = change->key,
		.value = change->value,
		.type = change->type,
	};
}

bool
change_check_types(const struct ctl *c, const struct changes *changes, struct err *e)
{
	for (size_t i = 0; i < changes->count; i++) {
		const struct change *change = &changes->change[i];
		const struct put p = make_put(changes, change);
		if (change->kind == CHANGE_UPDATE && !put_check_before(c, &p, &change->before, e))
			return false;
	}
	return true;
}

bool
change_print(const struct ctl *c, const struct changes *changes, struct err *e)
{
	static const struct table_column columns[] = { { "Key", TABLE_TEXT },
		{ "Change", TABLE_TEXT }, { "Version", TABLE_NUMBER } };
	static const char *const names[] = {
		[CHANGE_NEW] = "new",
		[CHANGE_UPDATE] = "update",
		[CHANGE_NONE] = "unchanged",
	};
	struct table t;
	table_init(&t, columns, 3);
	for (size_t i = 0; i < changes->count; i++) {
		const struct change *change = &changes->change[i];
		const struct table_cell cells[] = {
			TABLE_CELL_TEXT(change->key),
			TABLE_CELL_TEXT(span_of(names[change->kind])),
			TABLE_CELL_NUMBER((int64_t)change->before.version),
		};
		table_row(&t, cells);
	}
	return ctl_print_table(c, &t, e);
}

/* Where long work is. */
struct work {
	size_t at; /* of the changes */
	size_t written;
	int signo; /* that ends it */
	bool is_between; /* two requests */
	bool is_together; /* all are one request */
};

/* All in one request. */
static bool
write_together(const struct ctl *c, const struct changes *changes, struct work *w, struct err *e)
{
	size_t count = 0;
	w->is_together = true;
	struct store_write *write = memory_get((changes->count + 1) * sizeof(*write));
	for (size_t i = 0; i < changes->count; i++) {
		const struct change *change = &changes->change[i];
		const struct put p = make_put(changes, change);
		if (change->kind != CHANGE_NONE)
			write[count++] = put_make(c, &p, &change->before);
	}
	if (count > 0 && !c->store.ops->write_all(&c->store, write, count, e))
		return false;
	w->at = changes->count;
	w->written = count;
	return true;
}

static bool
write_each(const struct ctl *c, const struct changes *changes, struct work *w, struct err *e)
{
	uint64_t version;
	for (; w->at < changes->count && !stop_asked(&w->signo); w->at++) {
		const struct change *change = &changes->change[w->at];
		const struct put p = make_put(changes, change);
		if (change->kind == CHANGE_NONE)
			continue;
		if (!put_write(c, &p, &change->before, &version, e))
			return false;
		progress_set(++w->written);
	}
	return true;
}

/*
 * What was done and what was not, in front of why. A request whose response was not waited for may
 * have been carried out.
 */
static void
tell_rest(const struct changes *changes, const struct work *w, const char *doing, struct err *e)
{
	struct quoted_long q;
	const size_t total = changes->count - changes->unchanged;
	const bool is_known = w->is_between || err_exit_code(e) == EXIT_REFUSED;
	if (w->is_together)
		err_ctx(e, "%s: %s", doing,
			is_known ? "nothing was written" : "all keys were written, or none");
	else
		err_ctx(e, "%s: %zu of %zu keys were written, %s %s", doing, w->written, total,
			is_known ? "the next one is" : "and perhaps",
			quote_name(&q, changes->change[w->at].key));
	err_hint(e, "run the same command again to write the rest");
}

bool
change_apply(const struct ctl *c, const struct changes *changes, const char *doing, struct err *e)
{
	struct work w = { 0 };
	stop_hold();
	progress_begin(doing, changes->count - changes->unchanged);
	bool ok = c->store.ops->write_all == NULL ? write_each(c, changes, &w, e)
						  : write_together(c, changes, &w, e);
	progress_end();
	/* A signal in a request has ended that. */
	stop_asked(&w.signo);
	w.is_between = ok;
	while (w.at < changes->count && changes->change[w.at].kind == CHANGE_NONE)
		w.at++;
	if (ok && w.at < changes->count)
		ok = err_set(e, ERR_FINAL, "stopped by a signal");
	if (!ok)
		tell_rest(changes, &w, doing, e);
	if (!ok && w.signo != 0) {
		log_error(e);
		stop_die(w.signo);
	}
	stop_release();
	return ok;
}
