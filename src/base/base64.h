#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/buf.h"
#include "base/span.h"

/* The 64 digits (RFC 4648 section 4), each at its value. */
extern const char base64_digits[65];

/* Appends s in base64 with padding (RFC 4648 section 4). Pure. Check b->overflow. */
void base64_put(struct buf *b, struct span s);

#endif
