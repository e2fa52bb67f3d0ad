#ifndef ENV_INHERIT_H
#define ENV_INHERIT_H

#include <stdbool.h>

#include "base/span.h"
#include "config/config.h"

/* What of the inherited environment counts. Pure. */

/* Whether --unset removes a variable of this name. */
bool inherit_is_unset(const struct environment_rules *rules, struct span name);

/*
 * Whether --keep leaves an inherited variable of this name as it is: it is not overwritten, a
 * reference in it is not resolved, --strict does not judge it. --unset takes precedence. Whether
 * there is one is another question.
 */
bool inherit_is_kept(const struct environment_rules *rules, struct span name);

/* Whether the command inherits a variable of this name, where there is one. */
bool inherit_counts(const struct environment_rules *rules, struct span name);

#endif
