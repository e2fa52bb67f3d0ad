#include "fetch/awscall.h"

#include "aws/failure.h"
#include "base/clock.h"
#include "base/log.h"
#include "fetch/signed.h"

static struct awscall *
owner_of(const struct call *call)
{
	return call->owner;
}

static bool
is_ready(const struct call *call)
{
	return identity_is_known(owner_of(call)->shared->identity);
}

static bool
build(struct call *call, struct buf *request, struct err *e)
{
	struct awscall *c = owner_of(call);
	struct awscall_shared *shared = c->shared;
	struct buf body = BUF(shared->body);
	c->put_body(c, &body);
	log_debug("%s: %s", call->doing, c->target);
	if (body.overflow)
		return err_set(e, ERR_LIMIT, "request body: more than %zu bytes", body.cap);
	const struct signed_request r = {
		.endpoint = c->endpoint,
		.target = c->target,
		.body = buf_span(&body),
		.credentials = identity_credentials(shared->identity),
		.time = clock_unix() + shared->clock_offset,
	};
	return signed_put(request, &r, e);
}

/* Signs again with AWS's clock when ours is to blame; once for a request. */
static bool
reset_clock(struct awscall *c)
{
	const struct http_response *r = &c->call.exchange.response;
	struct awscall_shared *shared = c->shared;
	int64_t offset;
	if (c->was_reset || !retry_clock_skew(span_of(shared->failure->code),
				    http_response_field(r, SPAN("Date")),
				    clock_unix() + shared->clock_offset, &offset))
		return false;
	c->was_reset = true;
	shared->clock_offset += offset;
	log_debug("this machine's clock is more than four minutes off AWS's: signing by AWS's");
	return true;
}

/* Fetches the credentials once more when the session is over; once for a request. */
static bool
renew_identity(struct awscall *c)
{
	if (c->was_renewed || !retry_is_expired_token(span_of(c->shared->failure->code)))
		return false;
	c->was_renewed = true;
	return identity_renew(c->shared->identity);
}

static enum call_result
take_failure(struct awscall *c, struct err *e)
{
	const struct http_response *r = &c->call.exchange.response;
	struct failure *failure = c->shared->failure;
	failure_read(failure, r, c->shared->doc);
	if (reset_clock(c) || renew_identity(c))
		return CALL_AGAIN;
	failure_err(failure, r->status, e);
	if (span_eq(span_of(failure->code), SPAN("AccessDeniedException")))
		err_hint(e, "allow %s on it, and kms:Decrypt on its key, in the role's policy",
			c->action);
	if (c->explain != NULL)
		c->explain(c, e);
	return CALL_FAILED;
}

static enum call_result
take(struct call *call, struct err *e)
{
	struct awscall *c = owner_of(call);
	const struct http_response *r = &call->exchange.response;
	struct json_value root;
	if (r->status != 200)
		return take_failure(c, e);
	if (!json_parse(c->shared->doc, http_response_body(r), &root, e)) {
		err_ctx(e, "malformed answer");
		return CALL_FAILED;
	}
	enum call_result result = c->read(c, root, e);
	if (result == CALL_NEXT) {
		c->was_renewed = false;
		c->was_reset = false;
	}
	return result;
}

const struct call_ops awscall_ops = { .is_ready = is_ready, .build = build, .take = take };
