#ifndef AWS_XML_H
#define AWS_XML_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * Not an XML parser: it finds the flat text elements of STS's responses, and of error responses of
 * emulators. Pure.
 */

/*
 * Appends the text of the first <name>...</name> without attributes, the five entities of XML and
 * characters given by their numbers replaced. False, and nothing appended, when there is no such
 * element, or its text holds other markup. Check b->overflow.
 */
bool xml_put_text(struct buf *b, struct span xml, const char *name);

/* Whether a body looks like XML: its first byte that is not a blank is '<'. */
bool xml_is(struct span body);

#endif
