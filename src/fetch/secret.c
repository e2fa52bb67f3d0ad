#include "aws/secrets.h"
#include "base/log.h"
#include "base/quote.h"
#include "env/envname.h"
#include "fetch/loader.h"

/* Where chamber keeps its versions; no secret of the application's. */
#define CHAMBER_METADATA "_chamber_metadata"

/* The secret's text, and one member's value: both end up in the store before the next answer. */
static char text[SECRETS_STRING_MAX];
static char member_value[SECRETS_STRING_MAX];

static void
put_body(const struct awscall *c, struct buf *b)
{
	const struct service *service = loader_of(c)->service;
	const struct secrets_question q = { .id = service->name, .stage = service->label };
	secrets_put_get(b, &q);
}

static bool
is_loaded(const struct loader *l, struct span name)
{
	for (size_t i = 0; i < l->store->count; i++) {
		const struct param *p = &l->store->param[i];
		if (p->service == l->index && span_eq(p->name, name))
			return true;
	}
	return false;
}

static bool
add_member(struct loader *l, struct json_value name, struct json_value value, struct err *e)
{
	struct quoted q;
	char name_text[URL_MAX];
	struct buf name_buf = BUF(name_text);
	struct buf value_buf = BUF(member_value);
	json_unescape(name, &name_buf);
	if (name_buf.overflow)
		return err_set(e, ERR_LIMIT, "a member's name: more than %d bytes", URL_MAX);
	if (json_string_is(name, SPAN(CHAMBER_METADATA)))
		return true;
	if (!envname_fits_part(buf_span(&name_buf))) {
		log_warning("member %s is skipped: its name has other characters than "
			    "A-Z a-z 0-9 _ . -",
			quote(&q, buf_span(&name_buf)));
		return true;
	}
	if (is_loaded(l, buf_span(&name_buf)))
		return err_set(e, ERR_TRANSIENT, "malformed secret: member %s stands there twice",
			quote(&q, buf_span(&name_buf)));
	l->loaded++;
	return secrets_put_member(name, value, &value_buf, e) &&
	       store_add_text(l->store, l->index, buf_span(&name_buf), buf_span(&value_buf), e);
}

static bool
add_members(struct loader *l, struct json_value object, struct err *e)
{
	struct json_value name;
	struct json_value value;
	if (json_type(object) != JSON_OBJECT) {
		err_set(e, ERR_REFUSED, "the secret is %s, not a JSON object",
			json_type_name(json_type(object)));
		return err_hint(e, "store a flat JSON object: {\"NAME\":\"value\"}");
	}
	for (int at = 0; json_next(object, &at, &name, &value);) {
		if (!add_member(l, name, value, e))
			return false;
	}
	return true;
}

/* The secret's own text is what its owner wrote: another attempt would read the same. */
static bool
parse_secret(struct loader *l, struct span secret, struct json_value *root, struct err *e)
{
	if (json_parse(l->aws.shared->doc, secret, root, e))
		return true;
	e->kind = ERR_REFUSED;
	err_ctx(e, "the secret is not a JSON object");
	return err_hint(e, "store a flat JSON object: {\"NAME\":\"value\"}");
}

static enum call_result
read_secret(struct awscall *c, struct json_value root, struct err *e)
{
	struct loader *l = loader_of(c);
	struct buf secret = BUF(text);
	struct json_value members;
	struct store_mark mark = store_mark(l->store);
	if (secrets_put_string(root, &secret, e) &&
		parse_secret(l, buf_span(&secret), &members, e) && add_members(l, members, e))
		return CALL_DONE;
	store_reset(l->store, mark);
	l->loaded = 0;
	return CALL_FAILED;
}

void
loader_init_secret(struct loader *l, const struct loader_setup *setup)
{
	loader_set_up(l, setup);
	l->path[0] = '\0';
	l->aws.target = SECRETS_TARGET_GET;
	l->aws.action = "secretsmanager:GetSecretValue";
	l->aws.put_body = put_body;
	l->aws.read = read_secret;
}
