#ifndef AWS_FAILURE_H
#define AWS_FAILURE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"
#include "http/response.h"
#include "json/json.h"

/* AWS error codes are single words. A longer text is not used: cut, it could show half a secret. */
#define FAILURE_CODE_MAX 96
/* A UUID, or the ids of S3 and of proxies. */
#define FAILURE_REQUEST_ID_MAX 80

/* What an error response says of itself. */
struct failure {
	char code[FAILURE_CODE_MAX];
	struct span message; /* as sent; points into text */
	char request_id[FAILURE_REQUEST_ID_MAX]; /* "" when it is absent or longer */
	bool is_agent; /* of a metadata or credentials service, not of an AWS endpoint */
	struct err ignored; /* why the body could not be read */
	char text[HTTP_BODY_MAX]; /* whole: masking comes before cutting */
};

/*
 * Reads code and message of a response: the code from the field x-amzn-ErrorType, else from __type,
 * code or Code of the body, the message from message or Message; the body is JSON (also inside
 * "Error") or XML. A code is cut at its first ':' and what precedes '#' is dropped (AWS JSON 1.1
 * protocol, "Operation error serialization"). A body of another kind leaves both empty. The request
 * id is that of x-amzn-RequestId or x-amz-request-id, else RequestId of the body. Pure.
 */
void failure_read(struct failure *f, const struct http_response *r, struct json_doc *scratch);

/*
 * The same for a metadata or credentials service: a text/plain body is the message, as the EKS Pod
 * Identity agent and local endpoints send it.
 */
void failure_read_agent(struct failure *f, const struct http_response *r, struct json_doc *scratch);

/*
 * Makes an error of it: "CODE: MESSAGE" or "status 503", and the request id, with its class by
 * retry_classify and, for well-known codes and reasons of a denial, a hint. Never the raw body of
 * an AWS endpoint. Always false.
 */
bool failure_err(const struct failure *f, unsigned status, struct err *e);

#endif
