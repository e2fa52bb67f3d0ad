#ifndef CTL_BASE_TEXT_H
#define CTL_BASE_TEXT_H

#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * Text that grows as it is written; begins as all zeros. Its memory is that of ctl/base/memory.h:
 * there is no end and nothing to free. To write much again and again, clear one and reuse it.
 */
struct text {
	char *p;
	size_t n;
	size_t cap;
};

void text_put(struct text *t, struct span s);
void text_put_str(struct text *t, const char *s);
void text_put_char(struct text *t, char c);

/* With the conversions of buf_printf. */
void text_printf(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * For functions that append to a struct buf: a buffer over room for at least n more bytes. What was
 * written into it counts after text_wrote.
 */
struct buf text_room(struct text *t, size_t n);
void text_wrote(struct text *t, const struct buf *b);

/* What was written so far; points into t and is good until the next write. */
struct span text_span(const struct text *t);

/* The same, with a NUL after it. */
const char *text_str(struct text *t);

void text_clear(struct text *t);

#endif
