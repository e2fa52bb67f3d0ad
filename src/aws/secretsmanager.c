#include "aws/secretsmanager.h"

#include "base/quote.h"

static void
put_member(struct buf *b, const char *name, struct span value)
{
	if (value.n == 0)
		return;
	buf_printf(b, ",\"%s\":", name);
	json_put_string(b, value);
}

void
secretsmanager_put_get(struct buf *b, const struct secretsmanager_question *q)
{
	buf_put_str(b, "{\"SecretId\":");
	json_put_string(b, q->id);
	put_member(b, "VersionStage", q->stage);
	put_member(b, "VersionId", q->version);
	buf_put_char(b, '}');
}

bool
secretsmanager_put_string(struct json_value response, struct buf *b, struct err *e)
{
	struct json_value text;
	struct json_value binary;
	if (!json_member(response, "SecretString", JSON_STRING, &text, e) ||
		!json_member(response, "SecretBinary", JSON_STRING, &binary, e))
		return err_ctx(e, "malformed response");
	if (text.doc != NULL) {
		json_unescape(text, b);
		return !b->overflow ||
		       err_set(e, ERR_LIMIT, "SecretString: more than %zu bytes", b->cap);
	}
	if (binary.doc == NULL)
		return err_set(e, ERR_TRANSIENT, "malformed response: no SecretString");
	err_set(e, ERR_REFUSED, "it is a binary secret");
	return err_hint(e, "store it as text: a SecretString");
}

bool
secretsmanager_put_member(
	struct json_value name, struct json_value value, struct buf *b, struct err *e)
{
	struct quoted q;
	char text[QUOTE_MAX];
	struct buf name_buf = BUF(text);
	enum json_type type = json_type(value);
	switch (type) {
	case JSON_STRING:
		json_unescape(value, b);
		return true;
	case JSON_NUMBER:
	case JSON_BOOL:
		buf_put(b, json_raw(value));
		return true;
	case JSON_NULL:
	case JSON_ARRAY:
	case JSON_OBJECT:
		break;
	}
	json_unescape(name, &name_buf);
	err_set(e, ERR_REFUSED, "member %s is %s, not a string, number or boolean",
		name_buf.overflow ? "(a long name)" : quote(&q, buf_span(&name_buf)),
		json_type_name(type));
	return err_hint(e, "the secret must be a flat JSON object");
}
