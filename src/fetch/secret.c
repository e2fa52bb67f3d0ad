#include "fetch/secret.h"

#include "aws/secretsmanager.h"
#include "base/bulk.h"
#include "base/quote.h"
#include "env/envname.h"
#include "fetch/answer.h"
#include "fetch/loader.h"

/* Where chamber keeps its versions; no secret of the application's. */
#define CHAMBER_METADATA SPAN("_chamber_metadata")

bool
secret_read(struct json_value answer, struct span *text, struct err *e)
{
	BULK static char bytes[SECRETSMANAGER_STRING_MAX];
	struct buf b = BUF(bytes);
	bool ok = secretsmanager_put_string(answer, &b, e);
	*text = buf_span(&b);
	return ok;
}

bool
secret_parse(struct span text, struct json_value *object, struct err *e)
{
	bool ok = answer_parse(text, object, e);
	if (ok && json_type(*object) == JSON_OBJECT)
		return true;
	if (ok)
		err_set(e, ERR_REFUSED, "it is %s", json_type_name(json_type(*object)));
	e->kind = ERR_REFUSED;
	err_ctx(e, "the secret is not a JSON object");
	return err_hint(e, "store a flat JSON object: {\"NAME\":\"value\"}");
}

static void
put_body(const struct awscall *c, struct buf *b)
{
	const struct loader *l = c->owner;
	const struct secretsmanager_question q = { .id = l->service.name,
		.stage = l->service.label };
	secretsmanager_put_get(b, &q);
}

static bool
is_loaded(const struct store *s, unsigned service, struct span name)
{
	for (size_t i = 0; i < s->count; i++) {
		if (s->param[i].service == service && span_eq(s->param[i].name, name))
			return true;
	}
	return false;
}

static bool
add_member(struct loader *l, struct json_value name, struct json_value value, struct err *e)
{
	struct store *store = l->aws.shared->store;
	struct quoted_long q;
	char text[URL_MAX];
	struct buf key = BUF(text);
	struct buf b;
	if (!parameters_name(name, &key, e))
		return false;
	const struct span member = buf_span(&key);
	if (span_eq(member, CHAMBER_METADATA))
		return true;
	if (!envname_fits_part(member)) {
		loader_skip("member", member);
		return true;
	}
	if (is_loaded(store, l->index, member))
		return err_set(e, ERR_TRANSIENT, "malformed secret: member %s stands there twice",
			quote_name(&q, member));
	store_begin(store, member, &b);
	return secretsmanager_put_member(name, value, &b, e) && store_end(store, l->index, &b, e);
}

static enum call_result
read_secret(struct awscall *c, struct json_value root, struct err *e)
{
	struct json_value object;
	struct json_value name;
	struct json_value value;
	struct span text;
	if (!secret_read(root, &text, e) || !secret_parse(text, &object, e))
		return CALL_FAILED;
	for (int at = 0; json_next(object, &at, &name, &value);) {
		if (!add_member(c->owner, name, value, e))
			return CALL_FAILED;
	}
	return CALL_DONE;
}

const struct awscall_op loader_secret = {
	.target = SECRETSMANAGER_TARGET_GET,
	.put_body = put_body,
	.read = read_secret,
};
