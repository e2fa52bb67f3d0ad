#include "aws/credentials.h"
#include "aws/sigv4.h"
#include "aws/time.h"
#include "aws/xml.h"
#include "base/quote.h"

/* The longest RFC 3339 time that is read. */
#define TIME_TEXT_MAX 64

/* The response being read: XML, or the JSON object that holds the credentials. */
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

/* Appends a member or element to the arena and keeps it; an absent one appends nothing. */
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
	err_set(e, ERR_TRANSIENT, "Expiration is not a valid time");
	return malformed(e);
}

/* A refused document may hold keys too, and its own text must not show them. */
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

/* "Code": absent or Success in a response that holds credentials. */
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
	/* Code and message whole: quote() masks before it cuts. */
	json_unescape(code, scratch);
	if (!json_member(r->object, "Message", JSON_STRING, &message, r->e))
		return malformed(r->e);
	if (message.doc != NULL) {
		buf_put_str(scratch, ": ");
		json_unescape(message, scratch);
	}
	return err_set(r->e, ERR_REFUSED, "%s", quote(&q, buf_span(scratch)));
}

bool
credential_read_json(struct json_value response, struct buf *scratch, struct buf *arena,
	struct credentials *c, struct err *e)
{
	const struct reader r = { .object = response, .arena = arena, .e = e };
	return check_code(&r, scratch) && keep_pair(&r, c) &&
	       keep_optional(&r, "Token", &c->session_token) &&
	       read_expiration(response, &c->expires, e);
}

/* Replaces *object by its member of that name, which holds the credentials. */
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

/* application/x-www-form-urlencoded: every byte that is not unreserved is written as %XX. */
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
