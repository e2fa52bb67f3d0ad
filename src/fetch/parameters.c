#include "fetch/parameters.h"

#include "base/bounds.h"

bool
parameters_name(struct json_value string, struct buf *name, struct err *e)
{
	json_unescape(string, name);
	return !name->overflow ||
	       err_set(e, ERR_LIMIT, "a name has more than %zu bytes", name->cap);
}

bool
parameters_walk(struct json_value answer, parameters_take *take, void *owner, struct err *e)
{
	struct ssm_parameter parameter;
	bool more = true;
	for (int at = 0;;) {
		char text[URL_MAX];
		struct buf name = BUF(text);
		if (!ssm_next(answer, &at, &more, &parameter, e))
			return false;
		if (!more)
			return true;
		if (!parameters_name(parameter.name, &name, e) ||
			!take(owner, &parameter, &name, e))
			return false;
	}
}
