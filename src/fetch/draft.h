#ifndef FETCH_DRAFT_H
#define FETCH_DRAFT_H

#include <stdbool.h>

#include "base/bounds.h"
#include "base/buf.h"
#include "base/err.h"
#include "http/request.h"
#include "http/url.h"

/* More than any request of ours has. */
#define DRAFT_FIELDS_MAX 8

/* A request while it is put together. Points into itself: never copy one by assignment. */
struct draft {
	struct http_request request; /* the target and the body may be changed */
	struct http_field field[DRAFT_FIELDS_MAX];
	char host[HOST_MAX + 8];
};

/* A request without fields and body; method is a literal, an empty target stands for "/". */
void draft_init(struct draft *d, const char *method, struct span target);

/* One that nobody signs, to credentials and metadata endpoints: with Host and Accept. */
void draft_question(struct draft *d, const char *method, const struct url *u);

/* Adds a field, but none whose value is empty; name is a literal. */
void draft_add(struct draft *d, const char *name, struct span value);

/* Adds Host. */
void draft_add_host(struct draft *d, const struct url *u);

/*
 * Adds User-Agent, so that CloudTrail shows who read, and appends the request. Errors as
 * http_request_write.
 */
bool draft_write(struct draft *d, struct buf *b, struct err *e);

/* Appends the host of a URL, and the port where it is not the scheme's own. */
void draft_put_host(struct buf *b, const struct url *u);

#endif
