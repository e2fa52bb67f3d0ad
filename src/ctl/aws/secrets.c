#include "ctl/aws/body.h"
#include "ctl/aws/secrets_common.h"
#include "ctl/base/time.h"

/*
 * Secrets Manager (AWS Secrets Manager API Reference): a secret for each service, as chamber v3
 * keeps it (ctl/aws/secrets_value.h).
 */

/* Most secrets in a page of ListSecrets. */
#define PAGE_MAX 100

static bool
find(const struct store *s, const struct store_key *k, struct item *item, struct err *e)
{
	struct text verb = { 0 };
	struct secrets_version present;
	const struct secrets_question q = {
		.what = { .id = k->service },
		.doing = store_doing(&verb, "read", k->service, k->key),
	};
	if (k->version > 0)
		return secrets_find_version(s, k, item, e);
	*item = (struct item){ 0 };
	if (!secrets_get(s, &q, &present, e))
		return false;
	secrets_value_item(&present.value, k->key, item);
	return true;
}

/* A label is a stage of the secret. */
static bool
load(const struct store *s, struct span service, struct span label, struct items *items,
	struct err *e)
{
	struct text verb = { 0 };
	struct secrets_version present;
	const struct secrets_question q = {
		.what = { .id = service, .stage = label },
		.doing = store_doing_service(&verb, "load the secret", service),
	};
	if (!secrets_get(s, &q, &present, e))
		return false;
	secrets_value_items(&present.value, true, items);
	return true;
}

static bool
list(const struct store *s, struct span service, struct items *items, struct err *e)
{
	struct text verb = { 0 };
	struct secrets_version present;
	const struct secrets_question q = {
		.what = { .id = service },
		.doing = store_doing_service(&verb, "list the keys of", service),
	};
	if (!secrets_get(s, &q, &present, e))
		return false;
	secrets_value_items(&present.value, false, items);
	return true;
}

/* The filter is documented as a prefix; what it lets through beside that is left out. */
static bool
add_services(struct json_value response, struct span prefix, struct items *items, struct err *e)
{
	struct json_value secrets;
	struct json_value v;
	if (!json_need(response, "SecretList", JSON_ARRAY, &secrets, e))
		return err_ctx(e, "malformed response");
	for (int at = 0; json_next(secrets, &at, NULL, &v);) {
		struct item item = { 0 };
		if (!body_need_text(v, "Name", &item.name, e) ||
			!body_get_time(v, "LastChangedDate", &item.time, e))
			return false;
		if (span_starts_with(item.name, prefix))
			items_add(items, &item);
	}
	return true;
}

static bool
ask_page(const struct store *s, struct span prefix, struct pages *pages, struct items *items,
	struct err *e)
{
	struct text body = { 0 };
	struct json_value root;
	struct client_question q = {
		.target = "secretsmanager.ListSecrets",
		.doing = "list secrets",
	};
	text_printf(&body, "{\"MaxResults\":%d", PAGE_MAX);
	if (prefix.n > 0) {
		text_put_str(&body, ",\"Filters\":[{\"Key\":\"name\",\"Values\":[");
		body_put_string(&body, prefix);
		text_put_str(&body, "]}]");
	}
	if (pages->token.n > 0)
		body_put_text(&body, "NextToken", pages->token);
	return secrets_ask(s, &q, &body, &root, e) &&
	       ((add_services(root, prefix, items, e) && pages_next(pages, root, e)) ||
		       err_ctx(e, "%s", q.doing));
}

static bool
walk(const struct store *s, struct span prefix, struct items *items,
	bool (*progress)(size_t count, struct err *e), struct err *e)
{
	struct pages pages = { 0 };
	do {
		if (!ask_page(s, prefix, &pages, items, e))
			return false;
		if (progress != NULL && !progress(items->count, e))
			return false;
	} while (pages.token.n > 0);
	return true;
}

const struct store_ops store_secrets = {
	.name = "secretsmanager",
	.find = find,
	.load = load,
	.list = list,
	.history = secrets_history,
	.walk = walk,
	.write = secrets_write,
	.write_all = secrets_write_all,
	.remove = secrets_remove,
};
