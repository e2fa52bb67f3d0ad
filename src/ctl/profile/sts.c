#include "ctl/profile/sts.h"

#include "aws/sigv4.h"
#include "aws/xml.h"

static void
put_action(struct buf *b, const char *action)
{
	buf_printf(b, "Action=%s&Version=2011-06-15", action);
}

/* application/x-www-form-urlencoded: every byte that is not unreserved is written as %XX. */
static void
put_value(struct buf *b, const char *name, const char *value)
{
	buf_printf(b, "&%s=", name);
	sigv4_put_encoded(b, span_of(value), SIGV4_UNRESERVED);
}

void
assume_role_put_form(struct buf *b, const struct profile_role *role)
{
	put_action(b, "AssumeRole");
	put_value(b, "RoleArn", role->arn);
	put_value(b, "RoleSessionName", role->session_name);
	if (role->external_id != NULL)
		put_value(b, "ExternalId", role->external_id);
	if (role->duration_seconds > 0)
		buf_printf(b, "&DurationSeconds=%u", role->duration_seconds);
}

void
caller_identity_put_form(struct buf *b)
{
	put_action(b, "GetCallerIdentity");
}

static bool
malformed(struct err *e)
{
	return err_ctx(e, "malformed response to GetCallerIdentity");
}

/* The object that holds the names, of a JSON response. */
static bool
read_result(struct span body, struct json_doc *scratch, struct json_value *result, struct err *e)
{
	return (json_parse(scratch, body, result, e) &&
		       json_need(*result, "GetCallerIdentityResponse", JSON_OBJECT, result, e) &&
		       json_need(*result, "GetCallerIdentityResult", JSON_OBJECT, result, e)) ||
	       malformed(e);
}

/* Appends the text of an element, or of a member where result is not NULL. */
static bool
take(struct span body, const struct json_value *result, const char *name, struct buf *arena,
	struct span *text)
{
	struct json_value value;
	struct err ignored;
	size_t start = arena->len;
	bool ok = true;
	if (result == NULL)
		ok = xml_put_text(arena, body, name);
	else if (json_need(*result, name, JSON_STRING, &value, &ignored))
		json_unescape(value, arena);
	*text = span_skip(buf_span(arena), start);
	return ok && text->n > 0 && !arena->overflow;
}

/* arn:PARTITION:sts::ACCOUNT:assumed-role/ROLE/SESSION */
static bool
check_names(struct caller_identity *caller)
{
	struct span rest = caller->arn;
	struct span arn;
	return span_split(&rest, ':', &arn) && span_eq(arn, SPAN("arn")) &&
	       span_split(&rest, ':', &caller->partition) &&
	       span_alnum(caller->partition, "-") == caller->partition.n &&
	       caller->partition.n > 0 && span_alnum(caller->account, "") == caller->account.n;
}

bool
caller_identity_read(struct span body, struct json_doc *scratch, struct buf *arena,
	struct caller_identity *caller, struct err *e)
{
	struct json_value result;
	const bool is_xml = xml_is(body);
	if (!is_xml && !read_result(body, scratch, &result, e))
		return false;
	const struct json_value *members = is_xml ? NULL : &result;
	if (take(body, members, "Account", arena, &caller->account) &&
		take(body, members, "Arn", arena, &caller->arn) && check_names(caller))
		return true;
	err_set(e, ERR_TRANSIENT, "it has no Account or no Arn");
	return malformed(e);
}
