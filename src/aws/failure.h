#ifndef AWS_FAILURE_H
#define AWS_FAILURE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"
#include "http/response.h"
#include "json/json.h"

/* AWS error codes are single words; a longer one is none: cut, it could show half a secret. */
#define FAILURE_CODE_MAX 96

/* What an answer other than the one that was asked for says of itself. */
struct failure {
	char code[FAILURE_CODE_MAX];
	struct span message; /* as sent; points into text */
	char text[HTTP_BODY_MAX]; /* whole, as quote() finds whole secrets only */
};

/*
 * Reads code and message of an answer, in this order: the field x-amzn-ErrorType, the members __type
 * and code (also inside "Error"), message or Message of a JSON body, Code and Message of an XML body.
 * A code is cut at its first ':' and what precedes '#' is dropped (AWS JSON 1.1 protocol,
 * "Operation error serialization"). A body of another kind leaves both empty. Pure.
 */
void failure_read(struct failure *f, const struct http_response *r, struct json_doc *scratch);

/*
 * Makes an error of it: "CODE: MESSAGE" or "status 503", with its class by retry_classify and, for
 * well-known codes, a hint. Never the raw body. Always false.
 */
bool failure_err(const struct failure *f, unsigned status, struct err *e);

#endif
