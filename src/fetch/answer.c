#include "fetch/answer.h"

#include "aws/failure.h"
#include "base/bulk.h"

BULK static struct json_doc doc;
BULK static struct failure failure;

struct json_doc *
answer_scratch(void)
{
	return &doc;
}

bool
answer_parse(struct span text, struct json_value *root, struct err *e)
{
	return json_parse(&doc, text, root, e);
}

bool
answer_read(const struct http_response *r, struct json_value *root, struct err *e)
{
	if (r->status != 200) {
		answer_error(r, e);
		return false;
	}
	if (answer_parse(http_response_body(r), root, e))
		return true;
	return err_ctx(e, "malformed answer");
}

const char *
answer_error(const struct http_response *r, struct err *e)
{
	failure_read(&failure, r, &doc);
	failure_err(&failure, r->status, e);
	return failure.code;
}
