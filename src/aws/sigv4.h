#ifndef AWS_SIGV4_H
#define AWS_SIGV4_H

#include <stdbool.h>

#include "aws/credentials.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "http/request.h"

/*
 * AWS Signature Version 4, header form (AWS IAM User Guide, "Create a signed AWS API request").
 * Pure. The caller adds host, x-amz-date (the stamp of the scope) and, when there is a session
 * token, x-amz-security-token to the fields that it passes here and sends.
 */

struct sigv4_request {
	struct span method;
	struct span path; /* canonical, as sigv4_put_path makes it */
	struct span query; /* canonical: encoded and sorted by its maker; "" */
	/* All are signed. Ordered by their lower-cased names, which are all different. */
	const struct http_field *field;
	unsigned field_count;
	struct span payload;
};

struct sigv4_scope {
	struct span region;
	struct span service;
	struct span stamp; /* time_put_stamp */
};

/*
 * Appends the value of the Authorization field. Besides what it appends, the free room of b serves
 * as scratch for the canonical request: it needs the size of all signed fields and 512 bytes.
 * ERR_LIMIT: b is too small; it is then as it was.
 */
bool sigv4_put_authorization(struct buf *b, const struct credentials *c,
	const struct sigv4_scope *scope, const struct sigv4_request *r, struct err *e);

/* Appends the canonical request. Check b->overflow. */
void sigv4_put_canonical_request(struct buf *b, const struct sigv4_request *r);

/* Appends the string to sign for a canonical request. Check b->overflow. */
void sigv4_put_string_to_sign(
	struct buf *b, const struct sigv4_scope *scope, struct span canonical_request);

/* The unreserved characters of RFC 3986 section 2.3 that are neither letters nor digits. */
#define SIGV4_UNRESERVED "-._~"

/* Appends s, every byte percent-encoded except letters, digits and those in plain. */
void sigv4_put_encoded(struct buf *b, struct span s, const char *plain);

/*
 * Appends the canonical form of a path as it goes over the wire: dot segments taken out (RFC 3986
 * section 5.2.4), runs of slashes made one, and then encoded, a '%' of the wire form once more,
 * which is AWS's rule for all services but S3. "" becomes "/". Check b->overflow.
 */
void sigv4_put_path(struct buf *b, struct span path);

#endif
