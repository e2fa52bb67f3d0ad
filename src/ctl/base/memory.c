#include "ctl/base/memory.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"

/* What was allocated last: all of it stays reachable, and leak checkers have nothing to report. */
struct block {
	struct block *before;
	max_align_t bytes[];
};

static struct block *last;

/* A block is shared by small requests: this is the present one. */
#define SHARED_SIZE ((size_t)64 * 1024)
static char *shared;
static size_t shared_left;

static _Noreturn void
give_up(size_t n)
{
	struct err e;
	err_set(&e, ERR_FINAL, "memory: no room for %zu bytes more", n);
	log_error(&e);
	exit(err_exit_code(&e));
}

static void *
allocate(size_t n)
{
	struct block *b = n > SIZE_MAX - sizeof(*b) ? NULL : calloc(1, sizeof(*b) + n);
	if (b == NULL)
		give_up(n);
	b->before = last;
	last = b;
	return b->bytes;
}

void *
memory_get(size_t n)
{
	const size_t unit = _Alignof(max_align_t);
	if (n >= SHARED_SIZE / 4)
		return allocate(n);
	n = (n + unit - 1) / unit * unit;
	if (n > shared_left) {
		shared = allocate(SHARED_SIZE);
		shared_left = SHARED_SIZE;
	}
	void *p = shared;
	shared += n;
	shared_left -= n;
	return p;
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
