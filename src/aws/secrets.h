#ifndef AWS_SECRETS_H
#define AWS_SECRETS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "json/json.h"

/* Secrets Manager's GetSecretValue (AWS Secrets Manager API Reference). Pure. */

#define SECRETS_TARGET_GET "secretsmanager.GetSecretValue"

/* Secrets Manager's own bound for a SecretString is 64 KiB; emulators have none. */
#define SECRETS_STRING_MAX (256 * 1024)

struct secrets_question {
	struct span id; /* a name or an ARN */
	struct span stage; /* VersionStage; empty: AWSCURRENT */
	struct span version; /* VersionId; empty: by the stage */
};

/* Appends the body of GetSecretValue. Check b->overflow. */
void secrets_put_get(struct buf *b, const struct secrets_question *q);

/*
 * Appends the SecretString of an answer. ERR_REFUSED: it is a binary secret; ERR_TRANSIENT:
 * malformed; ERR_LIMIT: b is too small.
 */
bool secrets_put_string(struct json_value answer, struct buf *b, struct err *e);

/*
 * Appends a member's value as the variable gets it: a string as it is, a number or boolean as its
 * text. ERR_REFUSED: null, an array, an object; the message names the member, never a value.
 */
bool secrets_put_member(
	struct json_value name, struct json_value value, struct buf *b, struct err *e);

#endif
