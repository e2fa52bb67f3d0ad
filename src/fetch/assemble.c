#include "fetch/assemble.h"

#include "base/log.h"
#include "base/quote.h"
#include "env/envblock.h"
#include "env/envname.h"
#include "env/inherit.h"

/* References first (a service overwrites them), then the services in their order, each by name. */
static bool
comes_before(const struct param *a, const struct param *b)
{
	unsigned rank_a = a->service == STORE_REFERENCES ? 0 : a->service + 1;
	unsigned rank_b = b->service == STORE_REFERENCES ? 0 : b->service + 1;
	if (rank_a != rank_b)
		return rank_a < rank_b;
	return span_compare(a->name, b->name) < 0;
}

static void
swap_params(struct param *a, struct param *b)
{
	struct param kept = *a;
	*a = *b;
	*b = kept;
}

/* Shell's sort: in place, without recursion, quick whatever order the answers had. */
static void
sort_params(struct param *param, size_t count)
{
	size_t gap = count;
	do {
		gap = gap / 3 + 1;
		for (size_t i = gap; i < count; i++) {
			for (size_t k = i; k >= gap && comes_before(&param[k], &param[k - gap]);
				k -= gap)
				swap_params(&param[k], &param[k - gap]);
		}
	} while (gap > 1);
}

/* The name of the variable that a parameter becomes; it stays in the assembly. */
static bool
name_variable(struct assembly *a, const struct param *p, struct span *name, struct err *e)
{
	struct quoted q;
	struct buf b = { .p = a->names, .cap = sizeof(a->names), .len = a->names_len };
	if (p->service == STORE_REFERENCES)
		buf_put(&b, p->name);
	else
		envname_put(
			&b, span_skip(p->name, a->loader[p->service].path.n), a->config->env_names);
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

/* Gives the parameter's value to the variable of that name, with the warnings that are due. */
static void
set_variable(struct assembly *a, const struct param *p, struct span name)
{
	const struct environment_rules *rules = &a->config->rules;
	struct variable *v = find_variable(a, name);
	struct span inherited;
	bool is_inherited = inherit_find(a->config->environ, rules, name, &inherited);

	if (v != NULL && v->param->service == p->service) {
		warn_collision(v->param, p, name);
	} else if (v != NULL || is_inherited) {
		if (rules->no_clobber && v != NULL && v->param->service == STORE_REFERENCES)
			return;
		bool is_kept = is_inherited && (rules->no_clobber || inherit_is_kept(rules, name));
		if (p->service != STORE_REFERENCES && !rules->strict && !is_kept)
			warn_overwriting(a->loader[p->service].service.written, name);
	}
	if (v == NULL)
		v = &a->variable[a->count++];
	*v = (struct variable){ name, p };
}

bool
assemble(struct assembly *a, struct store *s, struct err *e)
{
	a->count = 0;
	a->names_len = 0;
	sort_params(s->param, s->count);
	for (const struct param *p = s->param; p < s->param + s->count; p++) {
		struct span name;
		if (!name_variable(a, p, &name, e))
			return false;
		set_variable(a, p, name);
	}
	return true;
}

bool
assemble_block(const struct assembly *a, struct buf *block, struct err *e)
{
	struct quoted q;
	for (size_t i = 0; i < a->count; i++) {
		const struct variable *v = &a->variable[i];
		if (!envblock_put(block, v->name, v->param->value, e))
			return err_ctx(e, "parameter %s", quote(&q, v->param->name));
	}
	return true;
}
