#ifndef SANDBOX_LANDLOCK_H
#define SANDBOX_LANDLOCK_H

#include <stdbool.h>

#include "base/err.h"
#include "sandbox/sandbox.h"

/* The version of the kernel's Landlock; below 1 there is none, and errno says why. */
long landlock_abi(void);

/*
 * Landlock, landlock(7): no file can be opened, made, changed or executed any more, and where the
 * kernel's version knows more, no TCP port but those of the list can be connected to, none can be
 * listened at, no abstract Unix socket and no signal reaches a process outside. Rules of several
 * calls all hold. ERR_REFUSED: the kernel does not have it, or refuses.
 */
bool landlock_restrict(const struct sandbox_ports *ports, struct err *e);

#endif
