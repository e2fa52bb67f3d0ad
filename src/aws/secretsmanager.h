#ifndef AWS_SECRETSMANAGER_H
#define AWS_SECRETSMANAGER_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "json/json.h"

/* Secrets Manager's GetSecretValue (AWS Secrets Manager API Reference). Pure. */

#define SECRETSMANAGER_TARGET_GET "secretsmanager.GetSecretValue"

/* Secrets Manager's own bound for a SecretString is 64 KiB; emulators have none. */
#define SECRETSMANAGER_STRING_MAX (256 * 1024)

struct secretsmanager_question {
	struct span id; /* a name or an ARN */
	struct span stage; /* VersionStage; empty: AWSCURRENT */
	struct span version; /* VersionId; empty: by the stage */
};

/* Appends the body of GetSecretValue. Check b->overflow. */
void secretsmanager_put_get(struct buf *b, const struct secretsmanager_question *q);

/*
 * Appends the SecretString of a response. ERR_REFUSED: it is a binary secret; ERR_TRANSIENT:
 * malformed; ERR_LIMIT: b is too small.
 */
bool secretsmanager_put_string(struct json_value response, struct buf *b, struct err *e);

/*
 * Appends a member's value as the variable gets it: a string as it is, a number or boolean as its
 * text. ERR_REFUSED: null, an array, an object; the message names the member, never a value.
 */
bool secretsmanager_put_member(
	struct json_value name, struct json_value value, struct buf *b, struct err *e);

#endif
