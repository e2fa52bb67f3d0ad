#include "base/clock.h"
#include "base/quote.h"
#include "ctl/aws/secrets_job.h"
#include "ctl/base/memory.h"

/* Writing and removing keys: edits of the secret of their service. */

/* Who writes is the same for the life of the process. */
static bool
get_user(const struct store *s, struct span *user, struct err *e)
{
	static struct span arn;
	struct caller_identity caller;
	if (arn.p == NULL) {
		if (!client_caller(s->client, &caller, e))
			return false;
		arn = caller.arn;
	}
	*user = arn;
	return true;
}

/* Whether the secret still has what the caller saw. */
static bool
check_before(const struct secrets_job *j, const struct store_write *w, struct err *e)
{
	struct quoted_long q;
	struct item now;
	const bool was_there = w->before != NULL;
	secrets_value_item(&j->base.value, w->key, &now);
	if ((now.name.n > 0) == was_there && (!was_there || now.version == w->before->version))
		return true;
	err_set(e, ERR_REFUSED, "%s: %s was written or deleted by somebody else meanwhile",
		j->doing, quote_name(&q, w->key));
	return err_hint(e, "'antechamberctl history' shows who it was; then run it again");
}

static bool
check_all(const struct secrets_job *j, const struct store_write *w, bool *is_taken, struct err *e)
{
	struct quoted_long q;
	for (size_t i = 0; i < j->edit.changes; i++) {
		if (span_eq(w[i].key, SECRETS_METADATA))
			return err_set(e, ERR_USAGE, "%s: %s is not a key: it says who wrote which",
				j->doing, quote_name(&q, w[i].key));
		*is_taken = !check_before(j, &w[i], e);
		if (*is_taken)
			return false;
	}
	return true;
}

static bool
write_keys(struct secrets_job *j, const struct store_write *w, bool *is_taken, struct err *e)
{
	struct secrets_change *change = memory_get(j->edit.changes * sizeof(*change));
	j->version = memory_get(j->edit.changes * sizeof(*j->version));
	for (size_t i = 0; i < j->edit.changes; i++)
		change[i] = (struct secrets_change){ w[i].key, w[i].value };
	j->edit.change = change;
	j->edit.time = clock_unix() * 1000;
	j->service = w->service;
	j->kms_key = w->kms_key;
	*is_taken = false;
	return secrets_job_read(j, e) && check_all(j, w, is_taken, e) &&
	       get_user(j->store, &j->edit.user, e) && secrets_job_run(j, e);
}

bool
secrets_write(const struct store *s, const struct store_write *w, uint64_t *version, bool *is_taken,
	struct err *e)
{
	struct text verb = { 0 };
	struct secrets_job j = {
		.store = s,
		.doing = store_doing(&verb, "write", w->service, w->key),
		.edit = { .changes = 1 },
	};
	if (!write_keys(&j, w, is_taken, e))
		return false;
	*version = j.version[0];
	return true;
}

bool
secrets_write_all(const struct store *s, const struct store_write *w, size_t count, struct err *e)
{
	struct text verb = { 0 };
	bool is_taken;
	struct secrets_job j = {
		.store = s,
		.doing = store_doing_service(&verb, "write keys of", w->service),
		.edit = { .changes = count },
	};
	return write_keys(&j, w, &is_taken, e);
}

/* The secret stays when its last key is removed, as with chamber. */
bool
secrets_remove(const struct store *s, struct store_removal *r, struct err *e)
{
	struct secrets_change change[STORE_REMOVE_MAX];
	uint64_t version[STORE_REMOVE_MAX];
	struct text verb = { 0 };
	struct secrets_job j = {
		.store = s,
		.service = r->service,
		.doing = store_doing_service(&verb, "delete keys of", r->service),
		.edit = { .change = change },
		.version = version,
	};
	if (!secrets_job_read(&j, e))
		return false;
	for (size_t i = 0; i < r->count; i++) {
		r->was_there[i] = secrets_value_find(&j.base.value, r->key[i]) != NULL;
		if (r->was_there[i])
			change[j.edit.changes++] = (struct secrets_change){ .key = r->key[i] };
	}
	return j.edit.changes == 0 || secrets_job_run(&j, e);
}
