#ifndef SANDBOX_PRIVILEGES_H
#define SANDBOX_PRIVILEGES_H

#include <stdbool.h>

#include "base/err.h"

/* The uid and gid that own nothing: the kernel's overflow ids, "nobody" of every distribution. */
#define PRIVILEGES_NOBODY 65534

/*
 * no_new_privs, then, as far as each is possible, the uid and gid PRIVILEGES_NOBODY instead of
 * root's, no supplementary groups, no capabilities; then not dumpable (so nobody but root may look
 * into the memory). Root is kept where the resolver's files are readable to root alone, and where
 * the parent is root without CAP_KILL: it could no longer end this process. Fails only for
 * no_new_privs and dumpable.
 */
bool privileges_drop(struct err *e);

#endif
