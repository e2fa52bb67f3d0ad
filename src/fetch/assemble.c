#include "fetch/assemble.h"

#include "base/log.h"
#include "base/quote.h"
#include "base/sort.h"
#include "env/envblock.h"
#include "env/envname.h"
#include "env/inherit.h"

_Static_assert(PARAMS_MAX <= UINT16_MAX + 1, "the number of a parameter does not fit");

/* By the variable's name; of one name in the order that they apply. */
static bool
variable_comes_before(const void *items, size_t a, size_t b)
{
	const struct assembly *as = items;
	int order = span_compare(as->variable[as->order[a]].name, as->variable[as->order[b]].name);
	return order < 0 || (order == 0 && as->order[a] < as->order[b]);
}

static void
swap_order(void *items, size_t a, size_t b)
{
	struct assembly *as = items;
	uint16_t kept = as->order[a];
	as->order[a] = as->order[b];
	as->order[b] = kept;
}

/* The name of the variable that a parameter becomes; it stays in the assembly. */
static bool
name_variable(struct assembly *a, const struct param *p, struct span *name, struct err *e)
{
	struct quoted_long q;
	struct buf b = { .p = a->names, .cap = sizeof(a->names), .len = a->names_len };
	if (p->service == STORE_REFERENCES)
		buf_put(&b, p->name);
	else
		envname_put(
			&b, span_skip(p->name, a->loader[p->service].path.n), a->config->env_names);
	if (b.overflow)
		return err_set(e, ERR_LIMIT, "%s: more than %zu bytes of variables' names",
			quote_name(&q, p->name), b.cap);
	*name = span_skip(buf_span(&b), a->names_len);
	a->names_len = b.len;
	return true;
}

const struct variable *
assemble_variable(const struct assembly *a, size_t i)
{
	return &a->variable[a->order[i]];
}

/* The first of that name in the order of names, or the place where it would be. */
static size_t
find_first(const struct assembly *a, struct span name)
{
	size_t from = 0;
	size_t to = a->count;
	while (from < to) {
		const size_t middle = from + (to - from) / 2;
		if (span_compare(assemble_variable(a, middle)->name, name) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* Marks what the command would inherit, also what is set but empty; for --strict what is judged. */
static void
mark_inherited(struct assembly *a)
{
	const struct environment_rules *rules = &a->config->rules;
	for (char *const *at = a->config->environ; *at != NULL; at++) {
		const struct span entry = span_of(*at);
		const struct span name = envblock_name(entry);
		const size_t i = name.n < entry.n ? find_first(a, name) : a->count;
		if (i < a->count && span_eq(assemble_variable(a, i)->name, name) &&
			(rules->strict ? !inherit_is_unset(rules, name)
				       : inherit_counts(rules, name)))
			a->variable[a->order[i]].is_inherited = true;
	}
}

/* Decides what one parameter does, after `before` of the same variable (NULL: it is the first). */
static enum assemble_event
judge(const struct assembly *a, const struct variable *v, const struct variable *before,
	bool is_inherited)
{
	const struct environment_rules *rules = &a->config->rules;
	const bool is_reference = v->param->service == STORE_REFERENCES;
	if (before != NULL && before->param->service == v->param->service)
		return ASSEMBLE_COLLIDES;
	if (before == NULL && !is_inherited)
		return ASSEMBLE_SETS;
	if (before != NULL && before->param->service == STORE_REFERENCES && rules->no_clobber)
		return ASSEMBLE_YIELDS;
	const bool is_kept = is_inherited && (rules->no_clobber || inherit_is_kept(rules, v->name));
	return is_reference || rules->strict || is_kept ? ASSEMBLE_SETS : ASSEMBLE_OVERWRITES;
}

/* Judges those of one name, from the place on; returns the place after them, *last the winner. */
static size_t
judge_name(struct assembly *a, size_t place, uint16_t *last)
{
	const struct variable *first = assemble_variable(a, place);
	const struct variable *before = NULL;
	for (; place < a->count; place++) {
		struct variable *v = &a->variable[a->order[place]];
		if (!span_eq(v->name, first->name))
			break;
		v->event = (uint8_t)judge(a, v, before, first->is_inherited);
		v->is_inherited = first->is_inherited;
		if (v->event == ASSEMBLE_YIELDS)
			continue;
		v->other = *last;
		*last = a->order[place];
		before = v;
	}
	return place;
}

/* Leaves the last word of each name in the order. */
static void
judge_all(struct assembly *a)
{
	size_t count = 0;
	for (size_t place = 0; place < a->count;) {
		uint16_t last = a->order[place];
		place = judge_name(a, place, &last);
		a->order[count++] = last;
	}
	a->count = count;
}

static void
warn_collision(const struct assembly *a, const struct variable *v)
{
	struct quoted_long q;
	struct quoted_long r;
	struct quoted_long s;
	log_warning("parameters %s and %s both become the variable %s: %s wins",
		quote_name(&q, a->variable[v->other].param->name), quote_name(&r, v->param->name),
		quote_name(&s, v->name), r.text);
}

/* chamber's text, byte for byte. */
static void
warn_overwriting(const struct assembly *a, const struct variable *v)
{
	struct quoted_long q;
	struct quoted_long r;
	const struct span service = a->loader[v->param->service].service.written;
	const struct log_field fields[] = { { "service", service }, { "variable", v->name } };
	log_verbatim(LOG_WARNING, fields, 2,
		"warning: service %s overwriting environment variable %s", quote_name(&q, service),
		quote_name(&r, v->name));
}

/* In the order that the parameters apply. */
static void
warn_all(const struct assembly *a, size_t count)
{
	for (size_t i = 0; log_is_on(LOG_WARNING) && i < count; i++) {
		const struct variable *v = &a->variable[i];
		if (v->event == ASSEMBLE_COLLIDES)
			warn_collision(a, v);
		else if (v->event == ASSEMBLE_OVERWRITES)
			warn_overwriting(a, v);
	}
}

/* What becomes of a parameter that set a variable in the end, for --verbose. */
static const char *
outcome(const struct environment_rules *rules, const struct variable *v)
{
	if (rules->strict && !v->is_inherited)
		return "ignored: the variable is not inherited (--strict)";
	if (!v->is_inherited)
		return "loaded";
	if (inherit_is_kept(rules, v->name))
		return "ignored: the variable is kept (--keep)";
	if (rules->no_clobber && !rules->strict && v->param->service != STORE_REFERENCES)
		return "ignored: the variable is kept (--no-clobber)";
	return "loaded, overwrites the inherited one";
}

/* With --verbose. */
static void
tell_all(const struct assembly *a)
{
	struct quoted_long q;
	struct quoted_long r;
	for (size_t i = 0; log_is_on(LOG_DEBUG) && i < a->count; i++) {
		const struct variable *v = assemble_variable(a, i);
		if (v->param->service == STORE_REFERENCES)
			log_debug("variable %s: reference resolved", quote_name(&q, v->name));
		else
			log_debug("variable %s: parameter %s %s", quote_name(&q, v->name),
				quote_name(&r, v->param->name), outcome(&a->config->rules, v));
	}
}

bool
assemble(struct assembly *a, struct store *s, struct err *e)
{
	store_sort(s, 0);
	a->names_len = 0;
	a->count = s->count;
	for (size_t i = 0; i < s->count; i++) {
		a->variable[i] = (struct variable){ .param = &s->param[i] };
		a->order[i] = (uint16_t)i;
		if (!name_variable(a, &s->param[i], &a->variable[i].name, e))
			return false;
	}
	sort(&(struct sort_array){ a, variable_comes_before, swap_order }, a->count);
	mark_inherited(a);
	judge_all(a);
	warn_all(a, s->count);
	tell_all(a);
	return true;
}

bool
assemble_block(const struct assembly *a, struct buf *block, struct err *e)
{
	struct quoted_long q;
	for (size_t i = 0; i < a->count; i++) {
		const struct variable *v = assemble_variable(a, i);
		if (!envblock_put(block, v->name, v->param->value, e))
			return err_ctx(e, "parameter %s", quote_name(&q, v->param->name));
	}
	return true;
}
