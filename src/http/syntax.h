#ifndef HTTP_SYNTAX_H
#define HTTP_SYNTAX_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

/* What requests and responses share: the character rules (RFC 9110 section 5). */

/* One or more token characters (section 5.6.2): a method, a field's name. */
bool http_is_token(struct span s);

/*
 * A byte that a field's value may hold (section 5.5): everything except control bytes other than
 * tab.
 */
bool http_is_text(char c);

/* ERR_TRANSIENT, "malformed HTTP: WHY". Always false, as err_set is. */
bool http_malformed(struct err *e, const char *why);

#endif
