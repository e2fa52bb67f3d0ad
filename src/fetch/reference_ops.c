#include "fetch/reference_ops.h"

#include "aws/secrets.h"
#include "aws/ssm.h"
#include "base/quote.h"

static char secret_text[SECRETS_STRING_MAX];
static char member_text[SECRETS_STRING_MAX];

static struct reference_group *
group_of(const struct awscall *c)
{
	return c->owner;
}

/* The group's first question from start on; question_count when there is none. */
static unsigned
next_question(const struct reference_group *g, unsigned start)
{
	const struct references *r = g->all;
	while (start < r->question_count && r->question[start].group != g->index)
		start++;
	return start;
}

/* The first variable that asks, for messages. */
static const struct reference_use *
use_of(const struct references *r, unsigned question)
{
	unsigned i = 0;
	while (r->use[i].question != question)
		i++;
	return &r->use[i];
}

static bool
name_variable(const struct references *r, unsigned question, struct err *e)
{
	struct quoted q;
	struct quoted s;
	const struct reference_use *use = use_of(r, question);
	return err_ctx(e, "variable %s: %s", quote(&q, use->variable), quote(&s, use->value));
}

/* A batch of names, as many as one GetParameters takes; *after is the question behind them. */
static unsigned
batch(const struct reference_group *g, struct span name[SSM_BATCH_MAX], unsigned *after)
{
	const struct references *r = g->all;
	unsigned count = 0;
	unsigned i = next_question(g, g->next);
	for (; i < r->question_count && count < SSM_BATCH_MAX; i = next_question(g, i + 1))
		name[count++] = r->question[i].id;
	*after = i;
	return count;
}

static void
put_parameters(const struct awscall *c, struct buf *b)
{
	struct span name[SSM_BATCH_MAX];
	unsigned after;
	unsigned count = batch(group_of(c), name, &after);
	ssm_put_get(b, name, count);
}

/* "parameter/a/b" of an ARN names "/a/b", "parameter/a" names "a". */
static bool
arn_names(struct span arn, struct span name)
{
	struct span tail = arn;
	struct span part;
	for (int i = 0; i < 5; i++) {
		if (!span_split(&tail, ':', &part))
			return false;
	}
	if (!span_starts_with(tail, SPAN("parameter/")))
		return false;
	struct span path = span_skip(tail, SPAN("parameter").n);
	return span_eq(path, name) || span_eq(span_skip(path, 1), name);
}

/* Whether an answered parameter, by its name with the selector, is what was asked for. */
static bool
answers(struct span asked, struct span name)
{
	return span_eq(asked, name) ||
	       (span_starts_with(asked, SPAN("arn:")) && arn_names(asked, name));
}

static bool
put_optional(struct json_value item, const char *member, struct buf *b, struct err *e)
{
	struct json_value value;
	bool found;
	if (!json_member(item, member, JSON_STRING, &found, &value, e))
		return err_ctx(e, "malformed answer");
	if (found)
		json_unescape(value, b);
	return true;
}

/* The question of the present batch that this name answers; question_count when there is none. */
static unsigned
open_question(const struct reference_group *g, struct span name)
{
	const struct references *r = g->all;
	unsigned i = next_question(g, g->next);
	while (i < r->question_count &&
		(r->question[i].is_answered || !answers(r->question[i].id, name)))
		i = next_question(g, i + 1);
	return i;
}

/* Gives the value to every variable that asked for this name. */
static bool
take_parameter(struct reference_group *g, const struct ssm_parameter *p, struct err *e)
{
	char text[URL_MAX];
	struct buf name = BUF(text);
	struct references *r = g->all;
	json_unescape(p->name, &name);
	if (!put_optional(p->item, "Selector", &name, e))
		return false;
	unsigned question = open_question(g, buf_span(&name));
	if (question == r->question_count)
		return err_set(e, ERR_TRANSIENT,
			"malformed answer: a parameter that nobody asked for, or one twice");
	r->question[question].is_answered = true;
	for (unsigned i = 0; i < r->use_count; i++) {
		if (r->use[i].question == question &&
			!store_add(r->store, STORE_REFERENCES, r->use[i].variable, p->value, e))
			return false;
	}
	return true;
}

static bool
take_parameters(struct reference_group *g, struct json_value root, struct err *e)
{
	struct ssm_parameter p;
	bool more = true;
	for (int at = 0; more;) {
		if (!ssm_next(root, &at, &more, &p, e) || (more && !take_parameter(g, &p, e)))
			return false;
	}
	return true;
}

static enum call_result
read_parameters(struct awscall *c, struct json_value root, struct err *e)
{
	struct reference_group *g = group_of(c);
	struct references *r = g->all;
	struct span name[SSM_BATCH_MAX];
	struct store_mark mark = store_mark(r->store);
	unsigned after;
	batch(g, name, &after);
	for (unsigned i = g->next; i < after; i++)
		r->question[i].is_answered = false;
	bool found;
	struct json_value invalid;
	if (!take_parameters(g, root, e) ||
		!json_member(root, "InvalidParameters", JSON_ARRAY, &found, &invalid, e)) {
		store_reset(r->store, mark);
		return CALL_FAILED;
	}
	for (unsigned i = next_question(g, g->next); i < after; i = next_question(g, i + 1)) {
		if (r->question[i].is_answered)
			continue;
		err_set(e, ERR_REFUSED, "there is no such parameter");
		name_variable(r, i, e);
		return CALL_FAILED;
	}
	g->next = after;
	return next_question(g, after) < r->question_count ? CALL_NEXT : CALL_DONE;
}

static void
put_secret(const struct awscall *c, struct buf *b)
{
	const struct reference_group *g = group_of(c);
	const struct reference_question *asked = &g->all->question[next_question(g, g->next)];
	const struct secrets_question q = { asked->id, asked->stage, asked->version };
	secrets_put_get(b, &q);
}

/* The member of a secret that a json-key names. */
static bool
put_json_key(struct json_value object, struct span key, struct buf *b, struct err *e)
{
	struct json_value name;
	struct json_value value;
	if (json_type(object) != JSON_OBJECT)
		return err_set(e, ERR_REFUSED, "the secret is %s, not a JSON object",
			json_type_name(json_type(object)));
	for (int at = 0; json_next(object, &at, &name, &value);) {
		if (json_string_is(name, key))
			return secrets_put_member(name, value, b, e);
	}
	return err_set(e, ERR_REFUSED, "the secret has no such member");
}

static bool
put_use(const struct reference_use *use, struct span secret, struct json_doc *doc, struct buf *b,
	struct err *e)
{
	struct json_value root;
	if (use->reference.json_key.n == 0) {
		buf_put(b, secret);
		return true;
	}
	if (json_parse(doc, secret, &root, e))
		return put_json_key(root, use->reference.json_key, b, e);
	e->kind = ERR_REFUSED;
	return err_ctx(e, "the secret is not a JSON object");
}

static bool
take_secret(struct reference_group *g, unsigned question, struct span secret, struct err *e)
{
	struct references *r = g->all;
	for (unsigned i = 0; i < r->use_count; i++) {
		struct buf value = BUF(member_text);
		if (r->use[i].question != question)
			continue;
		if (!put_use(&r->use[i], secret, g->aws.shared->doc, &value, e) ||
			!store_add_text(r->store, STORE_REFERENCES, r->use[i].variable,
				buf_span(&value), e))
			return false;
	}
	return true;
}

static enum call_result
read_secret(struct awscall *c, struct json_value root, struct err *e)
{
	struct reference_group *g = group_of(c);
	struct references *r = g->all;
	struct buf secret = BUF(secret_text);
	struct store_mark mark = store_mark(r->store);
	unsigned question = next_question(g, g->next);
	if (!secrets_put_string(root, &secret, e) ||
		!take_secret(g, question, buf_span(&secret), e)) {
		store_reset(r->store, mark);
		name_variable(r, question, e);
		return CALL_FAILED;
	}
	g->next = next_question(g, question + 1);
	return g->next < r->question_count ? CALL_NEXT : CALL_DONE;
}

/* An answer that says no speaks of the first variable that the request was for. */
static void
explain(const struct awscall *c, struct err *e)
{
	const struct reference_group *g = group_of(c);
	name_variable(g->all, next_question(g, g->next), e);
}

void
reference_ops_set(struct reference_group *g)
{
	bool parameters = g->kind == REFERENCE_PARAMETER;
	g->aws.owner = g;
	g->aws.target = parameters ? SSM_TARGET_GET : SECRETS_TARGET_GET;
	g->aws.action = parameters ? "ssm:GetParameters" : "secretsmanager:GetSecretValue";
	g->aws.put_body = parameters ? put_parameters : put_secret;
	g->aws.read = parameters ? read_parameters : read_secret;
	g->aws.explain = explain;
}
