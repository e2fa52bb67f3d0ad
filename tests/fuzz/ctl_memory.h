#ifndef FUZZ_CTL_MEMORY_H
#define FUZZ_CTL_MEMORY_H

#include <string.h>

#include "ctl/base/memory.h"
#include "fuzz/fuzz.h"

/*
 * In the place of ctl/base/memory.c, which keeps all until the process ends: each request is a
 * block of its own, whose bounds a sanitizer knows, and all of them are freed after an input.
 */

struct fuzz_block {
	struct fuzz_block *before;
	max_align_t bytes[];
};

static struct fuzz_block *fuzz_last;

void *
memory_get(size_t n)
{
	struct fuzz_block *b = calloc(1, sizeof(*b) + n);
	fuzz_check(b != NULL, "an input needs little memory");
	b->before = fuzz_last;
	fuzz_last = b;
	return b->bytes;
}

void *
memory_grow(void *p, size_t old, size_t n)
{
	void *larger = memory_get(n);
	if (old > 0)
		memcpy(larger, p, old);
	return larger;
}

struct span
memory_copy(struct span s)
{
	char *p = memory_get(s.n + 1);
	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return (struct span){ p, s.n };
}

static inline void
fuzz_free_all(void)
{
	while (fuzz_last != NULL) {
		struct fuzz_block *b = fuzz_last;
		fuzz_last = b->before;
		free(b);
	}
}

#endif
