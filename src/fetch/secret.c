#include "fetch/secret.h"

#include "aws/secretsmanager.h"
#include "base/quote.h"
#include "env/envname.h"
#include "fetch/loader.h"
#include "fetch/parameters.h"

/* Where chamber keeps its versions; not one of the command's secrets. */
#define CHAMBER_METADATA SPAN("_chamber_metadata")

bool
secret_read(struct scratch *s, struct json_value response, struct span *text, struct err *e)
{
	struct buf b = { .p = s->text, .cap = SECRETSMANAGER_STRING_MAX };
	bool ok = secretsmanager_put_string(response, &b, e);
	*text = buf_span(&b);
	return ok;
}

bool
secret_parse(struct scratch *s, struct span text, struct json_value *object, struct err *e)
{
	bool ok = scratch_parse(s, text, object, e);
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
add_member(const struct loader *l, struct store *store, struct json_value name,
	struct json_value value, struct err *e)
{
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
	store_begin(store, member, &b);
	return secretsmanager_put_member(name, value, &b, e) && store_end(store, l->index, &b, e);
}

static enum call_result
read_secret(struct awscall *c, struct json_value root, struct err *e)
{
	struct store *store = &c->session->store;
	const size_t first = store->count;
	struct quoted_long q;
	struct json_value object;
	struct json_value name;
	struct json_value value;
	struct span text;
	if (!secret_read(&c->session->scratch, root, &text, e) ||
		!secret_parse(&c->session->scratch, text, &object, e))
		return CALL_FAILED;
	for (int at = 0; json_next(object, &at, &name, &value);) {
		if (!add_member(c->owner, store, name, value, e))
			return CALL_FAILED;
	}
	const struct param *twice = store_find_repeated(store, first);
	if (twice == NULL)
		return CALL_DONE;
	err_set(e, ERR_TRANSIENT, "malformed secret: it has the member %s twice",
		quote_name(&q, twice->name));
	return CALL_FAILED;
}

/* A secret that is missing may only be missing in lower case. */
static void
explain(const struct awscall *c, struct err *e)
{
	const struct loader *l = c->owner;
	struct span code = span_of(c->session->scratch.failure.code);
	if (span_eq(code, SPAN("ResourceNotFoundException")))
		loader_hint_case(l, e);
}

const struct awscall_op secret_op = {
	.target = SECRETSMANAGER_TARGET_GET,
	.put_body = put_body,
	.read = read_secret,
	.explain = explain,
};
