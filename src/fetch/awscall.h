#ifndef FETCH_AWSCALL_H
#define FETCH_AWSCALL_H

#include <stdbool.h>
#include <stdint.h>

#include "aws/endpoint.h"
#include "fetch/call.h"
#include "fetch/identity.h"
#include "fetch/store.h"
#include "json/json.h"

/* What all calls to AWS JSON services share. */
struct awscall_shared {
	struct identity *identity;
	struct store *store;
	int64_t clock_offset; /* seconds to add to our clock (contract section 5) */
	char body[HTTP_REQUEST_MAX / 2];
};

struct awscall;

/* An operation of a service. */
struct awscall_op {
	const char *target; /* "AmazonSSM.GetParametersByPath" */
	void (*put_body)(const struct awscall *c, struct buf *b);
	/* Reads the body of a 200; the document is shared and good until the return. */
	enum call_result (*read)(struct awscall *c, struct json_value root, struct err *e);
	/* Adds what a refusal speaks of. NULL: the call's context says enough. */
	void (*explain)(const struct awscall *c, struct err *e);
};

/* A call to one operation: signed, with the errors that all operations share taken care of. */
struct awscall {
	const struct awscall_op *op; /* these four are the owner's to set */
	void *owner;
	struct awscall_shared *shared;
	const struct endpoint *endpoint;
	unsigned generation; /* of the credentials that signed this request */
	bool was_renewed; /* the credentials, for this request */
	bool was_reset; /* the clock */
	struct call call;
};

/* Makes c->call ready to be driven; doing and peer as for call_init. */
void awscall_start(struct awscall *c, const char *doing, const struct peer *peer);

/* Reads the body of a 200. Of an answer that fails nothing stays in the store. */
enum call_result awscall_read(struct awscall *c, struct json_value root, struct err *e);

#endif
