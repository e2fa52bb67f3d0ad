#ifndef FETCH_SECRET_H
#define FETCH_SECRET_H

#include <stdbool.h>

#include "base/err.h"
#include "json/json.h"

/*
 * The SecretString of an answer of Secrets Manager; it stays until the next one is read. Errors as
 * secretsmanager_put_string.
 */
bool secret_read(struct json_value answer, struct span *text, struct err *e);

/*
 * The JSON object that such a text is. ERR_REFUSED: it is none, and another attempt would read the
 * same.
 */
bool secret_parse(struct span text, struct json_value *object, struct err *e);

#endif
