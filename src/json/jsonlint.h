#ifndef JSON_JSONLINT_H
#define JSON_JSONLINT_H

#include <stddef.h>

#include "base/err.h"
#include "base/span.h"

/*
 * Whether text is exactly one JSON value by RFC 8259, in UTF-8 (no overlong forms, no surrogates,
 * also not as lone \uD800-\uDFFF escapes), without a byte order mark, nested at most JSON_DEPTH_MAX
 * deep. jsmn checks none of that, so nothing is given to jsmn before this. Pure, no recursion.
 * ERR_TRANSIENT: "not JSON: byte N: WHY" (never the text itself; the first byte is 1), ERR_LIMIT
 * when it is nested deeper.
 */
bool jsonlint(struct span text, struct err *e);

/* The same, and *at is the offset of that byte. */
bool jsonlint_find(struct span text, size_t *at, struct err *e);

#endif
