#include "ctl/aws/secrets_job.h"

#include "base/log.h"
#include "ctl/base/memory.h"

/*
 * Writing to a secret: all of it is read, changed and put back, and PutSecretValue has no condition
 * that the secret is still the one that was read. So the secret is looked at afterwards: the stage
 * AWSPREVIOUS is on the version that ours replaced. If that is not the one that was read, somebody
 * else wrote between, and the edit is made again on what they wrote; likewise when a version of
 * somebody else has replaced ours without having it.
 *
 * Two writers lose nothing by that. What stays: until then, which is two requests, readers see the
 * secret without the other's keys; a program that is stopped in that time leaves it so, with the
 * other's version as AWSPREVIOUS; and of three or more that write in the same second one can lose
 * its keys though it has seen them, for AWSPREVIOUS shows only the last of the versions replaced.
 */

/* Makes the edit on the base, and writes the result. */
static bool
write_edit(struct secrets_job *j, bool *is_new, struct err *e)
{
	struct text value = { 0 };
	for (size_t i = 0; i < j->edit.changes; i++) {
		const uint64_t next = secrets_value_next(&j->base.value, j->edit.change[i].key);
		j->version[i] = next - (j->edit.change[i].value.p == NULL ? 1 : 0);
	}
	secrets_value_put(&j->base.value, &j->edit, &value);
	return secrets_put(j, text_span(&value), is_new, e);
}

/* The versions of the secret that count; empty: there is none. */
struct staged {
	struct span current;
	struct span previous;
};

static bool
has_text(struct json_value list, struct span text)
{
	struct json_value v;
	for (int at = 0; json_next(list, &at, NULL, &v);) {
		if (json_string_is(v, text))
			return true;
	}
	return false;
}

static bool
read_staged(struct json_value root, struct staged *staged, struct err *e)
{
	struct json_value ids;
	struct json_value id;
	struct json_value list;
	*staged = (struct staged){ 0 };
	if (!json_member(root, "VersionIdsToStages", JSON_OBJECT, &ids, e))
		return err_ctx(e, "malformed response");
	if (ids.doc == NULL)
		return true;
	for (int at = 0; json_next(ids, &at, &id, &list);) {
		if (json_type(list) != JSON_ARRAY)
			continue;
		if (has_text(list, SPAN("AWSCURRENT")))
			staged->current = memory_copy(json_raw(id));
		if (has_text(list, SPAN("AWSPREVIOUS")))
			staged->previous = memory_copy(json_raw(id));
	}
	return true;
}

static bool
is_own(const struct secrets_job *j, struct span id)
{
	for (size_t i = 0; i <= j->attempts; i++) {
		if (span_eq(j->own[i], id))
			return true;
	}
	return false;
}

static bool
get_version(
	const struct secrets_job *j, struct span id, struct secrets_version *version, struct err *e)
{
	const struct secrets_question q = {
		.what = { .id = j->service, .version = id },
		.doing = j->doing,
		.may_skip = true,
	};
	return secrets_get(j->store, &q, version, e);
}

/* Whether nothing was lost; else the base is what the edit has to be made on. */
static bool
check_lost(struct secrets_job *j, bool *is_done, struct err *e)
{
	struct json_value root;
	struct staged now;
	struct secrets_version other;
	if (!secrets_describe(j, "check the secret after writing", &root, e) ||
		!read_staged(root, &now, e))
		return err_ctx(e, "%s", j->doing);
	const bool is_ours = is_own(j, now.current);
	const struct span id = is_ours ? now.previous : now.current;
	*is_done = true;
	if (id.n == 0 || (is_ours && (span_eq(id, j->base.id) || is_own(j, id))))
		return true;
	if (!get_version(j, id, &other, e))
		return false;
	/* What is not an object of ours, or gone, has nothing that could be kept. */
	if (!other.is_there || (!is_ours && secrets_value_has(&other.value, &j->edit, j->version)))
		return true;
	j->base = other;
	*is_done = false;
	return true;
}

bool
secrets_job_run(struct secrets_job *j, struct err *e)
{
	for (; j->attempts < SECRETS_ATTEMPTS_MAX; j->attempts++) {
		bool is_new;
		bool is_done = true;
		if (!write_edit(j, &is_new, e) || (!is_new && !check_lost(j, &is_done, e)))
			return false;
		if (is_done)
			return true;
		log_debug("%s: somebody else wrote meanwhile: again", j->doing);
	}
	err_set(e, ERR_FINAL, "%s: somebody else writes to the same secret all the time", j->doing);
	return err_hint(e, "stop the other writer, and compare AWSCURRENT with AWSPREVIOUS");
}

bool
secrets_job_read(struct secrets_job *j, struct err *e)
{
	const struct secrets_question q = { .what = { .id = j->service }, .doing = j->doing };
	return secrets_get(j->store, &q, &j->base, e);
}
