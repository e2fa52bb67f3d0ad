#include "env/environ.h"

#include <string.h>

#include "base/quote.h"
#include "base/sort.h"
#include "env/inherit.h"
#include "env/reference.h"

/* The fate of what no inherited variable has decided yet. */
#define UNDECIDED UINT8_MAX

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

/* Our own settings may well hold the sentinel, as --strict-value's variable does. */
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

static bool
refuse_unfilled(struct span name, struct err *e)
{
	struct quoted_long q;
	err_set(e, ERR_REFUSED, "--strict: no parameter fills the variable %s",
		quote_name(&q, name));
	return err_hint(e, "store the parameter, or remove the variable from the environment");
}

static bool
refuse_unexpected(struct span name, struct err *e)
{
	struct quoted_long q;
	err_set(e, ERR_REFUSED,
		"--strict: a parameter is loaded for the variable %s, whose inherited value is not "
		"the sentinel",
		quote_name(&q, name));
	return err_hint(e, "set it to the value of --strict-value, or name it with --keep or "
			   "--unset");
}

/* What the first inherited variable of a loaded name makes of it. */
static bool
decide_loaded(
	const struct environment_rules *rules, struct span entry, uint8_t *fate, struct err *e)
{
	const bool is_kept = inherit_is_kept(rules, envblock_name(entry));
	const bool is_reference = rules->references && reference_is(value_of(entry));
	if (is_kept)
		*fate = ENVIRON_KEPT;
	else if (rules->pristine && (is_reference || !rules->strict))
		*fate = ENVIRON_ADDED;
	else if (is_reference)
		*fate = ENVIRON_OVERWRITES;
	else if (rules->strict && !is_sentinel(rules, entry))
		return refuse_unexpected(envblock_name(entry), e);
	else
		*fate = rules->no_clobber && !rules->strict ? ENVIRON_KEPT : ENVIRON_OVERWRITES;
	return true;
}

static bool
decide_inherited(char *const *inherited, const struct environment_rules *rules,
	struct environ_plan *plan, struct err *e)
{
	struct span entry;
	while (next_variable(&inherited, rules, &entry)) {
		size_t i = envblock_find(&plan->loaded, envblock_name(entry));
		if (i < plan->loaded.count && plan->fate[i] == UNDECIDED &&
			!decide_loaded(rules, entry, &plan->fate[i], e))
			return false;
	}
	return true;
}

/* Nothing inherited has the names that are left. */
static bool
decide_new(const struct environment_rules *rules, struct environ_plan *plan, struct err *e)
{
	for (size_t i = 0; i < plan->loaded.count; i++) {
		if (plan->fate[i] != UNDECIDED)
			continue;
		if (!envblock_check_new_name(plan->loaded.entry[i].name, e))
			return false;
		plan->fate[i] = rules->strict ? ENVIRON_IGNORED : ENVIRON_ADDED;
	}
	return true;
}

/* The inherited variables by name; of one name by their place in the environment. */
struct by_name {
	char *const *inherited;
	uint32_t *place;
	size_t count;
};

static struct span
nth(const struct by_name *list, size_t i)
{
	return span_of(list->inherited[list->place[i]]);
}

static bool
comes_before(const void *items, size_t a, size_t b)
{
	const struct by_name *list = items;
	int order = span_compare(envblock_name(nth(list, a)), envblock_name(nth(list, b)));
	return order < 0 || (order == 0 && list->place[a] < list->place[b]);
}

static void
swap(void *items, size_t a, size_t b)
{
	const struct by_name *list = items;
	uint32_t kept = list->place[a];
	list->place[a] = list->place[b];
	list->place[b] = kept;
}

static bool
list_by_name(struct by_name *list, const struct environment_rules *rules, struct err *e)
{
	char *const *at = list->inherited;
	struct span entry;
	while (next_variable(&at, rules, &entry)) {
		if (list->count == ENVIRON_MAX)
			return err_set(
				e, ERR_LIMIT, "--strict: more than %d variables", ENVIRON_MAX);
		list->place[list->count++] = (uint32_t)(at - 1 - list->inherited);
	}
	sort(&(struct sort_array){ list, comes_before, swap }, list->count);
	return true;
}

/* Every sentinel that getenv(3) would find has to be filled. */
static bool
check_sentinels(char *const *inherited, const struct environment_rules *rules,
	struct environ_plan *plan, struct err *e)
{
	struct by_name list = { inherited, plan->by_name, 0 };
	if (!list_by_name(&list, rules, e))
		return false;
	struct span before = { NULL, 0 };
	for (size_t i = 0; i < list.count; i++) {
		struct span entry = nth(&list, i);
		struct span name = envblock_name(entry);
		const bool is_first = i == 0 || !span_eq(before, name);
		before = name;
		if (is_first && is_sentinel(rules, entry) &&
			envblock_find(&plan->loaded, name) == plan->loaded.count)
			return refuse_unfilled(name, e);
	}
	return true;
}

bool
environ_decide(char *const *inherited, const struct environment_rules *rules, struct span block,
	struct environ_plan *plan, struct err *e)
{
	if (!envblock_read(block, &plan->loaded, e))
		return false;
	memset(plan->fate, UNDECIDED, plan->loaded.count);
	return decide_inherited(inherited, rules, plan, e) && decide_new(rules, plan, e) &&
	       (!rules->strict || check_sentinels(inherited, rules, plan, e));
}

/* Whether the command gets this inherited entry. */
static bool
stays(const struct environment_rules *rules, const struct environ_plan *plan, struct span entry)
{
	if (!has_name(entry))
		return !rules->pristine;
	struct span name = envblock_name(entry);
	if (!inherit_counts(rules, name))
		return false;
	size_t i = envblock_find(&plan->loaded, name);
	return i == plan->loaded.count || plan->fate[i] == ENVIRON_KEPT;
}

struct array {
	const char **entry;
	size_t count;
};

static bool
add(struct array *array, const char *entry, struct err *e)
{
	if (array->count == ENVIRON_MAX)
		return err_set(e, ERR_LIMIT, "more than %d variables", ENVIRON_MAX);
	array->entry[array->count++] = entry;
	return true;
}

bool
environ_build(char *const *inherited, const struct environment_rules *rules,
	const struct environ_plan *plan, const char *out[ENVIRON_MAX + 1], struct err *e)
{
	struct array array = { out, 0 };
	for (; *inherited != NULL; inherited++) {
		if (stays(rules, plan, span_of(*inherited)) && !add(&array, *inherited, e))
			return false;
	}
	for (size_t i = 0; i < plan->loaded.count; i++) {
		const uint8_t fate = plan->fate[i];
		const char *entry = plan->loaded.entry[i].name.p;
		if ((fate == ENVIRON_ADDED || fate == ENVIRON_OVERWRITES) && !add(&array, entry, e))
			return false;
	}
	out[array.count] = NULL;
	return true;
}
