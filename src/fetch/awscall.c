#include "fetch/awscall.h"

#include "aws/retry.h"
#include "base/clock.h"
#include "base/log.h"
#include "fetch/answer.h"
#include "fetch/signed.h"

static struct awscall *
owner_of(const struct call *call)
{
	return call->owner;
}

static bool
is_ready(const struct call *call)
{
	return owner_of(call)->shared->identity->is_known;
}

static bool
build(struct call *call, struct buf *request, struct err *e)
{
	struct awscall *c = owner_of(call);
	struct awscall_shared *shared = c->shared;
	struct buf body = BUF(shared->body);
	c->op->put_body(c, &body);
	log_debug("%s: %s", call->doing, c->op->target);
	if (body.overflow)
		return err_set(e, ERR_LIMIT, "request body: more than %zu bytes", body.cap);
	c->generation = shared->identity->generation;
	const struct signed_request r = {
		.endpoint = c->endpoint,
		.target = c->op->target,
		.body = buf_span(&body),
		.credentials = &shared->identity->now,
		.time = clock_unix() + shared->clock_offset,
	};
	return signed_put(request, &r, e);
}

/* Signs again with AWS's clock when ours is to blame; once for a request. */
static bool
reset_clock(struct awscall *c, struct span code)
{
	struct awscall_shared *shared = c->shared;
	int64_t offset;
	if (c->was_reset || !retry_clock_skew(code,
				    http_response_field(&c->call.exchange.response, SPAN("Date")),
				    clock_unix() + shared->clock_offset, &offset))
		return false;
	c->was_reset = true;
	shared->clock_offset += offset;
	log_debug("our clock is more than four minutes off: signing by AWS's");
	return true;
}

/* Fetches the credentials once more when the session is over; once for a request. */
static bool
renew_identity(struct awscall *c, struct span code)
{
	if (c->was_renewed || !retry_is_expired_token(code))
		return false;
	c->was_renewed = true;
	return identity_renew(c->shared->identity, c->generation);
}

/* IAM calls "AmazonSSM.GetParameters" "ssm:GetParameters". */
static void
hint_at_policy(const struct awscall *c, struct err *e)
{
	struct span operation = span_of(c->op->target);
	struct span service = c->endpoint->service;
	operation = span_skip(operation, span_find(operation, '.') + 1);
	err_hint(e, "allow %.*s:%s on it, and kms:Decrypt on its key, in the role's policy",
		(int)service.n, service.p, operation.p);
}

static enum call_result
take_error(struct awscall *c, struct err *e)
{
	struct span code = span_of(answer_error(&c->call.exchange.response, e));
	if (reset_clock(c, code) || renew_identity(c, code))
		return CALL_AGAIN;
	if (span_eq(code, SPAN("AccessDeniedException")))
		hint_at_policy(c, e);
	if (c->op->explain != NULL)
		c->op->explain(c, e);
	return CALL_FAILED;
}

enum call_result
awscall_read(struct awscall *c, struct json_value root, struct err *e)
{
	struct store_mark mark = store_mark(c->shared->store);
	enum call_result result = c->op->read(c, root, e);
	if (result == CALL_FAILED)
		store_reset(c->shared->store, mark);
	return result;
}

static enum call_result
take(struct call *call, struct err *e)
{
	struct awscall *c = owner_of(call);
	struct json_value root;
	if (call->exchange.response.status != 200)
		return take_error(c, e);
	if (!answer_read(&call->exchange.response, &root, e))
		return CALL_FAILED;
	enum call_result result = awscall_read(c, root, e);
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
awscall_start(struct awscall *c, const char *doing, const struct peer *peer)
{
	c->was_renewed = false;
	c->was_reset = false;
	call_init(&c->call, &ops, c, doing, peer);
}
