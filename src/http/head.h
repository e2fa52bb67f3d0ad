#ifndef HTTP_HEAD_H
#define HTTP_HEAD_H

#include "http/response.h"

/*
 * The lines of a response's head, for response.c: each is passed without its CRLF and holds no
 * control bytes except tabs. All are pure; they fail with ERR_TRANSIENT, "malformed HTTP: WHY".
 */

/* RFC 9112 section 4. Sets status and the version, and forgets what an interim response said. */
bool http_head_status(struct http_response *r, struct span line, struct err *e);

/* Whether line is a field line (section 5), whatever it says: a trailer. */
bool http_head_check_field(struct span line, struct span *name, struct span *value, struct err *e);

/* The same; also remembers the line and what it says of framing and of the connection. */
bool http_head_field(struct http_response *r, struct span line, struct err *e);

/*
 * The blank line: sets state to what follows (section 6.3), and keep_alive. The caller checks
 * that there is room for length.
 */
bool http_head_end(struct http_response *r, struct err *e);

#endif
