#ifndef FETCH_PARAMETERS_H
#define FETCH_PARAMETERS_H

#include <stdbool.h>

#include "aws/ssm.h"
#include "base/buf.h"
#include "base/err.h"

/* Appends the text of a JSON string that is a parameter's name. ERR_LIMIT when it does not fit. */
bool parameters_name(struct json_value string, struct buf *name, struct err *e);

/* What becomes of one parameter; its unescaped name may be appended to. */
typedef bool parameters_take(
	void *owner, const struct ssm_parameter *p, struct buf *name, struct err *e);

/*
 * Gives the parameters of an answer of Parameter Store to take, one by one, until one fails.
 * ERR_TRANSIENT: the answer is malformed; ERR_LIMIT: a name has more than URL_MAX bytes.
 */
bool parameters_walk(struct json_value answer, parameters_take *take, void *owner, struct err *e);

#endif
