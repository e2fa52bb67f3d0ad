#include "env/environ.h"

#include <string.h>

#include "base/quote.h"
#include "env/inherit.h"
#include "env/reference.h"

static struct span
value_of(struct span entry)
{
	return span_skip(entry, envblock_name(entry).n + 1);
}

static bool
has_name(struct span entry)
{
	return span_find(entry, '=') < entry.n;
}

/* Takes the next inherited variable that --unset leaves. */
static bool
next_variable(char *const **inherited, const struct environment_rules *rules, struct span *entry)
{
	while (**inherited != NULL) {
		*entry = span_of(*(*inherited)++);
		if (has_name(*entry) && !inherit_is_unset(rules, envblock_name(*entry)))
			return true;
	}
	return false;
}

/* Our own settings may well hold the sentinel, --strict-value's twin for one. */
static bool
is_our_own(struct span name)
{
	return span_starts_with(name, SPAN("ANTECHAMBER_")) ||
	       span_starts_with(name, SPAN("CHAMBER_"));
}

static bool
is_sentinel(const struct environment_rules *rules, struct span entry)
{
	struct span name = envblock_name(entry);
	return span_eq(value_of(entry), span_of(rules->strict_value)) && !is_our_own(name) &&
	       !inherit_is_kept(rules, name);
}

/* Whether the name stands in front of `here` already, so that getenv(3) never sees this one. */
static bool
stood_before(char *const *inherited, char *const *here, struct span name)
{
	for (; inherited < here; inherited++) {
		struct span entry = span_of(*inherited);
		if (has_name(entry) && span_eq(envblock_name(entry), name))
			return true;
	}
	return false;
}

static bool
refuse_unfilled(struct span name, struct err *e)
{
	struct quoted q;
	err_set(e, ERR_REFUSED, "--strict: no parameter fills the variable %s", quote(&q, name));
	return err_hint(e, "store the parameter, or take the variable out of the environment");
}

static bool
refuse_unexpected(struct span name, struct err *e)
{
	struct quoted q;
	err_set(e, ERR_REFUSED,
		"--strict: a parameter is loaded for the variable %s, whose inherited value is not "
		"the sentinel",
		quote(&q, name));
	return err_hint(e, "give it the value of --strict-value, or remove it with --unset");
}

/* What the first inherited variable of a loaded name makes of it. */
static bool
decide_loaded(
	const struct environment_rules *rules, struct span entry, uint8_t *fate, struct err *e)
{
	if (inherit_is_kept(rules, envblock_name(entry))) {
		*fate = ENVIRON_KEPT;
		return true;
	}
	if (rules->references && reference_is(value_of(entry))) {
		*fate = ENVIRON_OVERWRITES;
		return true;
	}
	if (rules->strict && !is_sentinel(rules, entry))
		return refuse_unexpected(envblock_name(entry), e);
	*fate = rules->no_clobber && !rules->strict ? ENVIRON_KEPT : ENVIRON_OVERWRITES;
	return true;
}

bool
environ_decide(char *const *inherited, const struct environment_rules *rules, struct span block,
	struct environ_plan *plan, struct err *e)
{
	struct envblock_index *loaded = &plan->loaded;
	if (!envblock_index(block, loaded, e))
		return false;
	enum environ_fate alone = rules->strict ? ENVIRON_IGNORED : ENVIRON_ADDED;
	memset(plan->fate, (int)alone, loaded->count);
	/* Of nothing inherited nothing is kept or overwritten; --strict still judges by it. */
	if (rules->pristine && !rules->strict && rules->keep.count == 0)
		return true;

	char *const *at = inherited;
	struct span entry;
	while (next_variable(&at, rules, &entry)) {
		struct span name = envblock_name(entry);
		size_t i = envblock_find(loaded, name);
		bool counts = !rules->pristine || rules->strict || inherit_is_kept(rules, name);
		bool is_first = counts && i < loaded->count && plan->fate[i] == (uint8_t)alone;
		if (is_first && !decide_loaded(rules, entry, &plan->fate[i], e))
			return false;
		if (i == loaded->count && rules->strict && is_sentinel(rules, entry) &&
			!stood_before(inherited, at - 1, name))
			return refuse_unfilled(name, e);
	}
	return true;
}

/* Whether the command gets this inherited entry. */
static bool
stays(const struct environment_rules *rules, const struct environ_plan *plan, struct span entry)
{
	if (!has_name(entry))
		return !rules->pristine;
	struct span name = envblock_name(entry);
	if (inherit_is_unset(rules, name) || (rules->pristine && !inherit_is_kept(rules, name)))
		return false;
	size_t i = envblock_find(&plan->loaded, name);
	return i == plan->loaded.count || plan->fate[i] == ENVIRON_KEPT;
}

bool
environ_build(char *const *inherited, const struct environment_rules *rules,
	const struct environ_plan *plan, const char *out[ENVIRON_MAX + 1], struct err *e)
{
	size_t n = 0;
	for (; *inherited != NULL && n < ENVIRON_MAX; inherited++) {
		if (stays(rules, plan, span_of(*inherited)))
			out[n++] = *inherited;
	}
	size_t i = 0;
	for (; i < plan->loaded.count && n < ENVIRON_MAX; i++) {
		if (plan->fate[i] == ENVIRON_ADDED || plan->fate[i] == ENVIRON_OVERWRITES)
			out[n++] = plan->loaded.entry[i].p;
	}
	out[n] = NULL;
	if (*inherited != NULL || i < plan->loaded.count)
		return err_set(e, ERR_LIMIT, "more than %d variables", ENVIRON_MAX);
	return true;
}
