#ifndef FETCH_SCRATCH_H
#define FETCH_SCRATCH_H

#include <stdbool.h>

#include "aws/failure.h"
#include "base/bounds.h"
#include "base/err.h"
#include "http/response.h"
#include "json/json.h"

/*
 * The memory in which one request is composed or one response is taken apart. All calls share it: a
 * document is good until the next of these functions is called.
 */
struct scratch {
	struct json_doc doc;
	struct failure failure;
	char text[HTTP_BODY_MAX]; /* one value or message, decoded */
	char body[REQUEST_BODY_MAX];
	char path[3 * URL_MAX]; /* room for a path of which every byte is encoded */
	/* The canonical request, which holds the session token once more, and the signature. */
	char authorization[CREDENTIALS_MAX + AUTHORIZATION_MAX];
};

/* Parses a JSON text, which must stay. Errors as json_parse. */
bool scratch_parse(struct scratch *s, struct span text, struct json_value *root, struct err *e);

/*
 * The body of a response with status 200; any other response is the error that it reports, read as
 * one of a metadata or credentials service.
 */
bool scratch_read(
	struct scratch *s, const struct http_response *r, struct json_value *root, struct err *e);

/* Sets the error that a response reports; returns its code, "" when it has none. */
const char *scratch_error(struct scratch *s, const struct http_response *r, struct err *e);

#endif
