#ifndef CTL_BASE_MEMORY_H
#define CTL_BASE_MEMORY_H

#include <stddef.h>

#include "base/span.h"

/*
 * Memory of antechamberctl, which lists stores of any size: no bound of ours. It lives until the
 * process ends, which is soon: nothing has an owner who must free it, but what is brief. When the
 * machine has no more, the process reports that and exits with 111, so no caller looks for NULL.
 */

/* n bytes, all zeros, aligned for any type. */
void *memory_get(size_t n);

/*
 * The same, until memory_forget: for the texts of responses, of which some commands read more than
 * they can keep.
 */
void *memory_get_brief(size_t n);

/* Frees all that memory_get_brief has returned. */
void memory_forget(void);

/* The bytes at p, old bytes long (NULL: none), in a place with room for n; the new ones are zeros.
 * p is not to be used any more. */
void *memory_grow(void *p, size_t old, size_t n);

/* A copy of s, followed by a NUL that does not count. */
struct span memory_copy(struct span s);

#endif
