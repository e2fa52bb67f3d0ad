#ifndef ENV_ENVNAME_H
#define ENV_ENVNAME_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"
#include "config/config.h"

/* From a parameter's name to a variable's (OPTIONS, --env-names). Pure. */

/*
 * Whether a full name fits chamber's rule: one or more of '/' and then [A-Za-z0-9_.-]+. Others are
 * skipped with a warning.
 */
bool envname_fits_parameter(struct span name);

/* The same rule for one part, without a slash: a member of a Secrets Manager secret. */
bool envname_fits_part(struct span part);

/*
 * Whether name is below path ("/svc/", with its final slash): then *rest is what follows path,
 * pointing into name. A slash in it means that it is deeper than directly below path.
 */
bool envname_below(struct span name, struct span path, struct span *rest);

/*
 * Appends the variable's name for what follows a service's path: its parts joined by '_', then
 * CHAMBER: upper-case, '-' to '_'; POSIX: also every other character outside [A-Z0-9_] to '_', and
 * '_' before a leading digit; KEEP: nothing more. Check b->overflow.
 */
void envname_put(struct buf *b, struct span rest, enum env_names mode);

#endif
