#ifndef FETCH_SIGNED_H
#define FETCH_SIGNED_H

#include <stdbool.h>
#include <stdint.h>

#include "aws/endpoint.h"
#include "aws/credentials.h"
#include "base/buf.h"
#include "base/err.h"

struct signed_request {
	const struct endpoint *endpoint;
	const char *target; /* X-Amz-Target */
	struct span body; /* AWS JSON 1.1 */
	const struct credentials *credentials;
	int64_t time; /* seconds since 1970, by AWS's clock */
};

/*
 * Appends a POST to an AWS JSON 1.1 service, signed (aws/sigv4.h). ERR_LIMIT when it does not fit,
 * ERR_USAGE when the credentials hold what no field value may hold.
 */
bool signed_put(struct buf *b, const struct signed_request *r, struct err *e);

#endif
