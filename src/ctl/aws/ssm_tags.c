#include "ctl/aws/body.h"
#include "ctl/aws/ssm_common.h"

void
ssm_put_tags(struct text *body, const struct tag *tag, size_t count)
{
	body_put_name(body, "Tags");
	for (size_t i = 0; i < count; i++) {
		text_put_str(body, i == 0 ? "[{\"Key\":" : ",{\"Key\":");
		body_put_string(body, tag[i].key);
		text_put_str(body, ",\"Value\":");
		body_put_string(body, tag[i].value);
		text_put_char(body, '}');
	}
	text_put_char(body, ']');
}

static void
begin_body(struct text *body, struct span service, struct span key)
{
	struct text id = { 0 };
	ssm_put_name(&id, service, key);
	body_put_text(body, "ResourceType", SPAN("Parameter"));
	body_put_text(body, "ResourceId", text_span(&id));
}

/* InvalidResourceId is what Parameter Store calls a parameter that is not there. */
static bool
ask(const struct store *s, struct client_question *q, struct json_value *root, struct err *e)
{
	q->service = ENDPOINT_SSM;
	if (client_ask(s->client, q, root, e))
		return true;
	if (ssm_is_code(s, "InvalidResourceId"))
		err_hint(e, "there is no such key: check the service, the key and the region");
	return false;
}

static bool
read_tags(struct json_value root, struct tags *tags, struct err *e)
{
	struct json_value list;
	struct json_value v;
	if (!json_need(root, "TagList", JSON_ARRAY, &list, e))
		return err_ctx(e, "malformed response");
	for (int at = 0; json_next(list, &at, NULL, &v);) {
		struct tag tag;
		if (!body_need_text(v, "Key", &tag.key, e) ||
			!body_need_text(v, "Value", &tag.value, e))
			return false;
		tags_add(tags, tag);
	}
	return true;
}

bool
ssm_read_tags(const struct store *s, struct span service, struct span key, struct tags *tags,
	struct err *e)
{
	struct text verb = { 0 };
	struct text body = { 0 };
	struct json_value root;
	begin_body(&body, service, key);
	text_put_char(&body, '}');
	struct client_question q = {
		.target = "AmazonSSM.ListTagsForResource",
		.doing = store_doing(&verb, "read the tags of", service, key),
		.body = text_span(&body),
	};
	return ask(s, &q, &root, e) && (read_tags(root, tags, e) || err_ctx(e, "%s", q.doing));
}

bool
ssm_add_tags(const struct store *s, struct span service, struct span key, const struct tags *tags,
	struct err *e)
{
	struct text verb = { 0 };
	struct text body = { 0 };
	struct json_value root;
	begin_body(&body, service, key);
	ssm_put_tags(&body, tags->tag, tags->count);
	text_put_char(&body, '}');
	struct client_question q = {
		.target = "AmazonSSM.AddTagsToResource",
		.doing = store_doing(&verb, "write tags of", service, key),
		.body = text_span(&body),
	};
	return ask(s, &q, &root, e);
}

bool
ssm_remove_tags(const struct store *s, struct span service, struct span key,
	const struct tags *tags, struct err *e)
{
	struct text verb = { 0 };
	struct text body = { 0 };
	struct json_value root;
	begin_body(&body, service, key);
	body_put_name(&body, "TagKeys");
	for (size_t i = 0; i < tags->count; i++) {
		text_put_char(&body, i == 0 ? '[' : ',');
		body_put_string(&body, tags->tag[i].key);
	}
	text_put_str(&body, "]}");
	struct client_question q = {
		.target = "AmazonSSM.RemoveTagsFromResource",
		.doing = store_doing(&verb, "delete tags of", service, key),
		.body = text_span(&body),
	};
	return ask(s, &q, &root, e);
}
