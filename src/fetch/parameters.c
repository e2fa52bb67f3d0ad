#include "fetch/parameters.h"

#include "base/bounds.h"

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
		json_unescape(parameter.name, &name);
		if (name.overflow)
			return err_set(
				e, ERR_LIMIT, "a parameter's name: more than %d bytes", URL_MAX);
		if (!take(owner, &parameter, &name, e))
			return false;
	}
}
