#include "ctl/base/text.h"

#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include "ctl/base/memory.h"

#define TEXT_LEAST 256

static void
reserve(struct text *t, size_t n)
{
	if (n <= t->cap - t->n)
		return;
	/* A size that no machine has, so that its failure is memory_get's. */
	size_t cap = n > SIZE_MAX / 4 - t->n ? SIZE_MAX : 2 * (t->n + n);
	if (cap < TEXT_LEAST)
		cap = TEXT_LEAST;
	t->p = memory_grow(t->p, t->n, cap);
	t->cap = cap;
}

void
text_put(struct text *t, struct span s)
{
	reserve(t, s.n);
	if (s.n > 0)
		memcpy(t->p + t->n, s.p, s.n);
	t->n += s.n;
}

void
text_put_str(struct text *t, const char *s)
{
	text_put(t, span_of(s));
}

void
text_put_char(struct text *t, char c)
{
	text_put(t, (struct span){ &c, 1 });
}

struct buf
text_room(struct text *t, size_t n)
{
	/* Never none: a null pointer has no offset. */
	reserve(t, n + 1);
	return (struct buf){ .p = t->p + t->n, .cap = t->cap - t->n };
}

void
text_wrote(struct text *t, const struct buf *b)
{
	t->n += b->len;
}

void
text_printf(struct text *t, const char *fmt, ...)
{
	size_t n = TEXT_LEAST;
	struct buf b;
	do {
		va_list ap;
		va_start(ap, fmt);
		b = text_room(t, n);
		buf_vprintf(&b, fmt, ap);
		va_end(ap);
		n = 2 * b.cap;
	} while (b.overflow);
	text_wrote(t, &b);
}

struct span
text_span(const struct text *t)
{
	return (struct span){ t->p, t->n };
}

const char *
text_str(struct text *t)
{
	reserve(t, 1);
	t->p[t->n] = '\0';
	return t->p;
}

void
text_clear(struct text *t)
{
	t->n = 0;
}
