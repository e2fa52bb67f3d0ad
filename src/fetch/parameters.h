#ifndef FETCH_PARAMETERS_H
#define FETCH_PARAMETERS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "json/json.h"

/* Appends the text of a JSON string that is a parameter's name. ERR_LIMIT when it does not fit. */
bool parameters_name(struct json_value string, struct buf *name, struct err *e);

#endif
