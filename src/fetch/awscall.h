#ifndef FETCH_AWSCALL_H
#define FETCH_AWSCALL_H

#include <stdbool.h>

#include "aws/endpoint.h"
#include "fetch/call.h"
#include "fetch/session.h"
#include "json/json.h"

struct awscall;

/* An operation of an AWS JSON service; its owner is the awscall's. */
struct awscall_op {
	const char *target; /* "AmazonSSM.GetParametersByPath"; STS: the Action of the form */
	void (*put_body)(const struct awscall *c, struct buf *b);
	/* Reads the body of a 200; the document is the scratch's. */
	enum call_result (*read)(struct awscall *c, struct json_value root, struct err *e);
	/* Where it is not NULL, the operation is one of the Query protocol (STS): put_body writes a
	 * form, and this reads the body of a 200. */
	enum call_result (*read_text)(struct awscall *c, struct span body, struct err *e);
	/* Adds what a refusal is about, and a hint where it has a better one. NULL: the call's
	 * context says enough. */
	void (*explain)(const struct awscall *c, struct err *e);
};

/* What a call is for and what it needs; the owner's to set. */
struct awscall_terms {
	struct session *session;
	const struct peer *peer;
	const struct endpoint *endpoint;
	const char *doing; /* as call_init's */
};

/* One operation, asked as often as it needs: signed, with the errors that all operations share. */
struct awscall {
	const struct awscall_op *op;
	void *owner;
	struct session *session;
	const struct endpoint *endpoint;
	unsigned generation; /* of the credentials that signed the request */
	int64_t clock_offset; /* the session's when the request was signed */
	bool was_renewed; /* the credentials, for this request */
	bool was_reset; /* the clock, for this request */
	/* Goes on with another owner when the operation is done. NULL: that is the end. */
	enum call_result (*next)(struct awscall *c);
	void *queue; /* of next */
	struct buf body; /* room for the request's body: the scratch's, unless the owner has more */
	struct call call;
};

/* Makes c->call ready to be moved. The pointers must stay. */
void awscall_start(struct awscall *c, const struct awscall_op *op, void *owner,
	const struct awscall_terms *terms);

/* Reads the body of a 200. Of a response that fails nothing stays in the store. */
enum call_result awscall_read(struct awscall *c, struct json_value root, struct err *e);

#endif
