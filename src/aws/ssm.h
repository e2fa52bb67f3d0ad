#ifndef AWS_SSM_H
#define AWS_SSM_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "json/json.h"

/* Parameter Store's requests and responses (AWS Systems Manager API Reference). Pure. */

/* Most parameters in one response, and names in one GetParameters. */
#define SSM_BATCH_MAX 10

struct ssm_by_path {
	struct span path; /* "/service/" */
	struct span label; /* empty: none */
	bool recursive;
	struct span token; /* NextToken of the page before; empty: the first page */
};

/* The X-Amz-Target of the operations. */
#define SSM_TARGET_BY_PATH "AmazonSSM.GetParametersByPath"
#define SSM_TARGET_GET "AmazonSSM.GetParameters"

/* Appends the body of GetParametersByPath. Check b->overflow. */
void ssm_put_by_path(struct buf *b, const struct ssm_by_path *r);

/* Appends the body of GetParameters for 1 to SSM_BATCH_MAX names. Check b->overflow. */
void ssm_put_get(struct buf *b, const struct span *name, unsigned count);

/* A parameter of a response; name and value are strings. */
struct ssm_parameter {
	struct json_value item;
	struct json_value name;
	struct json_value value;
};

/* A place in the "Parameters" of a response; zero at first. */
struct ssm_cursor {
	struct json_value list;
	int at;
};

enum ssm_step {
	SSM_ITEM, /* *p is the next one */
	SSM_END,
	SSM_MALFORMED, /* e is set, ERR_TRANSIENT: missing, of the wrong type or given twice */
};

/* Steps through the parameters of a response, in their order. */
enum ssm_step ssm_next(struct json_value response, struct ssm_cursor *cursor,
	struct ssm_parameter *p, struct err *e);

/* Appends NextToken unescaped; nothing when it is absent, null or empty: the last page. */
bool ssm_put_token(struct json_value response, struct buf *b, struct err *e);

#endif
