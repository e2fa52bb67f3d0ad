#ifndef JSON_UTF8_H
#define JSON_UTF8_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * The length (1 to 4) of the UTF-8 sequence that s begins with, 0 when s is empty or does not
 * begin with one: a lone continuation byte, a sequence that is cut, overlong, a surrogate or above
 * U+10FFFF (RFC 3629 section 3).
 */
size_t utf8_length(struct span s);

/* Appends a code point, at most U+10FFFF and no surrogate. */
void utf8_put(struct buf *b, uint32_t code);

#endif
