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

/* What versions are looked for. */
struct search {
	struct span service;
	struct span key;
	const char *doing;
};

static bool
add_ids(struct json_value response, struct items *ids, struct err *e)
{
	struct json_value versions;
	struct json_value v;
	struct json_value list;
	if (!json_member(response, "Versions", JSON_ARRAY, &list, e))
		return err_ctx(e, "malformed response");
	versions = list;
	if (versions.doc == NULL)
		return true;
	for (int at = 0; json_next(versions, &at, NULL, &v);) {
		struct item id = { 0 };
		if (!body_need_text(v, "VersionId", &id.name, e))
			return false;
		items_add(ids, &id);
	}
	return true;
}

/* The ids of the secret's versions; none where there is no such secret. */
static bool
list_ids(const struct store *s, const struct search *search, struct items *ids, struct err *e)
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
		if (!secrets_ask(s, &q, &body, &root, e))
			return secrets_is_code(s, "ResourceNotFoundException");
		if (!add_ids(root, ids, e) || !pages_next(&pages, root, e))
			return err_ctx(e, "%s", q.doing);
	} while (pages.token.n > 0);
	return true;
}

/* The key as one version of the secret has it, which may have vanished or be something else. */
static bool
get_key(const struct store *s, const struct search *search,
	const struct secretsmanager_question *what, struct item *item, struct err *e)
{
	struct secrets_version version;
	const struct secrets_question q = {
		.what = *what,
		.doing = search->doing,
		.may_skip = true,
	};
	*item = (struct item){ 0 };
	if (!secrets_get(s, &q, &version, e))
		return false;
	secrets_value_item(&version.value, search->key, item);
	return true;
}

bool
secrets_find_version(
	const struct store *s, const struct store_key *k, struct item *item, struct err *e)
{
	struct text verb = { 0 };
	struct text stage = { 0 };
	struct items ids = { 0 };
	const struct search search = {
		k->service,
		k->key,
		store_doing(&verb, "read", k->service, k->key),
	};
	text_printf(&stage, "CHAMBER%llu", (unsigned long long)k->version);
	const struct secretsmanager_question labelled = { .id = k->service,
		.stage = text_span(&stage) };
	if (!get_key(s, &search, &labelled, item, e))
		return false;
	/* Each stage is on one version of the secret: it may be that of another key. */
	if (item->version == k->version)
		return true;
	if (!list_ids(s, &search, &ids, e))
		return false;
	for (size_t i = 0; i < ids.count; i++) {
		const struct secretsmanager_question one = { .id = k->service,
			.version = ids.item[i].name };
		if (!get_key(s, &search, &one, item, e))
			return false;
		if (item->version == k->version)
			return true;
	}
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
add_new(struct items *items, struct item *item)
{
	item->value = (struct span){ 0 };
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
	struct items ids = { 0 };
	const struct search search = {
		service,
		key,
		store_doing(&verb, "read the history of", service, key),
	};
	if (!list_ids(s, &search, &ids, e))
		return false;
	for (size_t i = 0; i < ids.count; i++) {
		const struct secretsmanager_question one = { .id = service,
			.version = ids.item[i].name };
		struct item item;
		if (!get_key(s, &search, &one, &item, e))
			return false;
		if (item.name.n > 0)
			add_new(items, &item);
	}
	sort(&(struct sort_array){ items->item, comes_before, swap }, items->count);
	return true;
}
