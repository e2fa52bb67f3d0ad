#ifndef SANDBOX_LANDLOCK_H
#define SANDBOX_LANDLOCK_H

#include <stdbool.h>

#include "base/err.h"

/*
 * Landlock, landlock(7): a fence around the file system, and with newer kernels around listening
 * sockets, abstract Unix sockets and other processes' signals. A kernel that does not have it, or
 * a container's filter that hides it, is no failure.
 */

/* Of all files, only /etc/hosts and /etc/resolv.conf (what these names lead to) can be read. */
bool landlock_resolve(struct err *e);

/* No file at all. */
bool landlock_talk(struct err *e);

#endif
