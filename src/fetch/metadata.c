#include "fetch/metadata.h"

#include "base/envvar.h"
#include "fetch/answer.h"
#include "fetch/draft.h"

#define VARIABLE "ECS_CONTAINER_METADATA_URI_V4"

bool
metadata_is_there(char *const *environ)
{
	return envvar_get(environ, VARIABLE) != NULL;
}

bool
metadata_plan(struct metadata *m, char *const *environ, struct err *e)
{
	struct buf target = BUF(m->target);
	if (!url_parse(span_of(envvar_get(environ, VARIABLE)), &m->url, e))
		return err_ctx(e, VARIABLE);
	buf_printf(&target, "%.*s/task", (int)m->url.target.n, m->url.target.p);
	m->url.target = buf_span(&target);
	return true;
}

static bool
build(struct call *call, struct buf *request, struct err *e)
{
	const struct metadata *m = call->owner;
	struct draft d;
	draft_question(&d, "GET", &m->url);
	return draft_write(&d, request, e);
}

/* A member's text, kept; the empty span when the answer has none. */
static bool
keep_member(struct metadata *m, struct json_value root, const char *name, struct span *text,
	struct err *e)
{
	struct json_value value;
	size_t start = m->names.len;
	if (!json_member(root, name, JSON_STRING, &value, e))
		return err_ctx(e, "malformed answer");
	json_unescape(value, &m->names);
	if (m->names.overflow)
		return err_set(
			e, ERR_LIMIT, "task metadata: names of more than %zu bytes", m->names.cap);
	*text = span_skip(buf_span(&m->names), start);
	return true;
}

static enum call_result
take(struct call *call, struct err *e)
{
	struct metadata *m = call->owner;
	struct json_value root;
	struct span arn;
	m->names = BUF(m->bytes);
	if (!answer_read(&call->exchange.response, &root, e) ||
		!keep_member(m, root, "TaskARN", &arn, e) ||
		!keep_member(m, root, "ServiceName", &m->service, e) ||
		!keep_member(m, root, "Family", &m->family, e) ||
		!keep_member(m, root, "Cluster", &m->cluster, e))
		return CALL_FAILED;
	if (!endpoint_arn_region(arn, &m->region))
		m->region.n = 0;
	return CALL_DONE;
}

static const struct call_ops ops = {
	.build = build,
	.take = take,
	.limits = { .connect = 2000, .answer = 5000 },
};

void
metadata_start(struct metadata *m)
{
	call_init(&m->call, &ops, m, "get task metadata", &m->peer);
}
