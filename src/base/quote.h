#ifndef BASE_QUOTE_H
#define BASE_QUOTE_H

#include "base/bounds.h"
#include "base/span.h"

struct quoted {
	char text[QUOTE_MAX + 1];
};

struct quoted_long {
	char text[QUOTE_LONG_MAX + 1];
};

/*
 * Text from outside, fit to print (the manual page's DIAGNOSTICS): what secret_look() finds is
 * replaced by ***, then everything but printable ASCII becomes \xNN and a backslash is doubled, and
 * at last the result is cut at QUOTE_MAX bytes, with "..." for what was cut. Returns q->text.
 */
const char *quote(struct quoted *q, struct span s);

/* The same, cut at QUOTE_LONG_MAX: for the message of an AWS error, whose reason is at its end. */
const char *quote_long(struct quoted_long *q, struct span s);

/*
 * A name of a service, variable, parameter or secret, a region or a host: printed as it is, up to
 * QUOTE_LONG_MAX bytes, where it has only the characters that such names have, so that a value
 * that happens to be the same garbles no message. Anything else is quoted like other text.
 */
const char *quote_name(struct quoted_long *q, struct span s);

#endif
