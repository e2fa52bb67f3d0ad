#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

struct http_field {
	struct span name;
	struct span value;
};

struct http_request {
	struct span method;
	struct span target; /* origin form, or authority form for CONNECT */
	const struct http_field *field;
	unsigned field_count;
	struct span body;
};

/*
 * Appends the request in HTTP/1.1 form (RFC 9112): request line, the fields in their order, a
 * Content-Length when there is a body or the method is POST or PUT, the body. Nothing else
 * is added: Host is the caller's. Pure. ERR_USAGE when the method is not a token (RFC 9110 section
 * 5.6.2), the target is empty or holds anything but visible ASCII, a field's name is not a token or
 * is Content-Length or Transfer-Encoding, or its value holds CR, LF, NUL or another control byte
 * except tab (the value is never printed: it may be a token); ERR_LIMIT when b is too small.
 */
bool http_request_write(struct buf *b, const struct http_request *r, struct err *e);

#endif
