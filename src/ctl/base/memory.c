#include "ctl/base/memory.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"

/* All blocks stay reachable, and leak checkers have nothing to report. */
struct block {
	struct block *before;
	max_align_t bytes[];
};

/* A block is shared by small requests: of this size. */
#define SHARED_SIZE ((size_t)64 * 1024)

struct pool {
	struct block *last;
	char *shared; /* what is left of the present shared block */
	size_t shared_left;
};

static struct pool lasting;
static struct pool brief;

static _Noreturn void
give_up(size_t n)
{
	struct err e;
	err_set(&e, ERR_FINAL, "memory: no room for %zu bytes more", n);
	log_error(&e);
	exit(err_exit_code(&e));
}

static void *
allocate(struct pool *pool, size_t n)
{
	struct block *b = n > SIZE_MAX - sizeof(*b) ? NULL : calloc(1, sizeof(*b) + n);
	if (b == NULL)
		give_up(n);
	b->before = pool->last;
	pool->last = b;
	return b->bytes;
}

static void *
get(struct pool *pool, size_t n)
{
	const size_t unit = _Alignof(max_align_t);
	if (n >= SHARED_SIZE / 4)
		return allocate(pool, n);
	n = (n + unit - 1) / unit * unit;
	if (n > pool->shared_left) {
		pool->shared = allocate(pool, SHARED_SIZE);
		pool->shared_left = SHARED_SIZE;
	}
	void *p = pool->shared;
	pool->shared += n;
	pool->shared_left -= n;
	return p;
}

void *
memory_get(size_t n)
{
	return get(&lasting, n);
}

void *
memory_get_brief(size_t n)
{
	return get(&brief, n);
}

void
memory_forget(void)
{
	while (brief.last != NULL) {
		struct block *b = brief.last;
		brief.last = b->before;
		free(b);
	}
	brief = (struct pool){ 0 };
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
