#include "fetch/awscall.h"

#include "aws/retry.h"
#include "base/clock.h"
#include "base/log.h"
#include "fetch/request.h"

static bool
is_ready(const struct call *call)
{
	const struct awscall *c = call->owner;
	return c->session->identity.is_known;
}

static bool
build(struct call *call, struct buf *request, struct err *e)
{
	struct awscall *c = call->owner;
	struct session *s = c->session;
	struct buf body = c->body;
	c->op->put_body(c, &body);
	log_debug("%s: %s", call->doing, c->op->target);
	if (body.overflow)
		return err_set(e, ERR_LIMIT, "request body: more than %zu bytes", body.cap);
	c->generation = s->identity.generation;
	c->clock_offset = s->clock_offset;
	const struct signed_request r = {
		.peer = call->exchange.peer,
		.endpoint = c->endpoint,
		.target = c->op->read_text == NULL ? c->op->target : NULL,
		.body = buf_span(&body),
		.credentials = &s->identity.now,
		.time = clock_unix() + c->clock_offset,
	};
	return request_write_signed(&r, &s->scratch, request, e);
}

/*
 * Signs again with AWS's clock when ours is to blame; once for a request. Another service may have
 * found that out since: what counts is the clock that this request was signed by.
 */
static bool
reset_clock(struct awscall *c, struct span code)
{
	struct session *s = c->session;
	struct span date = http_response_field(&c->call.exchange.response, SPAN("Date"));
	int64_t offset;
	if (c->was_reset || !retry_clock_skew(code, date, clock_unix() + c->clock_offset, &offset))
		return false;
	c->was_reset = true;
	s->clock_offset = c->clock_offset + offset;
	log_debug("this machine's clock is more than four minutes off: signing with AWS's time");
	return true;
}

/* Fetches the credentials once more when they have expired; once for a request. */
static bool
renew_credentials(struct awscall *c, struct span code)
{
	if (c->was_renewed || !retry_is_expired_token(code))
		return false;
	c->was_renewed = true;
	return credentials_renew(&c->session->identity, c->generation);
}

/* IAM calls "AmazonSSM.GetParameters" "ssm:GetParameters". */
static void
hint_at_policy(const struct awscall *c, struct err *e)
{
	struct span operation = span_of(c->op->target);
	struct span service = c->endpoint->service;
	const size_t dot = span_find(operation, '.');
	if (dot < operation.n)
		operation = span_skip(operation, dot + 1);
	err_hint(e, "allow %.*s:%s on it, and kms:Decrypt on its key, in the role's policy",
		(int)service.n, service.p, operation.p);
}

static enum call_result
take_error(struct awscall *c, struct err *e)
{
	struct span code =
		span_of(scratch_error(&c->session->scratch, &c->call.exchange.response, e));
	if (reset_clock(c, code) || renew_credentials(c, code))
		return CALL_AGAIN;
	if (c->op->explain != NULL)
		c->op->explain(c, e);
	if (retry_is_one_of(code, SPAN("AccessDeniedException AccessDenied")))
		hint_at_policy(c, e);
	return CALL_FAILED;
}

enum call_result
awscall_read(struct awscall *c, struct json_value root, struct err *e)
{
	struct store *store = &c->session->store;
	struct store_mark mark = store_mark(store);
	enum call_result result = c->op->read(c, root, e);
	if (result == CALL_FAILED)
		store_reset(store, mark);
	return result;
}

static enum call_result
take(struct call *call, struct err *e)
{
	struct awscall *c = call->owner;
	const struct http_response *r = &call->exchange.response;
	struct json_value root;
	if (r->status != 200)
		return take_error(c, e);
	if (c->op->read_text != NULL)
		return c->op->read_text(c, http_response_body(r), e);
	if (!scratch_read(&c->session->scratch, r, &root, e))
		return CALL_FAILED;
	enum call_result result = awscall_read(c, root, e);
	if (result == CALL_DONE && c->next != NULL)
		result = c->next(c);
	if (result == CALL_NEXT) {
		c->was_renewed = false;
		c->was_reset = false;
	}
	return result;
}

static const struct call_ops ops = {
	.is_ready = is_ready,
	.build = build,
	.take = take,
	.limits = { .connect = 5000, .silence = 15000 },
};

void
awscall_start(struct awscall *c, const struct awscall_op *op, void *owner,
	const struct awscall_terms *terms)
{
	c->op = op;
	c->owner = owner;
	c->session = terms->session;
	c->endpoint = terms->endpoint;
	c->was_renewed = false;
	c->was_reset = false;
	c->next = NULL;
	c->body = BUF(c->session->scratch.body);
	call_init(&c->call, &ops, c, terms->doing, terms->peer);
}
