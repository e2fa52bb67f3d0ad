#include "base/quote.h"
#include "ctl/aws/body.h"
#include "ctl/aws/ssm_common.h"

/*
 * The Description is the version: chamber counts by it. Tags can only be given to a new parameter,
 * in the same request, so that none is there without them.
 */
static void
put_write(struct text *body, const struct store_write *w, struct span type)
{
	struct text name = { 0 };
	const uint64_t version = w->before == NULL ? 0 : w->before->version;
	ssm_put_name(&name, w->service, w->key);
	body_put_text(body, "Name", text_span(&name));
	body_put_text(body, "Value", w->value);
	body_put_text(body, "Type", type);
	text_printf(body, ",\"Description\":\"%llu\",\"Overwrite\":%s",
		(unsigned long long)version + 1, w->before == NULL ? "false" : "true");
	if (span_eq(type, SPAN("SecureString")))
		body_put_text(body, "KeyId", w->kms_key);
	if (w->tier.n > 0)
		body_put_text(body, "Tier", w->tier);
	if (w->tag_count > 0)
		ssm_put_tags(body, w->tag, w->tag_count);
	text_put_char(body, '}');
}

/* A key that does not exist, is disabled, or that we may not use: which one it was. */
static void
explain_key(const struct store *s, const struct store_write *w, struct err *e)
{
	struct quoted_long q;
	if (span_starts_with(client_code(s->client), SPAN("InvalidKeyId")) ||
		span_starts_with(client_code(s->client), SPAN("KMS")))
		err_ctx(e, "KMS key %s (--key-id)", quote_name(&q, w->kms_key));
}

bool
ssm_write(const struct store *s, const struct store_write *w, uint64_t *version, bool *is_taken,
	struct err *e)
{
	struct text verb = { 0 };
	struct text body = { 0 };
	struct json_value root;
	const struct span type = w->type.n > 0 ? w->type : SPAN("SecureString");
	put_write(&body, w, type);
	const struct client_question q = {
		.service = ENDPOINT_SSM,
		.target = "AmazonSSM.PutParameter",
		.doing = store_doing(&verb, "write", w->service, w->key),
		.body = text_span(&body),
		.kms = "kms:Encrypt",
	};
	*is_taken = false;
	if (!client_ask(s->client, &q, &root, e)) {
		*is_taken = ssm_is_code(s, "ParameterAlreadyExists");
		explain_key(s, w, e);
		return false;
	}
	return body_get_count(root, "Version", version, e) || err_ctx(e, "%s", q.doing);
}

/* Which of the names a response lists as removed. */
static bool
mark_removed(struct json_value root, struct store_removal *r, struct err *e)
{
	struct json_value list;
	struct json_value v;
	if (!json_need(root, "DeletedParameters", JSON_ARRAY, &list, e))
		return err_ctx(e, "malformed response");
	for (int at = 0; json_next(list, &at, NULL, &v);) {
		for (size_t i = 0; i < r->count; i++) {
			struct text name = { 0 };
			ssm_put_name(&name, r->service, r->key[i]);
			if (json_string_is(v, text_span(&name)))
				r->was_there[i] = true;
		}
	}
	return true;
}

bool
ssm_remove(const struct store *s, struct store_removal *r, struct err *e)
{
	struct text verb = { 0 };
	struct text body = { 0 };
	struct json_value root;
	body_put_name(&body, "Names");
	for (size_t i = 0; i < r->count; i++) {
		struct text name = { 0 };
		ssm_put_name(&name, r->service, r->key[i]);
		text_put_char(&body, i == 0 ? '[' : ',');
		body_put_string(&body, text_span(&name));
		r->was_there[i] = false;
	}
	text_put_str(&body, "]}");
	const struct client_question q = {
		.service = ENDPOINT_SSM,
		.target = "AmazonSSM.DeleteParameters",
		.doing = store_doing_service(&verb, "delete parameters of", r->service),
		.body = text_span(&body),
	};
	return client_ask(s->client, &q, &root, e) &&
	       (mark_removed(root, r, e) || err_ctx(e, "%s", q.doing));
}
