#ifndef FETCH_ANSWER_H
#define FETCH_ANSWER_H

#include <stdbool.h>

#include "base/err.h"
#include "http/response.h"
#include "json/json.h"

/*
 * Taking answers apart, one at a time: all calls share the memory that it takes, so a document is
 * good until the next of these functions is called.
 */

/* Parses a JSON text, which must stay. Errors as json_parse. */
bool answer_parse(struct span text, struct json_value *root, struct err *e);

/* The body of an answer with status 200; any other answer is the error that it tells of. */
bool answer_read(const struct http_response *r, struct json_value *root, struct err *e);

/* Sets the error that an answer tells of; returns its code, "" when it has none. */
const char *answer_error(const struct http_response *r, struct err *e);

/* The memory itself, for a reader that parses by itself. */
struct json_doc *answer_scratch(void);

#endif
