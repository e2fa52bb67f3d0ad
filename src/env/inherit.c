#include "env/inherit.h"

static bool
matches(struct span pattern, struct span name)
{
	if (span_ends_with(pattern, SPAN("*")))
		return span_starts_with(name, (struct span){ pattern.p, pattern.n - 1 });
	return span_eq(pattern, name);
}

static bool
lists(const struct name_list *list, struct span name)
{
	for (size_t i = 0; i < list->count; i++) {
		if (matches(list->name[i], name))
			return true;
	}
	return false;
}

bool
inherit_is_unset(const struct environment_rules *rules, struct span name)
{
	return lists(&rules->unset, name);
}

bool
inherit_is_kept(const struct environment_rules *rules, struct span name)
{
	return lists(&rules->keep, name) && !inherit_is_unset(rules, name);
}

bool
inherit_counts(const struct environment_rules *rules, struct span name)
{
	return !inherit_is_unset(rules, name) && (!rules->pristine || inherit_is_kept(rules, name));
}
