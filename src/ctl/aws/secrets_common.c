#include "ctl/aws/secrets_common.h"

#include "ctl/aws/body.h"

bool
secrets_is_code(const struct store *s, const char *code)
{
	return span_eq(client_code(s->client), span_of(code));
}

bool
secrets_ask(const struct store *s, struct client_question *q, struct text *body,
	struct json_value *root, struct err *e)
{
	text_put_char(body, '}');
	q->service = ENDPOINT_SECRETS_MANAGER;
	q->body = text_span(body);
	if (client_ask(s->client, q, root, e))
		return true;
	if (secrets_is_code(s, "InvalidRequestException"))
		err_hint(e, "a secret that is marked for deletion is restored by 'aws "
			    "secretsmanager restore-secret --secret-id NAME'");
	return false;
}

/* The text of the secret in a response; it is not longer than the response. */
static bool
read_text(struct json_value root, struct span *id, struct span *text, struct err *e)
{
	struct text t = { 0 };
	struct buf b = text_room(&t, json_raw(root).n + 1);
	if (!body_need_text(root, "VersionId", id, e) || !secretsmanager_put_string(root, &b, e))
		return false;
	*text = buf_span(&b);
	return true;
}

bool
secrets_get(const struct store *s, const struct secrets_question *q,
	struct secrets_version *version, struct err *e)
{
	struct text body = { 0 };
	struct json_value root;
	struct span text;
	struct client_question ask = {
		.target = SECRETSMANAGER_TARGET_GET,
		.doing = q->doing,
		.kms = "kms:Decrypt",
	};
	*version = (struct secrets_version){ 0 };
	struct buf b =
		text_room(&body, 6 * (q->what.id.n + q->what.stage.n + q->what.version.n) + 128);
	secretsmanager_put_get(&b, &q->what);
	/* Without the brace at its end. */
	b.len--;
	text_wrote(&body, &b);
	if (!secrets_ask(s, &ask, &body, &root, e))
		return secrets_is_code(s, "ResourceNotFoundException");
	version->is_there = read_text(root, &version->id, &text, e) &&
			    secrets_value_read(text, &version->value, e);
	return version->is_there || (q->may_skip && e->kind == ERR_REFUSED) ||
	       err_ctx(e, "%s", q->doing);
}
