#include "aws/ssm.h"

#include "ctl/aws/body.h"
#include "ctl/aws/ssm_common.h"
#include "ctl/base/time.h"

/* Parameter Store (AWS Systems Manager API Reference). */

/* Most parameters in a page of DescribeParameters and GetParameterHistory. */
#define PAGE_MAX 50

static bool
read_item(struct json_value v, struct item *item, struct err *e)
{
	if (!body_need_text(v, "Name", &item->name, e) ||
		!body_get_text(v, "Value", &item->value, e) ||
		!body_get_text(v, "Type", &item->type, e) ||
		!body_get_text(v, "LastModifiedUser", &item->user, e) ||
		!body_get_count(v, "Version", &item->version, e) ||
		!body_get_time(v, "LastModifiedDate", &item->time, e))
		return false;
	item->key = ssm_last_part(item->name);
	return true;
}

static bool
add_items(struct json_value response, const char *list_name, struct items *items, struct err *e)
{
	struct json_value list;
	struct json_value v;
	if (!json_need(response, list_name, JSON_ARRAY, &list, e))
		return err_ctx(e, "malformed response");
	for (int at = 0; json_next(list, &at, NULL, &v);) {
		struct item item = { 0 };
		if (!read_item(v, &item, e))
			return false;
		items_add(items, &item);
	}
	return true;
}

/* A list in pages, whose body up to the token is the same for each. */
struct listing {
	struct client_question q;
	struct span body; /* without the token and the closing brace */
	const char *list_name;
	bool (*progress)(size_t count, struct err *e);
};

/* Of DescribeParameters. */
struct filter {
	const char *key;
	const char *option;
	struct span value;
};

static bool
ask_page(const struct store *s, struct listing *l, struct pages *pages, struct items *items,
	struct err *e)
{
	struct text body = { 0 };
	struct json_value root;
	text_put(&body, l->body);
	if (pages->token.n > 0)
		body_put_text(&body, "NextToken", pages->token);
	text_put_char(&body, '}');
	l->q.body = text_span(&body);
	return client_ask(s->client, &l->q, &root, e) &&
	       ((add_items(root, l->list_name, items, e) && pages_next(pages, root, e)) ||
		       err_ctx(e, "%s", l->q.doing));
}

static bool
ask_pages(const struct store *s, struct listing *l, struct items *items, struct err *e)
{
	struct pages pages = { 0 };
	do {
		if (!ask_page(s, l, &pages, items, e))
			return false;
		if (l->progress != NULL && !l->progress(items->count, e))
			return false;
	} while (pages.token.n > 0);
	return true;
}

static bool
find(const struct store *s, const struct store_key *k, struct item *item, struct err *e)
{
	struct text verb = { 0 };
	struct text name = { 0 };
	struct text body = { 0 };
	struct json_value root;
	struct json_value parameter;
	*item = (struct item){ 0 };
	ssm_put_name(&name, k->service, k->key);
	if (k->version > 0)
		text_printf(&name, ":%llu", (unsigned long long)k->version);
	body_put_text(&body, "Name", text_span(&name));
	text_put_str(&body, ",\"WithDecryption\":true}");
	const struct client_question q = {
		.service = ENDPOINT_SSM,
		.target = "AmazonSSM.GetParameter",
		.doing = store_doing(&verb, "read", k->service, k->key),
		.body = text_span(&body),
		.kms = "kms:Decrypt",
	};
	if (!client_ask(s->client, &q, &root, e))
		return ssm_is_code(s, "ParameterNotFound") ||
		       ssm_is_code(s, "ParameterVersionNotFound");
	if (json_need(root, "Parameter", JSON_OBJECT, &parameter, e) &&
		read_item(parameter, item, e) &&
		body_need_text(parameter, "Value", &item->value, e))
		return true;
	return err_ctx(e, "%s", q.doing);
}

static bool
load(const struct store *s, struct span service, struct span label, struct items *items,
	struct err *e)
{
	struct text verb = { 0 };
	struct text path = { 0 };
	struct text body = { 0 };
	ssm_put_name(&path, service, (struct span){ 0 });
	const struct ssm_by_path request = { .path = text_span(&path), .label = label };
	struct buf b = text_room(&body, 6 * (path.n + label.n) + 256);
	ssm_put_by_path(&b, &request);
	/* Without the brace at its end, as ask_page wants it. */
	b.len--;
	text_wrote(&body, &b);
	struct listing l = {
		.q = {
			.service = ENDPOINT_SSM,
			.target = SSM_TARGET_BY_PATH,
			.doing = store_doing_service(&verb, "load parameters of", service),
			.kms = "kms:Decrypt",
		},
		.body = text_span(&body),
		.list_name = "Parameters",
	};
	return ask_pages(s, &l, items, e);
}

/* DescribeParameters, of the names that fit a filter; of all where its value is empty. */
static bool
describe(const struct store *s, struct listing *l, const struct filter *filter, struct items *items,
	struct err *e)
{
	struct text body = { 0 };
	text_printf(&body, "{\"MaxResults\":%d", PAGE_MAX);
	if (filter->value.n > 0) {
		text_printf(&body,
			",\"ParameterFilters\":[{\"Key\":\"%s\",\"Option\":\"%s\",\"Values\":[",
			filter->key, filter->option);
		body_put_string(&body, filter->value);
		text_put_str(&body, "]}]");
	}
	l->q.service = ENDPOINT_SSM;
	l->q.target = "AmazonSSM.DescribeParameters";
	l->body = text_span(&body);
	l->list_name = "Parameters";
	return ask_pages(s, l, items, e);
}

static bool
list(const struct store *s, struct span service, struct items *items, struct err *e)
{
	struct text verb = { 0 };
	struct text path = { 0 };
	struct listing l = { .q = { .doing = store_doing_service(
					    &verb, "list parameters of", service) } };
	text_put_char(&path, '/');
	text_put(&path, service);
	const struct filter filter = { "Path", "OneLevel", text_span(&path) };
	return describe(s, &l, &filter, items, e);
}

static bool
walk(const struct store *s, struct span prefix, struct items *items,
	bool (*progress)(size_t count, struct err *e), struct err *e)
{
	struct listing l = { .q = { .doing = "list parameters" }, .progress = progress };
	const struct filter filter = { "Name", "BeginsWith", prefix };
	return describe(s, &l, &filter, items, e);
}

static bool
history(const struct store *s, struct span service, struct span key, struct items *items,
	struct err *e)
{
	struct text verb = { 0 };
	struct text name = { 0 };
	struct text body = { 0 };
	ssm_put_name(&name, service, key);
	body_put_text(&body, "Name", text_span(&name));
	/* Values are encrypted in these, and long: a page of them has to fit. */
	text_printf(&body, ",\"WithDecryption\":false,\"MaxResults\":%d", PAGE_MAX);
	struct listing l = {
		.q = {
			.service = ENDPOINT_SSM,
			.target = "AmazonSSM.GetParameterHistory",
			.doing = store_doing(&verb, "read the history of", service, key),
		},
		.body = text_span(&body),
		.list_name = "Parameters",
	};
	return ask_pages(s, &l, items, e) || ssm_is_code(s, "ParameterNotFound");
}

const struct store_ops store_ssm = {
	.name = "ssm",
	.find = find,
	.load = load,
	.list = list,
	.history = history,
	.walk = walk,
	.write = ssm_write,
	.remove = ssm_remove,
	.read_tags = ssm_read_tags,
	.add_tags = ssm_add_tags,
	.remove_tags = ssm_remove_tags,
};
