#ifndef BASE_QUOTE_H
#define BASE_QUOTE_H

#include "base/bounds.h"
#include "base/span.h"

struct quoted {
	char text[QUOTE_MAX + 1];
};

/*
 * Text that came from outside, fit to print (contract section 10): secrets that are remembered
 * (base/secret.h) replaced by ***, everything but printable ASCII as \xNN, a backslash doubled,
 * cut at QUOTE_MAX bytes with "..." where something was cut. Returns q->text.
 */
const char *quote(struct quoted *q, struct span s);

#endif
