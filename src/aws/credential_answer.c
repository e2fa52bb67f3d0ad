#include "aws/credentials.h"
#include "aws/sigv4.h"
#include "aws/time.h"
#include "aws/xml.h"
#include "base/quote.h"

/* Longest RFC 3339 time that is looked at. */
#define TIME_TEXT_MAX 64

/* An answer that is read: an XML one, or the object of a JSON one that holds the credentials. */
struct reader {
	struct span xml; /* empty: JSON */
	struct json_value object;
	struct buf *arena;
	struct err *e;
};

static bool
malformed(struct err *e)
{
	return err_ctx(e, "malformed credentials");
}

/* Appends a member or element to the arena, nothing when it is absent, and keeps it. */
static bool
keep_optional(const struct reader *r, const char *name, struct secret *kept)
{
	size_t start = r->arena->len;
	struct json_value value;
	if (r->xml.n > 0)
		xml_put_text(r->arena, r->xml, name);
	else if (!json_member(r->object, name, JSON_STRING, &value, r->e))
		return malformed(r->e);
	else
		json_unescape(value, r->arena);
	if (r->arena->overflow)
		return err_set(r->e, ERR_LIMIT, "credentials: more than %zu bytes", r->arena->cap);
	*kept = secret_keep(span_skip(buf_span(r->arena), start));
	return credential_check_bytes(kept->bytes, ERR_TRANSIENT, r->e) ||
	       err_ctx(r->e, "malformed credentials: %s", name);
}

static bool
keep(const struct reader *r, const char *name, struct secret *kept)
{
	if (!keep_optional(r, name, kept))
		return false;
	return kept->bytes.n > 0 ||
	       err_set(r->e, ERR_TRANSIENT, "malformed credentials: no %s", name);
}

static bool
keep_pair(const struct reader *r, struct credentials *c)
{
	c->expires = 0;
	return keep(r, "AccessKeyId", &c->access_key_id) &&
	       keep(r, "SecretAccessKey", &c->secret_access_key);
}

static bool
read_expiration(struct json_value object, int64_t *expires, struct err *e)
{
	char text[TIME_TEXT_MAX];
	struct buf b = BUF(text);
	struct json_value value;
	if (!json_member(object, "Expiration", JSON_STRING, &value, e))
		return malformed(e);
	if (value.doc == NULL)
		return true;
	json_unescape(value, &b);
	if (!b.overflow && time_parse_rfc3339(buf_span(&b), expires))
		return true;
	err_set(e, ERR_TRANSIENT, "Expiration is no time");
	return malformed(e);
}

/* What a document that is refused holds all the same: its own text must not show it. */
static void
keep_what_there_is(const struct reader *r)
{
	static const char names[][16] = { "AccessKeyId", "SecretAccessKey", "Token" };
	struct err ignored;
	struct reader quiet = *r;
	struct secret kept;
	quiet.e = &ignored;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		keep_optional(&quiet, names[i], &kept);
}

/* "Code": absent or Success in an answer that holds credentials. */
static bool
check_code(const struct reader *r, struct buf *scratch)
{
	struct json_value code;
	struct json_value message;
	struct quoted q;
	if (!json_member(r->object, "Code", JSON_STRING, &code, r->e))
		return malformed(r->e);
	if (code.doc == NULL || json_string_is(code, SPAN("Success")))
		return true;
	keep_what_there_is(r);
	/* Code and message whole, as quote() finds whole secrets only. */
	json_unescape(code, scratch);
	if (!json_member(r->object, "Message", JSON_STRING, &message, r->e))
		return malformed(r->e);
	buf_put_str(scratch, ": ");
	json_unescape(message, scratch);
	return err_set(r->e, ERR_REFUSED, "%s", quote(&q, buf_span(scratch)));
}

bool
credential_read_json(struct json_value answer, struct buf *scratch, struct buf *arena,
	struct credentials *c, struct err *e)
{
	const struct reader r = { .object = answer, .arena = arena, .e = e };
	return check_code(&r, scratch) && keep_pair(&r, c) &&
	       keep_optional(&r, "Token", &c->session_token) &&
	       read_expiration(answer, &c->expires, e);
}

/* Takes the member of an object that is the next object on the way to the credentials. */
static bool
step_into(struct json_value *object, const char *name, struct err *e)
{
	return json_need(*object, name, JSON_OBJECT, object, e) || malformed(e);
}

/* The Expiration is not read: it is an hour ahead, longer than any start. */
bool
credential_read_sts(struct span body, struct json_doc *scratch, struct buf *arena,
	struct credentials *c, struct err *e)
{
	struct reader r = { .xml = body, .arena = arena, .e = e };
	if (!xml_is(body)) {
		r.xml.n = 0;
		if (!json_parse(scratch, body, &r.object, e) ||
			!step_into(&r.object, "AssumeRoleWithWebIdentityResponse", e) ||
			!step_into(&r.object, "AssumeRoleWithWebIdentityResult", e) ||
			!step_into(&r.object, "Credentials", e))
			return false;
	}
	return keep_pair(&r, c) && keep(&r, "SessionToken", &c->session_token);
}

/* application/x-www-form-urlencoded: all but unreserved bytes as %XX. */
static void
put_form_value(struct buf *b, const char *name, struct span value)
{
	buf_printf(b, "&%s=", name);
	sigv4_put_encoded(b, value, SIGV4_UNRESERVED);
}

void
credential_put_sts_form(
	struct buf *b, const char *role_arn, const char *session_name, struct secret token)
{
	if (session_name == NULL)
		session_name = "antechamber";
	buf_put_str(b, "Action=AssumeRoleWithWebIdentity&Version=2011-06-15");
	put_form_value(b, "RoleArn", span_of(role_arn));
	put_form_value(b, "RoleSessionName", span_of(session_name));
	put_form_value(b, "WebIdentityToken", token.bytes);
}
