#include "aws/ssm.h"

#include "base/log.h"
#include "base/quote.h"
#include "ctl/aws/body.h"
#include "ctl/aws/ssm_common.h"
#include "ctl/base/memory.h"
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

/* A list in pages, whose body up to the token is the same for each. */
struct listing {
	struct client_question q;
	struct span body; /* without the token and the closing brace */
	struct span under; /* "/prod/webapp/": what every name begins with; empty: anything */
	bool has_values;
	bool (*progress)(size_t count, struct err *e);
	struct items *items;
	size_t before; /* of them, those of earlier pages */
	struct pages pages;
};

/* By antechamber's rules: a key of its service, and a name that can be asked for. */
static bool
add_item(struct listing *l, struct json_value v, struct err *e)
{
	struct quoted q;
	struct item item = { 0 };
	if (!read_item(v, &item, e) ||
		(l->has_values && !body_need_text(v, "Value", &item.value, e)))
		return false;
	if (l->under.n > 0 &&
		!(span_starts_with(item.name, l->under) && item.name.n == l->under.n + item.key.n))
		return err_set(e, ERR_TRANSIENT,
			"malformed response: it has \"%s\", which is not what was asked for",
			quote(&q, item.name));
	if (span_alnum(item.name, "_.-/") == item.name.n && item.key.n > 0)
		items_add(l->items, &item);
	else
		log_warning("parameter \"%s\" is skipped: a name has letters, digits and \"_.-\"",
			quote(&q, item.name));
	return true;
}

static bool
read_page(void *owner, struct json_value root, struct err *e)
{
	struct listing *l = owner;
	struct json_value list;
	struct json_value v;
	l->items->count = l->before;
	if (!json_need(root, "Parameters", JSON_ARRAY, &list, e))
		return err_ctx(e, "malformed response");
	for (int at = 0; json_next(list, &at, NULL, &v);) {
		if (!add_item(l, v, e))
			return false;
	}
	return pages_next(&l->pages, root, e);
}

/* Of DescribeParameters. */
struct filter {
	const char *key;
	const char *option;
	struct span value;
};

static bool
ask_pages(const struct store *s, struct listing *l, struct items *items, struct err *e)
{
	struct text body = { 0 };
	struct json_value root;
	l->items = items;
	l->q.read = read_page;
	l->q.owner = l;
	do {
		text_clear(&body);
		text_put(&body, l->body);
		if (l->pages.token.n > 0)
			body_put_text(&body, "NextToken", l->pages.token);
		text_put_char(&body, '}');
		l->q.body = text_span(&body);
		l->before = items->count;
		if (!client_ask(s->client, &l->q, &root, e) ||
			(l->progress != NULL && !l->progress(items->count, e)))
			return false;
	} while (l->pages.token.n > 0);
	return true;
}

/* A parameter that was asked for by its name. */
struct reading {
	struct span name;
	struct item *item;
};

static bool
read_parameter(void *owner, struct json_value root, struct err *e)
{
	struct reading *r = owner;
	struct json_value parameter;
	if (!json_need(root, "Parameter", JSON_OBJECT, &parameter, e))
		return err_ctx(e, "malformed response");
	if (!read_item(parameter, r->item, e) ||
		!body_need_text(parameter, "Value", &r->item->value, e))
		return false;
	return span_eq(r->item->name, r->name) ||
	       err_set(e, ERR_TRANSIENT, "malformed response: it has another parameter");
}

static bool
find(const struct store *s, const struct store_key *k, struct item *item, struct err *e)
{
	struct text verb = { 0 };
	struct text name = { 0 };
	struct text body = { 0 };
	struct json_value root;
	*item = (struct item){ 0 };
	ssm_put_name(&name, k->service, k->key);
	struct reading reading = { memory_copy(text_span(&name)), item };
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
		.read = read_parameter,
		.owner = &reading,
	};
	if (client_ask(s->client, &q, &root, e))
		return true;
	*item = (struct item){ 0 };
	return ssm_is_code(s, "ParameterNotFound") || ssm_is_code(s, "ParameterVersionNotFound");
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
		.under = text_span(&path),
		.has_values = true,
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
	return ask_pages(s, l, items, e);
}

static bool
list(const struct store *s, struct span service, struct items *items, struct err *e)
{
	struct text verb = { 0 };
	struct text path = { 0 };
	ssm_put_name(&path, service, (struct span){ 0 });
	struct listing l = {
		.q = { .doing = store_doing_service(&verb, "list parameters of", service) },
		.under = text_span(&path),
	};
	const struct filter filter = { "Path", "OneLevel", { path.p, path.n - 1 } };
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
