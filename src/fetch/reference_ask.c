#include "fetch/references.h"

#include "aws/secretsmanager.h"
#include "base/quote.h"
#include "fetch/parameters.h"
#include "fetch/secret.h"

/* Whether two variables ask for one and the same. */
static bool
is_same(const struct reference_use *a, const struct reference_use *b)
{
	return a->group == b->group && span_eq(a->id, b->id) &&
	       span_eq(a->reference.stage, b->reference.stage) &&
	       span_eq(a->reference.version, b->reference.version);
}

/* A parameter as it is asked for, or named in a response. */
struct wanted {
	struct span arn; /* empty: it is not named by its ARN */
	struct span name; /* without a slash at its beginning, which an ARN does not show */
	struct span selector; /* ":3", ":label" */
};

/* Takes "NAME", "arn:...:parameter/NAME" and both with a selector apart. */
static struct wanted
take_apart(struct span id)
{
	struct wanted w = { .name = id };
	bool is_arn = span_starts_with(id, SPAN("arn:"));
	size_t parts = is_arn ? 5 : 0;
	for (size_t i = 0; i < parts && w.name.n > 0; i++) {
		size_t colon = span_find(w.name, ':');
		w.name = span_skip(w.name, colon < w.name.n ? colon + 1 : colon);
	}
	size_t end = span_find(w.name, ':');
	w.selector = span_skip(w.name, end);
	w.name.n = end;
	if (is_arn) {
		w.arn = (struct span){ id.p, id.n - w.selector.n };
		if (span_starts_with(w.name, SPAN("parameter")))
			w.name = span_skip(w.name, SPAN("parameter").n);
	}
	if (span_starts_with(w.name, SPAN("/")))
		w.name = span_skip(w.name, 1);
	return w;
}

/*
 * Whether there is no room for it in this batch: two versions of one parameter go into two
 * requests, because a response need not say which of them it is about.
 */
static bool
is_in_batch(const struct reference_group *g, const struct reference_use *use)
{
	for (unsigned i = 0; i < g->batch_count; i++) {
		if (is_same(g->batch[i], use))
			return true;
		if (g->kind == REFERENCE_PARAMETER &&
			span_eq(take_apart(g->batch[i]->id).name, take_apart(use->id).name))
			return true;
	}
	return false;
}

/*
 * Makes a batch of what is not resolved yet, as much as one request takes. What a response of this
 * round resolved that was rejected is not.
 */
static void
gather(struct reference_group *g)
{
	struct references *r = g->all;
	g->batch_count = 0;
	for (struct reference_use *use = r->use; use < r->use + r->use_count; use++) {
		if (use->group != g)
			continue;
		if (use->resolved == g->round)
			use->resolved = 0;
		if (use->resolved == 0 && g->batch_count < SSM_BATCH_MAX && !is_in_batch(g, use))
			g->batch[g->batch_count++] = use;
	}
}

/* Goes on: all of the batch is resolved. */
static enum call_result
advance(struct reference_group *g)
{
	g->round++;
	gather(g);
	return g->batch_count > 0 ? CALL_NEXT : CALL_DONE;
}

static void
put_parameters(const struct awscall *c, struct buf *b)
{
	struct reference_group *g = c->owner;
	struct span name[SSM_BATCH_MAX];
	gather(g);
	for (unsigned i = 0; i < g->batch_count; i++)
		name[i] = g->batch[i]->id;
	ssm_put_get(b, name, g->batch_count);
}

/*
 * Whether a parameter of a response is what was asked for. Either may be named by the ARN, and the
 * response may leave out the selector; what both say must be the same.
 */
static bool
is_asked_for(struct span id, struct span name, struct span selector)
{
	struct wanted asked = take_apart(id);
	struct wanted given = take_apart(name);
	if (selector.n == 0)
		selector = given.selector;
	return span_eq(asked.name, given.name) &&
	       (selector.n == 0 || span_eq(asked.selector, selector)) &&
	       (asked.arn.n == 0 || given.arn.n == 0 || span_eq(asked.arn, given.arn));
}

/* The member of a secret that a json-key names. */
static bool
find_member(struct json_value object, struct span key, struct json_value *name,
	struct json_value *value, struct err *e)
{
	struct quoted q;
	struct json_value each_name;
	struct json_value each;
	*value = (struct json_value){ 0 };
	for (int at = 0; json_next(object, &at, &each_name, &each);) {
		if (!json_string_is(each_name, key))
			continue;
		if (value->doc != NULL)
			return err_set(e, ERR_TRANSIENT,
				"malformed secret: it has the member %s twice", quote(&q, key));
		*name = each_name;
		*value = each;
	}
	return value->doc != NULL || err_set(e, ERR_REFUSED, "the secret has no such member");
}

/* Appends the text, or the member of it that a json-key names. */
static bool
put_use(const struct reference_use *use, struct scratch *scratch, struct span text, struct buf *b,
	struct err *e)
{
	struct json_value object;
	struct json_value name;
	struct json_value value;
	if (use->reference.json_key.n == 0) {
		buf_put(b, text);
		return true;
	}
	return secret_parse(scratch, text, &object, e) &&
	       find_member(object, use->reference.json_key, &name, &value, e) &&
	       secretsmanager_put_member(name, value, b, e);
}

/* Gives the text of a response to every variable that asked for it. */
static bool
resolve(struct reference_group *g, const struct reference_use *asked, struct span text,
	struct err *e)
{
	struct references *r = g->all;
	struct session *s = g->aws.session;
	for (struct reference_use *use = r->use; use < r->use + r->use_count; use++) {
		struct buf b;
		if (!is_same(use, asked))
			continue;
		use->resolved = g->round;
		store_begin(&s->store, use->variable, &b);
		if (!put_use(use, &s->scratch, text, &b, e))
			return reference_name(use, e);
		if (!store_end(&s->store, STORE_REFERENCES, &b, e))
			return false;
	}
	return true;
}

static bool
take_parameter(struct reference_group *g, const struct ssm_parameter *p, struct err *e)
{
	char text[URL_MAX];
	struct buf name = BUF(text);
	struct buf value = BUF(g->aws.session->scratch.text);
	struct json_value selector;
	if (!parameters_name(p->name, &name, e))
		return false;
	if (!json_member(p->item, "Selector", JSON_STRING, &selector, e))
		return err_ctx(e, "malformed response");
	const struct span given = buf_span(&name);
	if (!parameters_name(selector, &name, e))
		return false;
	const struct span chosen = span_skip(buf_span(&name), given.n);
	json_unescape(p->value, &value);
	for (unsigned i = 0; i < g->batch_count; i++) {
		if (g->batch[i]->resolved == 0 && is_asked_for(g->batch[i]->id, given, chosen))
			return resolve(g, g->batch[i], buf_span(&value), e);
	}
	return err_set(e, ERR_TRANSIENT,
		"malformed response: a parameter that was not asked for, or one twice");
}

static bool
take_parameters(struct reference_group *g, struct json_value response, struct err *e)
{
	struct ssm_cursor cursor = { 0 };
	struct ssm_parameter p;
	for (;;) {
		switch (ssm_next(response, &cursor, &p, e)) {
		case SSM_END:
			return true;
		case SSM_MALFORMED:
			return false;
		case SSM_ITEM:
			break;
		}
		if (!take_parameter(g, &p, e))
			return false;
	}
}

static enum call_result
read_parameters(struct awscall *c, struct json_value root, struct err *e)
{
	struct reference_group *g = c->owner;
	struct json_value invalid;
	gather(g);
	if (!take_parameters(g, root, e) ||
		!json_member(root, "InvalidParameters", JSON_ARRAY, &invalid, e))
		return CALL_FAILED;
	for (unsigned i = 0; i < g->batch_count; i++) {
		if (g->batch[i]->resolved != 0)
			continue;
		err_set(e, ERR_REFUSED, "the parameter does not exist");
		reference_name(g->batch[i], e);
		return CALL_FAILED;
	}
	return advance(g);
}

static void
put_secret(const struct awscall *c, struct buf *b)
{
	struct reference_group *g = c->owner;
	gather(g);
	const struct reference *r = &g->batch[0]->reference;
	const struct secretsmanager_question q = { g->batch[0]->id, r->stage, r->version };
	secretsmanager_put_get(b, &q);
}

/* A refusal is about the first variable that the request was for. */
static void
explain(const struct awscall *c, struct err *e)
{
	const struct reference_group *g = c->owner;
	reference_name(g->batch[0], e);
}

static enum call_result
read_secret(struct awscall *c, struct json_value root, struct err *e)
{
	struct reference_group *g = c->owner;
	struct span secret;
	gather(g);
	if (!secret_read(&c->session->scratch, root, &secret, e)) {
		explain(c, e);
		return CALL_FAILED;
	}
	return resolve(g, g->batch[0], secret, e) ? advance(g) : CALL_FAILED;
}

static const struct awscall_op parameters_asked = {
	.target = SSM_TARGET_GET,
	.put_body = put_parameters,
	.read = read_parameters,
	.explain = explain,
};

static const struct awscall_op secret_asked = {
	.target = SECRETSMANAGER_TARGET_GET,
	.put_body = put_secret,
	.read = read_secret,
	.explain = explain,
};

void
reference_start(struct reference_group *g, struct session *s)
{
	const struct awscall_terms terms = { s, &g->peer, &g->endpoint, "references" };
	awscall_start(&g->aws, g->kind == REFERENCE_PARAMETER ? &parameters_asked : &secret_asked,
		g, &terms);
}
