#ifndef CTL_PROFILE_STS_H
#define CTL_PROFILE_STS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "ctl/profile/profile.h"
#include "json/json.h"

/*
 * Requests to STS that antechamber does not make (AWS STS API Reference). Both are a signed POST of
 * a form, with the Content-Type application/x-www-form-urlencoded. Pure.
 */

/* Appends the form of AssumeRole. credential_read_sts() reads the response. */
void assume_role_put_form(struct buf *b, const struct profile_role *role);

/* Appends the form of GetCallerIdentity. */
void caller_identity_put_form(struct buf *b);

/* Who signs; the spans point into the buffer that they were read into. */
struct caller_identity {
	struct span account; /* twelve digits */
	struct span arn;
	struct span partition; /* "aws", of the ARN */
};

/*
 * Reads the response to GetCallerIdentity, XML or JSON by its first byte; its texts go to arena.
 * ERR_TRANSIENT: malformed.
 */
bool caller_identity_read(struct span body, struct json_doc *scratch, struct buf *arena,
	struct caller_identity *caller, struct err *e);

#endif
