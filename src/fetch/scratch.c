#include "fetch/scratch.h"

bool
scratch_parse(struct scratch *s, struct span text, struct json_value *root, struct err *e)
{
	return json_parse(&s->doc, text, root, e);
}

bool
scratch_read(
	struct scratch *s, const struct http_response *r, struct json_value *root, struct err *e)
{
	if (r->status != 200) {
		failure_read_agent(&s->failure, r, &s->doc);
		return failure_err(&s->failure, r->status, e);
	}
	if (scratch_parse(s, http_response_body(r), root, e))
		return true;
	return err_ctx(e, "malformed response");
}

const char *
scratch_error(struct scratch *s, const struct http_response *r, struct err *e)
{
	failure_read(&s->failure, r, &s->doc);
	failure_err(&s->failure, r->status, e);
	return s->failure.code;
}
