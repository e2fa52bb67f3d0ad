#ifndef HTTP_HEAD_H
#define HTTP_HEAD_H

#include "http/response.h"

/*
 * The lines of an answer's head, for response.c: each is given without its CRLF and holds no
 * control bytes but tabs. All are pure and tell ERR_TRANSIENT, "malformed HTTP: WHY".
 */

/* RFC 9112 section 4. Sets status and the version, and forgets what an interim answer said. */
bool http_head_status(struct http_response *r, struct span line, struct err *e);

/* Whether line is a field line (section 5), without a look at what it says: a trailer. */
bool http_head_check_field(struct span line, struct span *name, struct span *value, struct err *e);

/* The same, remembers the line and what it says of framing and of the connection. */
bool http_head_field(struct http_response *r, struct span line, struct err *e);

/*
 * The blank line: sets state to what follows (section 6.3), and keep_alive. Whether there is room
 * for length is the caller's to check.
 */
bool http_head_end(struct http_response *r, struct err *e);

#endif
