#ifndef FETCH_QUESTION_H
#define FETCH_QUESTION_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "http/request.h"
#include "http/url.h"

/* Who we say we are, so that CloudTrail shows who read. */
#define QUESTION_USER_AGENT SPAN("antechamber/" ANTECHAMBER_VERSION)

/* A request that nobody signs: to credentials and metadata endpoints, to STS. */
struct question {
	struct span method;
	struct span target; /* empty: "/" */
	struct http_field field; /* one besides Host, User-Agent and Accept; an empty value: none */
	struct span body;
};

/* Appends it for the host of a URL. Errors as http_request_write. */
bool question_put(struct buf *b, const struct url *u, const struct question *q, struct err *e);

#endif
