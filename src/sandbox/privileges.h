#ifndef SANDBOX_PRIVILEGES_H
#define SANDBOX_PRIVILEGES_H

#include <stdbool.h>

#include "base/err.h"

/* The kernel's overflow ids, "nobody" of every distribution. */
#define PRIVILEGES_NOBODY 65534

/* Every failure is ERR_REFUSED. In this order; each step is taken whatever came of the others. */

/* No program that is executed gains privileges; seccomp and Landlock ask for it. */
bool privileges_lock(struct err *e);

/*
 * A process of root's gets the uid and gid PRIVILEGES_NOBODY and no supplementary groups; another
 * process has nothing to change. A failure leaves what could be changed changed. It is a failure
 * too when the parent, root without CAP_KILL, could not end a process of another uid: the uid
 * stays.
 */
bool privileges_change_ids(struct err *e);

/* No capability in any set, whatever the uid is. */
bool privileges_drop_capabilities(struct err *e);

/* Nobody but root can look into the memory. A change of ids would undo that. */
bool privileges_hide(struct err *e);

#endif
