#ifndef FETCH_REQUEST_H
#define FETCH_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "aws/credentials.h"
#include "aws/endpoint.h"
#include "base/bounds.h"
#include "base/buf.h"
#include "base/err.h"
#include "fetch/peer.h"
#include "fetch/scratch.h"
#include "http/request.h"

/* More than any request of ours has. */
#define REQUEST_FIELDS_MAX 8

/* A request while it is composed. Points into itself: never copy one by assignment. */
struct request {
	struct http_request http; /* the body may be set */
	struct span user_agent;
	struct http_field field[REQUEST_FIELDS_MAX];
};

/* A request without fields and body; method is a literal, an empty target is "/". */
void request_init(struct request *r, const struct peer *p, const char *method, struct span target);

/* One that is not signed, to credentials and metadata endpoints: with Host and Accept. */
void request_init_unsigned(
	struct request *r, const struct peer *p, const char *method, struct span target);

/* Adds a field, unless its value is empty; name is a literal. */
void request_add(struct request *r, const char *name, struct span value);

/*
 * Adds User-Agent, so that CloudTrail shows the program, and appends the request. Errors as
 * http_request_write.
 */
bool request_write(struct request *r, struct buf *b, struct err *e);

struct signed_request {
	const struct peer *peer;
	const struct endpoint *endpoint;
	const char *target; /* X-Amz-Target; NULL: the body is a form (Query protocol) */
	struct span body; /* AWS JSON 1.1, or the form */
	const struct credentials *credentials;
	int64_t time; /* seconds since 1970, by AWS's clock */
};

/*
 * Appends a POST to an AWS service, signed (aws/sigv4.h). ERR_LIMIT when it does not fit,
 * ERR_USAGE when the credentials hold what no field value may hold.
 */
bool request_write_signed(
	const struct signed_request *s, struct scratch *scratch, struct buf *b, struct err *e);

#endif
