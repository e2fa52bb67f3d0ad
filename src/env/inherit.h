#ifndef ENV_INHERIT_H
#define ENV_INHERIT_H

#include <stdbool.h>

#include "base/span.h"
#include "config/config.h"

/* What of the inherited environment counts (contract section 7). Pure. */

/* Whether --unset takes a variable away. */
bool inherit_is_unset(const struct environment_rules *rules, struct span name);

/*
 * The value that the command would inherit under this name: the first entry, as getenv(3) takes it,
 * one that is set but empty too. False when there is none, it is unset, or --pristine is given.
 */
bool inherit_find(char *const *environ, const struct environment_rules *rules, struct span name,
	struct span *value);

#endif
