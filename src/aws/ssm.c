#include "aws/ssm.h"

void
ssm_put_by_path(struct buf *b, const struct ssm_by_path *r)
{
	buf_put_str(b, "{\"Path\":");
	json_put_string(b, r->path);
	buf_printf(b, ",\"WithDecryption\":true,\"MaxResults\":%d", SSM_BATCH_MAX);
	if (r->recursive)
		buf_put_str(b, ",\"Recursive\":true");
	if (r->label.n > 0) {
		buf_put_str(b, ",\"ParameterFilters\":[{\"Key\":\"Label\",\"Option\":\"Equals\","
			       "\"Values\":[");
		json_put_string(b, r->label);
		buf_put_str(b, "]}]");
	}
	if (r->token.n > 0) {
		buf_put_str(b, ",\"NextToken\":");
		json_put_string(b, r->token);
	}
	buf_put_char(b, '}');
}

void
ssm_put_get(struct buf *b, const struct span *name, unsigned count)
{
	buf_put_str(b, "{\"Names\":[");
	for (unsigned i = 0; i < count; i++) {
		if (i > 0)
			buf_put_char(b, ',');
		json_put_string(b, name[i]);
	}
	buf_put_str(b, "],\"WithDecryption\":true}");
}

static bool
read_parameter(struct json_value item, struct ssm_parameter *p, struct err *e)
{
	p->item = item;
	return json_need(item, "Name", JSON_STRING, &p->name, e) &&
	       json_need(item, "Value", JSON_STRING, &p->value, e);
}

enum ssm_step
ssm_next(struct json_value response, struct ssm_cursor *cursor, struct ssm_parameter *p,
	struct err *e)
{
	struct json_value item = { 0 };
	/* The list is looked up once: in a large file that takes as long as walking it once. */
	bool ok = cursor->list.doc != NULL ||
		  json_need(response, "Parameters", JSON_ARRAY, &cursor->list, e);
	if (ok && !json_next(cursor->list, &cursor->at, NULL, &item))
		return SSM_END;
	if (ok && read_parameter(item, p, e))
		return SSM_ITEM;
	err_ctx(e, "malformed response");
	return SSM_MALFORMED;
}

bool
ssm_put_token(struct json_value response, struct buf *b, struct err *e)
{
	struct json_value token;
	if (!json_member(response, "NextToken", JSON_STRING, &token, e))
		return err_ctx(e, "malformed response");
	json_unescape(token, b);
	if (b->overflow)
		return err_set(e, ERR_LIMIT, "NextToken: more than %zu bytes", b->cap);
	return true;
}
