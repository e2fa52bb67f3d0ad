#include "ctl/aws/body.h"

#include "ctl/base/memory.h"
#include "ctl/base/time.h"

void
body_put_string(struct text *t, struct span s)
{
	/* The longest escape is \u001f. */
	struct buf b = text_room(t, 6 * s.n + 2);
	json_put_string(&b, s);
	text_wrote(t, &b);
}

void
body_put_name(struct text *t, const char *name)
{
	text_printf(t, "%s\"%s\":", t->n == 0 ? "{" : ",", name);
}

void
body_put_text(struct text *t, const char *name, struct span value)
{
	body_put_name(t, name);
	body_put_string(t, value);
}

struct span
body_unescape(struct json_value string)
{
	/* Unescaped, a string is not longer than it was. */
	const size_t n = json_raw(string).n;
	/* Not as a text, which has room to grow: a store has a hundred thousand of them. */
	struct buf b = { .p = memory_get_brief(n + 1), .cap = n + 1 };
	json_unescape(string, &b);
	return buf_span(&b);
}

static bool
malformed(struct err *e)
{
	return err_ctx(e, "malformed response");
}

bool
body_get_text(struct json_value object, const char *name, struct span *value, struct err *e)
{
	struct json_value member;
	*value = (struct span){ 0 };
	if (!json_member(object, name, JSON_STRING, &member, e))
		return malformed(e);
	if (member.doc != NULL)
		*value = body_unescape(member);
	return true;
}

bool
body_need_text(struct json_value object, const char *name, struct span *value, struct err *e)
{
	struct json_value member;
	if (!json_need(object, name, JSON_STRING, &member, e))
		return malformed(e);
	*value = body_unescape(member);
	return true;
}

bool
body_get_count(struct json_value object, const char *name, uint64_t *value, struct err *e)
{
	struct json_value member;
	*value = 0;
	if (!json_member(object, name, JSON_NUMBER, &member, e))
		return malformed(e);
	if (member.doc == NULL || span_u64(json_raw(member), UINT64_MAX, value))
		return true;
	err_set(e, ERR_TRANSIENT, "%s is not a whole number", name);
	return malformed(e);
}

bool
body_get_time(struct json_value object, const char *name, int64_t *ms, struct err *e)
{
	struct json_value member;
	*ms = TIME_NONE;
	if (!json_member(object, name, JSON_NUMBER, &member, e))
		return malformed(e);
	if (member.doc == NULL || time_parse_seconds(json_raw(member), ms))
		return true;
	err_set(e, ERR_TRANSIENT, "%s is not a time", name);
	return malformed(e);
}

bool
pages_next(struct pages *p, struct json_value response, struct err *e)
{
	struct span token;
	if (!body_get_text(response, "NextToken", &token, e))
		return false;
	if (token.n > 0 && span_eq(token, p->seen))
		return err_set(e, ERR_FINAL,
			"malformed response: the NextToken of a page is a repeated one");
	p->token = token;
	p->number++;
	if ((p->number & (p->number - 1)) == 0)
		p->seen = token;
	return true;
}
