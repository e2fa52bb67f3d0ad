#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/*
 * An append-only writer over the caller's memory. Overflow is sticky: the first piece that does
 * not fit is left out whole, and so is all that follows, so a caller checks once, at the end.
 */
struct buf {
	char *p;
	size_t cap;
	size_t len;
	bool overflow;
};

/* An empty buffer over an array of char. */
#define BUF(array) ((struct buf){ .p = (array), .cap = sizeof(array) })

void buf_put(struct buf *b, struct span s);
void buf_put_str(struct buf *b, const char *s);
void buf_put_char(struct buf *b, char c);

/*
 * For messages: of a text that does not fit only its beginning, "..." and the end, which says why.
 */
#define BUF_CUT_END 320
void buf_put_cut(struct buf *b, struct span s);

/*
 * The part of printf that this program needs, so that the C library's (with its floating point)
 * stays out of the executable: %s %.*s %c %d %u %llu %zu %02x %02X %%. Any other conversion is
 * a defect of the caller; it is written as it is.
 */
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

/* What was written so far; it points into the buffer and is good until the next write. */
struct span buf_span(const struct buf *b);

/* Ends what was written with a NUL that does not count, and returns it; "" when it has no room. */
const char *buf_str(struct buf *b);

#endif
