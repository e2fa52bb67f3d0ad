#include "base/sort.h"
#include "ctl/aws/body.h"
#include "ctl/aws/secrets_common.h"
#include "ctl/base/memory.h"
#include "ctl/base/time.h"

/*
 * Versions of a key. Secrets Manager has versions of the whole secret, each with the versions of
 * its keys in the metadata; those without a stage may vanish at any time. Writing puts the stage
 * CHAMBERn, with the key's new version, on the secret's (as chamber does).
 */

/* Most versions in a page of ListSecretVersionIds. */
#define PAGE_MAX 100

/* What versions are looked for, and those of the secret that were read already. */
struct search {
	const struct store *store;
	struct span service;
	struct span key;
	const char *doing;
	struct items seen;
};

static bool
add_ids(struct json_value response, struct items *ids, struct err *e)
{
	struct json_value list;
	struct json_value v;
	if (!json_need(response, "Versions", JSON_ARRAY, &list, e))
		return err_ctx(e, "malformed response");
	for (int at = 0; json_next(list, &at, NULL, &v);) {
		struct item id = { 0 };
		if (!body_need_text(v, "VersionId", &id.name, e))
			return false;
		items_add(ids, &id);
	}
	return true;
}

/* The ids of the secret's versions. */
static bool
list_ids(const struct search *search, struct items *ids, struct err *e)
{
	struct pages pages = { 0 };
	do {
		struct text body = { 0 };
		struct json_value root;
		struct client_question q = {
			.target = "secretsmanager.ListSecretVersionIds",
			.doing = search->doing,
		};
		body_put_text(&body, "SecretId", search->service);
		text_printf(&body, ",\"MaxResults\":%d", PAGE_MAX);
		if (pages.token.n > 0)
			body_put_text(&body, "NextToken", pages.token);
		if (!secrets_ask(search->store, &q, &body, &root, e))
			return false;
		if (!add_ids(root, ids, e) || !pages_next(&pages, root, e))
			return err_ctx(e, "%s", q.doing);
	} while (pages.token.n > 0);
	return true;
}

/*
 * The key as one version of the secret has it: by a stage, AWSCURRENT where it is empty, or by id.
 * *is_there: whether there is such a version; it may have vanished, or be something else.
 */
static bool
get_key(struct search *search, const struct secretsmanager_question *what, struct item *item,
	bool *is_there, struct err *e)
{
	struct secrets_version version;
	const struct secrets_question q = {
		.what = *what,
		.doing = search->doing,
		.may_skip = true,
	};
	*item = (struct item){ 0 };
	if (!secrets_get(search->store, &q, &version, e))
		return false;
	*is_there = version.id.n > 0;
	items_add(&search->seen, &(struct item){ .name = version.id });
	secrets_value_item(&version.value, search->key, item);
	return true;
}

static bool
was_seen(const struct search *search, struct span id)
{
	for (size_t i = 0; i < search->seen.count; i++) {
		if (span_eq(search->seen.item[i].name, id))
			return true;
	}
	return false;
}

/*
 * Reads the versions of the secret that were not read yet, the present one first, and adds the
 * key's of each; ends at the one that is wanted (0: none).
 */
static bool
get_all(struct search *search, uint64_t wanted, struct items *found, struct err *e)
{
	struct items ids = { 0 };
	struct item item;
	bool is_there;
	const struct secretsmanager_question present = { .id = search->service };
	if (!get_key(search, &present, &item, &is_there, e))
		return false;
	items_add(found, &item);
	if (!is_there || (wanted != 0 && item.version == wanted))
		return true;
	if (!list_ids(search, &ids, e))
		return false;
	for (size_t i = 0; i < ids.count; i++) {
		const struct secretsmanager_question one = { .id = search->service,
			.version = ids.item[i].name };
		if (was_seen(search, one.version))
			continue;
		if (!get_key(search, &one, &item, &is_there, e))
			return false;
		items_add(found, &item);
		if (wanted != 0 && item.version == wanted)
			return true;
	}
	return true;
}

bool
secrets_find_version(
	const struct store *s, const struct store_key *k, struct item *item, struct err *e)
{
	struct text verb = { 0 };
	struct text stage = { 0 };
	struct items found = { 0 };
	bool is_there;
	struct search search = { s, k->service, k->key,
		store_doing(&verb, "read", k->service, k->key), { 0 } };
	text_printf(&stage, "CHAMBER%llu", (unsigned long long)k->version);
	const struct secretsmanager_question labelled = { .id = k->service,
		.stage = text_span(&stage) };
	/* Each stage is on one version of the secret: it may be that of another key. */
	if (!get_key(&search, &labelled, item, &is_there, e))
		return false;
	if (item->version == k->version)
		return true;
	if (!get_all(&search, k->version, &found, e))
		return false;
	*item = found.item[found.count - 1];
	if (item->version != k->version)
		*item = (struct item){ 0 };
	return true;
}

static bool
comes_before(const void *items, size_t a, size_t b)
{
	const struct item *item = items;
	return item[a].version < item[b].version;
}

static void
swap(void *items, size_t a, size_t b)
{
	struct item *item = items;
	const struct item kept = item[a];
	item[a] = item[b];
	item[b] = kept;
}

/* Writing one key copies the others into a new version of the secret: each counts once. */
static void
add_new(struct items *items, const struct item *item)
{
	for (size_t i = 0; i < items->count; i++) {
		if (items->item[i].version == item->version)
			return;
	}
	items_add(items, item);
}

bool
secrets_history(const struct store *s, struct span service, struct span key, struct items *items,
	struct err *e)
{
	struct text verb = { 0 };
	struct items found = { 0 };
	struct search search = { s, service, key,
		store_doing(&verb, "read the history of", service, key), { 0 } };
	if (!get_all(&search, 0, &found, e))
		return false;
	for (size_t i = 0; i < found.count; i++) {
		found.item[i].value = (struct span){ 0 };
		if (found.item[i].name.n > 0)
			add_new(items, &found.item[i]);
	}
	sort(&(struct sort_array){ items->item, comes_before, swap }, items->count);
	return true;
}
