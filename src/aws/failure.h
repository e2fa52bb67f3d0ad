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
	struct err ignored; /* why the body could not be read */
	char text[HTTP_BODY_MAX]; /* whole, as quote() finds whole secrets only */
};

/*
 * Reads code and message of an answer: the code from the field x-amzn-ErrorType, else from __type,
 * code or Code of the body, the message from message or Message; the body is JSON (also inside
 * "Error") or XML. A code is cut at its first ':' and what precedes '#' is dropped (AWS JSON 1.1
 * protocol, "Operation error serialization"). A body of another kind leaves both empty. Pure.
 */
void failure_read(struct failure *f, const struct http_response *r, struct json_doc *scratch);

/*
 * Makes an error of it: "CODE: MESSAGE" or "status 503", with its class by retry_classify and, for
 * well-known codes, a hint. Never the raw body. Always false.
 */
bool failure_err(const struct failure *f, unsigned status, struct err *e);

#endif
