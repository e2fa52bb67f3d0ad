#include "fetch/metadata.h"

#include "config/config.h"
#include "fetch/question.h"

#define VARIABLE "ECS_CONTAINER_METADATA_URI_V4"

static const struct exchange_limits limits = { .connect = 2000, .answer = 5000 };

bool
metadata_is_there(char *const *environ)
{
	return config_getenv(environ, VARIABLE) != NULL;
}

bool
metadata_plan(struct metadata *m, char *const *environ, struct err *e)
{
	struct buf target = BUF(m->target);
	m->names = BUF(m->bytes);
	if (!url_parse(span_of(config_getenv(environ, VARIABLE)), &m->url, e))
		return err_ctx(e, VARIABLE);
	buf_put(&target, m->url.target);
	buf_put_str(&target, "/task");
	m->target_len = target.len;
	return true;
}

static bool
build(struct call *call, struct buf *request, struct err *e)
{
	const struct metadata *m = call->owner;
	const struct question q = { .method = SPAN("GET"), .target = { m->target, m->target_len } };
	return question_put(request, &m->url, &q, e);
}

/* A member's text, kept; the empty span when the answer has none. */
static bool
keep_member(struct metadata *m, struct json_value root, const char *name, struct span *text,
	struct err *e)
{
	struct json_value value;
	bool found;
	size_t start = m->names.len;
	if (!json_member(root, name, JSON_STRING, &found, &value, e))
		return err_ctx(e, "malformed task metadata");
	if (found)
		json_unescape(value, &m->names);
	if (m->names.overflow)
		return err_set(
			e, ERR_LIMIT, "task metadata: names of more than %zu bytes", m->names.cap);
	*text = (struct span){ m->names.p + start, m->names.len - start };
	return true;
}

static bool
read_answer(struct metadata *m, struct span body, struct err *e)
{
	struct json_value root;
	struct span arn;
	if (!json_parse(m->doc, body, &root, e))
		return err_ctx(e, "malformed task metadata");
	if (json_type(root) != JSON_OBJECT)
		return err_set(e, ERR_TRANSIENT, "malformed task metadata: it is %s",
			json_type_name(json_type(root)));
	if (!keep_member(m, root, "TaskARN", &arn, e) ||
		!keep_member(m, root, "ServiceName", &m->service, e) ||
		!keep_member(m, root, "Family", &m->family, e) ||
		!keep_member(m, root, "Cluster", &m->cluster, e))
		return false;
	if (!endpoint_arn_region(arn, &m->region))
		m->region = (struct span){ NULL, 0 };
	return true;
}

static enum call_result
take(struct call *call, struct err *e)
{
	struct metadata *m = call->owner;
	const struct http_response *r = &call->exchange.response;
	m->names.len = 0;
	if (r->status != 200) {
		failure_read(m->failure, r, m->doc);
		failure_err(m->failure, r->status, e);
		return CALL_FAILED;
	}
	return read_answer(m, http_response_body(r), e) ? CALL_DONE : CALL_FAILED;
}

static const struct call_ops ops = { .build = build, .take = take };

void
metadata_start(struct metadata *m, unsigned attempts_max)
{
	const struct call_setup setup = {
		.ops = &ops,
		.owner = m,
		.doing = "get task metadata",
		.peer = &m->peer,
		.limits = &limits,
		.attempts_max = attempts_max,
	};
	call_init(&m->call, &setup);
}
