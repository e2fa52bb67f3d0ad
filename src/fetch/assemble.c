#include "fetch/assemble.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/quote.h"
#include "env/envblock.h"
#include "env/envname.h"
#include "env/inherit.h"

/* References first (a service overwrites them), then the services in their order, each by name. */
static int
compare_params(const void *left, const void *right)
{
	const struct param *a = left;
	const struct param *b = right;
	unsigned rank_a = a->service == STORE_REFERENCES ? 0 : a->service + 1;
	unsigned rank_b = b->service == STORE_REFERENCES ? 0 : b->service + 1;
	if (rank_a != rank_b)
		return rank_a < rank_b ? -1 : 1;
	return span_compare(a->name, b->name);
}

/* The name of the variable that a parameter becomes; it stays in the assembly. */
static bool
name_variable(struct assembly *a, const struct param *p, const struct assemble_terms *t,
	struct span *name, struct err *e)
{
	struct quoted q;
	struct buf b = { .p = a->names, .cap = sizeof(a->names), .len = a->names_len };
	if (p->service == STORE_REFERENCES)
		buf_put(&b, p->name);
	else
		envname_put(&b, span_skip(p->name, t->path[p->service].n), t->config->env_names);
	if (b.overflow)
		return err_set(e, ERR_LIMIT, "%s: more than %zu bytes of variables' names",
			quote(&q, p->name), b.cap);
	*name = span_skip(buf_span(&b), a->names_len);
	a->names_len = b.len;
	return true;
}

static struct variable *
find_variable(struct assembly *a, struct span name)
{
	for (size_t i = 0; i < a->count; i++) {
		if (span_eq(a->variable[i].name, name))
			return &a->variable[i];
	}
	return NULL;
}

static void
warn_collision(const struct param *first, const struct param *second, struct span name)
{
	struct quoted q;
	struct quoted r;
	struct quoted s;
	log_warning("parameters %s and %s both become the variable %s: %s wins",
		quote(&q, first->name), quote(&r, second->name), quote(&s, name), r.text);
}

/* chamber's text, byte for byte. */
static void
warn_overwriting(struct span service, struct span name)
{
	struct quoted q;
	struct quoted r;
	const struct log_field fields[] = { { "service", service }, { "variable", name } };
	log_verbatim(LOG_WARNING, fields, 2,
		"warning: service %s overwriting environment variable %s", quote(&q, service),
		quote(&r, name));
}

/* Puts the parameter's value under its variable's name, with the warnings that are due. */
static void
set_variable(
	struct assembly *a, const struct param *p, struct span name, const struct assemble_terms *t)
{
	const struct environment_rules *rules = &t->config->rules;
	struct variable *v = find_variable(a, name);
	struct span inherited;
	bool from_reference = p->service == STORE_REFERENCES;
	bool is_inherited = inherit_find(t->config->environ, rules, name, &inherited);
	bool is_loaded = v != NULL;

	if (is_loaded && v->param->service == p->service) {
		warn_collision(v->param, p, name);
	} else if (is_loaded || is_inherited) {
		if (rules->no_clobber && is_loaded && v->param->service == STORE_REFERENCES)
			return;
		bool is_kept = rules->no_clobber && is_inherited;
		if (!from_reference && !rules->strict && !is_kept)
			warn_overwriting(t->written[p->service], name);
	}
	if (!is_loaded)
		v = &a->variable[a->count++];
	*v = (struct variable){ name, p->value, p, is_inherited };
}

bool
assemble(struct assembly *a, struct store *s, const struct assemble_terms *t, struct err *e)
{
	a->count = 0;
	a->names_len = 0;
	qsort(s->param, s->count, sizeof(*s->param), compare_params);
	for (size_t i = 0; i < s->count; i++) {
		struct span name;
		if (!name_variable(a, &s->param[i], t, &name, e))
			return false;
		set_variable(a, &s->param[i], name, t);
	}
	return true;
}

bool
assemble_block(const struct assembly *a, struct buf *block, struct err *e)
{
	struct quoted q;
	for (size_t i = 0; i < a->count; i++) {
		const struct variable *v = &a->variable[i];
		if (!envblock_put(block, v->name, v->value, e))
			return err_ctx(e, "parameter %s", quote(&q, v->param->name));
	}
	return true;
}
