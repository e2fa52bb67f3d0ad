#ifndef ENV_REFERENCE_H
#define ENV_REFERENCE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/* A variable's value that names a secret instead of being one (References). Pure. */

enum reference_kind {
	REFERENCE_PARAMETER, /* of Parameter Store */
	REFERENCE_SECRET, /* of Secrets Manager */
};

/* All spans point into the value. */
struct reference {
	enum reference_kind kind;
	struct span id; /* a name (a parameter's with its :version or :label) or an ARN */
	bool needs_slash; /* the parameter's name goes with a '/' before it */
	struct span region; /* of the ARN; empty: the configured one */
	struct span json_key; /* of a secret; empty: the whole secret */
	struct span stage;
	struct span version;
};

/*
 * Whether a value is meant as a reference; reference_parse says whether it is a good one. An ARN of
 * anything but a parameter or a secret is not.
 */
bool reference_is(struct span value);

/*
 * Reads "ssm:NAME", "ssm://NAME", "secretsmanager:NAME" and the ARNs of parameters and secrets, by
 * each service's own rule for names; a secret with the ":json-key:version-stage:version-id" of ECS
 * task definitions. ERR_USAGE: the name breaks its rule, or there are too many parts.
 * Precondition: reference_is.
 */
bool reference_parse(struct span value, struct reference *r, struct err *e);

/* Appends the name that the service is asked for. Check b->overflow. */
void reference_put_id(struct buf *b, const struct reference *r);

#endif
