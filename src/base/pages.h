#ifndef BASE_PAGES_H
#define BASE_PAGES_H

#include <stddef.h>

#include "base/err.h"

/*
 * Maps zeroed memory for the rest of the process's life. A role asks for its memory when it starts:
 * a static buffer would be between the few variables that PID 1 touches. Pages that are not touched
 * cost nothing. NULL and ERR_FINAL, with this refusal ("no room for the launcher's memory") and the
 * size, where there is none (ulimit -v, strict overcommit).
 */
void *pages_map(size_t size, const char *refusal, struct err *e);

/* The bytes that this process has mapped so far, and the one that it was forked from. */
size_t pages_mapped(void);

#endif
