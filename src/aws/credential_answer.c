#include "aws/credentials.h"
#include "aws/time.h"
#include "aws/xml.h"
#include "base/quote.h"

/* Longest RFC 3339 time that is looked at. */
#define TIME_TEXT_MAX 64

/* The bytes of a string in the arena, as a secret. */
static bool
keep(struct json_value value, struct buf *arena, struct secret *kept, struct err *e)
{
	size_t start = arena->len;
	json_unescape(value, arena);
	if (arena->overflow)
		return err_set(e, ERR_LIMIT, "credentials: more than %zu bytes", arena->cap);
	*kept = secret_keep((struct span){ arena->p + start, arena->len - start });
	return true;
}

static bool
keep_needed(struct json_value object, const char *name, struct buf *arena, struct secret *kept,
	struct err *e)
{
	struct json_value value;
	if (!json_need(object, name, JSON_STRING, &value, e))
		return err_ctx(e, "malformed credentials");
	if (!keep(value, arena, kept, e))
		return false;
	if (kept->bytes.n == 0)
		return err_set(e, ERR_TRANSIENT, "malformed credentials: %s is empty", name);
	return true;
}

static bool
keep_token(struct json_value object, const char *name, struct buf *arena, struct secret *kept,
	struct err *e)
{
	struct json_value value;
	bool found;
	*kept = (struct secret){ { NULL, 0 } };
	if (!json_member(object, name, JSON_STRING, &found, &value, e))
		return err_ctx(e, "malformed credentials");
	return !found || keep(value, arena, kept, e);
}

static bool
read_expiration(struct json_value object, int64_t *expires, struct err *e)
{
	char text[TIME_TEXT_MAX];
	struct buf b = BUF(text);
	struct json_value value;
	bool found;
	*expires = 0;
	if (!json_member(object, "Expiration", JSON_STRING, &found, &value, e))
		return err_ctx(e, "malformed credentials");
	if (!found)
		return true;
	json_unescape(value, &b);
	if (b.overflow || !time_parse_rfc3339(buf_span(&b), expires))
		return err_set(e, ERR_TRANSIENT, "malformed credentials: Expiration is no time");
	return true;
}

/* "Code": absent or Success in an answer that holds credentials. */
static bool
check_code(struct json_value answer, struct err *e)
{
	/* Code and message whole, as quote() finds whole secrets only. */
	static char bytes[HTTP_BODY_MAX];
	struct buf text = BUF(bytes);
	struct json_value code;
	struct json_value message;
	struct quoted q;
	struct quoted r;
	bool found;
	if (!json_member(answer, "Code", JSON_STRING, &found, &code, e))
		return err_ctx(e, "malformed credentials");
	if (!found || json_string_is(code, SPAN("Success")))
		return true;
	json_unescape(code, &text);
	struct span code_text = buf_span(&text);
	if (!json_member(answer, "Message", JSON_STRING, &found, &message, e))
		return err_ctx(e, "malformed credentials");
	if (found)
		json_unescape(message, &text);
	return err_set(e, ERR_REFUSED, "%s: %s", quote(&q, code_text),
		quote(&r, span_skip(buf_span(&text), code_text.n)));
}

bool
credential_read_json(
	struct json_value answer, struct buf *arena, struct credentials *c, struct err *e)
{
	if (json_type(answer) != JSON_OBJECT)
		return err_set(e, ERR_TRANSIENT, "malformed credentials: the answer is %s",
			json_type_name(json_type(answer)));
	return check_code(answer, e) &&
	       keep_needed(answer, "AccessKeyId", arena, &c->access_key_id, e) &&
	       keep_needed(answer, "SecretAccessKey", arena, &c->secret_access_key, e) &&
	       keep_token(answer, "Token", arena, &c->session_token, e) &&
	       read_expiration(answer, &c->expires, e);
}

static bool
read_sts_json(struct json_value root, struct buf *arena, struct credentials *c, struct err *e)
{
	static const char *const path[] = { "AssumeRoleWithWebIdentityResponse",
		"AssumeRoleWithWebIdentityResult", "Credentials" };
	for (size_t i = 0; i < sizeof(path) / sizeof(*path); i++) {
		if (json_type(root) != JSON_OBJECT)
			return err_set(e, ERR_TRANSIENT, "malformed credentials: the answer is %s",
				json_type_name(json_type(root)));
		if (!json_need(root, path[i], JSON_OBJECT, &root, e))
			return err_ctx(e, "malformed credentials");
	}
	/* Its Expiration, a number here, is an hour ahead: longer than any start. */
	c->expires = 0;
	return keep_needed(root, "AccessKeyId", arena, &c->access_key_id, e) &&
	       keep_needed(root, "SecretAccessKey", arena, &c->secret_access_key, e) &&
	       keep_token(root, "SessionToken", arena, &c->session_token, e);
}

static bool
keep_element(
	struct span xml, const char *name, struct buf *arena, struct secret *kept, struct err *e)
{
	size_t start = arena->len;
	bool found = xml_put_text(arena, xml, name) && arena->len > start;
	if (arena->overflow)
		return err_set(e, ERR_LIMIT, "credentials: more than %zu bytes", arena->cap);
	if (!found)
		return err_set(e, ERR_TRANSIENT, "malformed credentials: no %s", name);
	*kept = secret_keep((struct span){ arena->p + start, arena->len - start });
	return true;
}

bool
credential_read_sts(struct span body, struct json_doc *scratch, struct buf *arena,
	struct credentials *c, struct err *e)
{
	struct json_value root;
	if (!xml_is(body))
		return json_parse(scratch, body, &root, e) && read_sts_json(root, arena, c, e);
	c->expires = 0;
	return keep_element(body, "AccessKeyId", arena, &c->access_key_id, e) &&
	       keep_element(body, "SecretAccessKey", arena, &c->secret_access_key, e) &&
	       keep_element(body, "SessionToken", arena, &c->session_token, e);
}

/* application/x-www-form-urlencoded: all but unreserved bytes as %XX. */
static void
put_form_value(struct buf *b, const char *name, struct span value)
{
	buf_printf(b, "&%s=", name);
	for (size_t i = 0; i < value.n; i++) {
		char c = value.p[i];
		if (ascii_is_alnum(c) || c == '-' || c == '_' || c == '.' || c == '~')
			buf_put_char(b, c);
		else
			buf_printf(b, "%%%02X", (unsigned)(unsigned char)c);
	}
}

void
credential_put_sts_form(
	struct buf *b, const char *role_arn, const char *session_name, struct secret token)
{
	buf_put_str(b, "Action=AssumeRoleWithWebIdentity&Version=2011-06-15");
	put_form_value(b, "RoleArn", span_of(role_arn));
	put_form_value(b, "RoleSessionName",
		session_name != NULL ? span_of(session_name) : SPAN("antechamber"));
	put_form_value(b, "WebIdentityToken", token.bytes);
}
