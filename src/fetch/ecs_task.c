#include "fetch/ecs_task.h"

#include "base/envvar.h"
#include "fetch/request.h"

#define VARIABLE "ECS_CONTAINER_METADATA_URI_V4"

bool
ecs_task_is_there(char *const *environ)
{
	return envvar_get(environ, VARIABLE) != NULL;
}

bool
ecs_task_plan(struct ecs_task *t, char *const *environ, struct scratch *scratch, struct err *e)
{
	struct buf target = BUF(t->target);
	t->scratch = scratch;
	if (!url_parse(span_of(envvar_get(environ, VARIABLE)), &t->url, e))
		return err_ctx(e, VARIABLE);
	struct span base = t->url.target;
	while (span_ends_with(base, SPAN("/")))
		base.n--;
	buf_printf(&target, "%.*s/task", (int)base.n, base.p);
	t->url.target = buf_span(&target);
	return true;
}

static bool
build(struct call *call, struct buf *b, struct err *e)
{
	const struct ecs_task *t = call->owner;
	struct request r;
	request_init_unsigned(&r, &t->peer, "GET", t->url.target);
	return request_write(&r, b, e);
}

/* A member's text, kept; the empty span when the response has none. */
static bool
keep_member(struct ecs_task *t, struct json_value root, const char *name, struct span *text,
	struct err *e)
{
	struct json_value value;
	size_t start = t->names.len;
	if (!json_member(root, name, JSON_STRING, &value, e))
		return err_ctx(e, "malformed response");
	json_unescape(value, &t->names);
	if (t->names.overflow)
		return err_set(
			e, ERR_LIMIT, "task metadata: names of more than %zu bytes", t->names.cap);
	*text = span_skip(buf_span(&t->names), start);
	return true;
}

static enum call_result
take(struct call *call, struct err *e)
{
	struct ecs_task *t = call->owner;
	struct json_value root;
	struct span arn;
	t->names = BUF(t->bytes);
	if (!scratch_read(t->scratch, &call->exchange.response, &root, e) ||
		!keep_member(t, root, "TaskARN", &arn, e) ||
		!keep_member(t, root, "ServiceName", &t->service, e) ||
		!keep_member(t, root, "Family", &t->family, e) ||
		!keep_member(t, root, "Cluster", &t->cluster, e))
		return CALL_FAILED;
	if (!endpoint_arn_region(arn, &t->region))
		t->region.n = 0;
	return CALL_DONE;
}

static const struct call_ops ops = {
	.build = build,
	.take = take,
	.limits = { .connect = 2000, .response = 5000 },
};

void
ecs_task_start(struct ecs_task *t)
{
	call_init(&t->call, &ops, t, "get task metadata", &t->peer);
}
