#ifndef AWS_BASE64_H
#define AWS_BASE64_H

#include "base/buf.h"
#include "base/span.h"

/* Appends s in base64 with padding (RFC 4648 section 4). Pure. Check b->overflow. */
void base64_put(struct buf *b, struct span s);

#endif
