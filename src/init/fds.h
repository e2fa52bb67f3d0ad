#ifndef INIT_FDS_H
#define INIT_FDS_H

#include <stdbool.h>

#include "base/err.h"

/* Descriptors: which process of ours has which. */

/* A new anonymous file in memory, close-on-exec. -1 and an error: there is none. */
int fds_memory(struct err *e);

/*
 * Closes every descriptor from first on. Works on kernels without close_range(2), and without
 * /proc.
 */
void fds_close_from(int first);

/*
 * Puts something that can neither be read nor written, close-on-exec, on each of 0 to 2 that is
 * closed, so that no descriptor opened later takes its place and gets our messages.
 */
bool fds_guard_standard(struct err *e);

#endif
