#ifndef FETCH_SECRET_H
#define FETCH_SECRET_H

#include <stdbool.h>

#include "base/err.h"
#include "fetch/scratch.h"

/*
 * The SecretString of a response of Secrets Manager; it is the scratch's until the next is read.
 * Errors as secretsmanager_put_string.
 */
bool secret_read(struct scratch *s, struct json_value response, struct span *text, struct err *e);

/*
 * The JSON object that such a text is. ERR_REFUSED: it is something else, and another attempt would
 * read the same.
 */
bool secret_parse(struct scratch *s, struct span text, struct json_value *object, struct err *e);

#endif
