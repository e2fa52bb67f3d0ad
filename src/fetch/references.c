#include "fetch/references.h"

#include "base/quote.h"
#include "env/envblock.h"
#include "env/inherit.h"

/* The group that a variable belongs to, which may be a new one. */
static bool
find_group(struct references *r, struct reference_use *use, struct err *e)
{
	struct reference_group *g = r->group;
	const struct reference_group *end = g + r->group_count;
	while (g < end &&
		!(g->kind == use->reference.kind && span_eq(g->region, use->reference.region)))
		g++;
	use->group = g;
	if (g < end)
		return true;
	if (r->group_count == REFERENCE_GROUPS_MAX)
		return err_set(e, ERR_LIMIT, "references to more than %d services and regions",
			REFERENCE_GROUPS_MAX);
	r->group_count++;
	g->all = r;
	g->kind = use->reference.kind;
	g->region = use->reference.region;
	g->round = 1;
	g->batch[0] = use;
	return true;
}

static bool
add_use(struct references *r, struct span variable, struct span value, struct err *e)
{
	struct reference_use *use = &r->use[r->use_count];
	struct buf id = { .p = r->bytes, .cap = sizeof(r->bytes), .len = r->bytes_len };
	if (r->use_count == REFERENCES_MAX)
		return err_set(e, ERR_LIMIT, "more than %d references", REFERENCES_MAX);
	use->variable = variable;
	use->value = value;
	use->resolved = 0;
	if (!reference_parse(value, &use->reference, e) || !find_group(r, use, e))
		return false;
	reference_put_id(&id, &use->reference);
	if (id.overflow)
		return err_set(e, ERR_LIMIT, "references: more than %zu bytes of names", id.cap);
	use->id = span_skip(buf_span(&id), r->bytes_len);
	r->bytes_len = id.len;
	r->use_count++;
	return true;
}

/* Of variables of one name, getenv(3) finds the first. */
static bool
is_first(char *const *environ, char *const *at, struct span name)
{
	/* With its '=', or A would be the first of AB. */
	name.n++;
	while (environ < at && !span_starts_with(span_of(*environ), name))
		environ++;
	return environ == at;
}

bool
references_find(struct references *r, const struct config *c, struct err *e)
{
	struct quoted_long q;
	r->use_count = 0;
	r->group_count = 0;
	r->bytes_len = 0;
	for (char *const *p = c->environ; c->rules.references && *p != NULL; p++) {
		struct span entry = span_of(*p);
		struct span name = envblock_name(entry);
		if (name.n == entry.n || inherit_is_unset(&c->rules, name) ||
			inherit_is_kept(&c->rules, name))
			continue;
		struct span value = span_skip(entry, name.n + 1);
		if (reference_is(value) && is_first(c->environ, p, name) &&
			!add_use(r, name, value, e))
			return err_ctx(e, "variable %s", quote_name(&q, name));
	}
	return true;
}

bool
references_locate(struct references *r, const struct config *c, struct span region, struct err *e)
{
	for (unsigned i = 0; i < r->group_count; i++) {
		struct reference_group *g = &r->group[i];
		enum endpoint_service service =
			g->kind == REFERENCE_PARAMETER ? ENDPOINT_SSM : ENDPOINT_SECRETS_MANAGER;
		if (!endpoint_select(service, g->region.n > 0 ? g->region : region, c->environ,
			    &g->endpoint, e))
			return reference_name(g->batch[0], e);
	}
	return true;
}

bool
reference_name(const struct reference_use *use, struct err *e)
{
	struct quoted_long q;
	struct quoted_long s;
	return err_ctx(
		e, "variable %s: %s", quote_name(&q, use->variable), quote_name(&s, use->value));
}
