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

/*
 * The value that the command would inherit under this name: the first entry, as getenv(3) takes it,
 * one that is set but empty too. False when there is none, it is unset, or --pristine is given and
 * --keep does not name it.
 */
bool inherit_find(char *const *environ, const struct environment_rules *rules, struct span name,
	struct span *value);

#endif
