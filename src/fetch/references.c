#include "fetch/references.h"

#include "aws/ssm.h"
#include "base/quote.h"
#include "env/envblock.h"
#include "env/inherit.h"
#include "fetch/reference_ops.h"

/* The group of a service and region, which may be a new one. */
static bool
find_group(struct references *r, const struct reference *reference, unsigned *index, struct err *e)
{
	for (*index = 0; *index < r->group_count; (*index)++) {
		const struct reference_group *g = &r->group[*index];
		if (g->kind == reference->kind && span_eq(g->region, reference->region))
			return true;
	}
	if (r->group_count == REFERENCE_GROUPS_MAX)
		return err_set(e, ERR_LIMIT, "references to more than %d services and regions",
			REFERENCE_GROUPS_MAX);
	struct reference_group *g = &r->group[r->group_count++];
	g->all = r;
	g->index = *index;
	g->kind = reference->kind;
	g->region = reference->region;
	g->next = 0;
	return true;
}

static bool
keep_id(struct references *r, const struct reference *reference, struct span *id, struct err *e)
{
	struct buf b = { .p = r->bytes, .cap = sizeof(r->bytes), .len = r->bytes_len };
	reference_put_id(&b, reference);
	if (b.overflow)
		return err_set(e, ERR_LIMIT, "references: more than %zu bytes of names", b.cap);
	*id = span_skip(buf_span(&b), r->bytes_len);
	r->bytes_len = b.len;
	return true;
}

/* The question that asks for it, which another variable may have put already. */
static bool
find_question(
	struct references *r, const struct reference *reference, unsigned *index, struct err *e)
{
	struct reference_question wanted = { .stage = reference->stage,
		.version = reference->version };
	if (!find_group(r, reference, &wanted.group, e) || !keep_id(r, reference, &wanted.id, e))
		return false;
	for (*index = 0; *index < r->question_count; (*index)++) {
		const struct reference_question *q = &r->question[*index];
		if (q->group == wanted.group && span_eq(q->id, wanted.id) &&
			span_eq(q->stage, wanted.stage) && span_eq(q->version, wanted.version))
			return true;
	}
	r->question[r->question_count++] = wanted;
	return true;
}

static bool
add_use(struct references *r, struct span variable, struct span value, struct err *e)
{
	if (r->use_count == REFERENCES_MAX)
		return err_set(e, ERR_LIMIT, "more than %d references", REFERENCES_MAX);
	struct reference_use *use = &r->use[r->use_count];
	use->variable = variable;
	use->value = value;
	if (!reference_parse(value, &use->reference, e) ||
		!find_question(r, &use->reference, &use->question, e))
		return false;
	r->use_count++;
	return true;
}

bool
references_find(struct references *r, const struct config *c, struct err *e)
{
	struct quoted q;
	r->use_count = 0;
	r->question_count = 0;
	r->group_count = 0;
	r->bytes_len = 0;
	for (char *const *p = c->environ; c->references && *p != NULL; p++) {
		struct span entry = span_of(*p);
		struct span name = envblock_name(entry);
		if (name.n == entry.n || inherit_is_unset(&c->rules, name))
			continue;
		struct span value = span_skip(entry, name.n + 1);
		if (reference_is(value) && !add_use(r, name, value, e))
			return err_ctx(e, "variable %s", quote(&q, name));
	}
	return true;
}

/* A group's trouble is that of its first variable. */
static bool
name_first_use(const struct references *r, unsigned group, struct err *e)
{
	struct quoted q;
	unsigned i = 0;
	while (r->question[r->use[i].question].group != group)
		i++;
	return err_ctx(e, "variable %s", quote(&q, r->use[i].variable));
}

bool
references_locate(struct references *r, const struct config *c, struct span region, struct err *e)
{
	for (unsigned i = 0; i < r->group_count; i++) {
		struct reference_group *g = &r->group[i];
		enum endpoint_service service =
			g->kind == REFERENCE_PARAMETER ? ENDPOINT_SSM : ENDPOINT_SECRETS_MANAGER;
		struct span where = g->region.n > 0 ? g->region : region;
		if (!endpoint_select(service, where, c->environ, &g->endpoint, e))
			return name_first_use(r, i, e);
	}
	return true;
}

void
references_start(struct references *r, struct awscall_shared *shared, struct store *store)
{
	r->store = store;
	for (unsigned i = 0; i < r->group_count; i++) {
		struct reference_group *g = &r->group[i];
		g->aws.shared = shared;
		g->aws.endpoint = &g->endpoint;
		g->aws.was_renewed = false;
		g->aws.was_reset = false;
		reference_ops_set(g);
	}
}
