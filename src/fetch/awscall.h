#ifndef FETCH_AWSCALL_H
#define FETCH_AWSCALL_H

#include <stdbool.h>
#include <stdint.h>

#include "aws/endpoint.h"
#include "fetch/call.h"
#include "fetch/identity.h"
#include "json/json.h"

/* What all calls to AWS JSON services share. */
struct awscall_shared {
	struct identity *identity;
	int64_t clock_offset; /* seconds to add to our clock (contract section 5) */
	struct json_doc *doc; /* of the answer being read */
	struct failure *failure;
	char body[HTTP_REQUEST_MAX / 2];
};

/* A call to one operation: signed, with the errors that all operations share taken care of. */
struct awscall {
	void *owner;
	struct awscall_shared *shared;
	const struct endpoint *endpoint;
	const char *target;
	const char *action; /* what IAM must allow, for the hint: "ssm:GetParametersByPath" */
	void (*put_body)(const struct awscall *c, struct buf *b);
	/* Reads the body of a 200; the document is shared and good until the return. */
	enum call_result (*read)(struct awscall *c, struct json_value root, struct err *e);
	/* Adds what a refusal speaks of. NULL: the call's context says enough. */
	void (*explain)(const struct awscall *c, struct err *e);
	bool was_renewed; /* the credentials, for this request */
	bool was_reset; /* the clock */
	struct call call;
};

extern const struct call_ops awscall_ops;

#endif
