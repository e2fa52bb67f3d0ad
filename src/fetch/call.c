#include "fetch/call.h"

#include "base/log.h"

void
call_init(struct call *call, const struct call_ops *ops, void *owner, const char *doing,
	const struct peer *peer)
{
	call->ops = ops;
	call->owner = owner;
	call->doing = doing;
	call->state = CALL_WAITING;
	call->wake = CLOCK_NEVER;
	call->failure[0] = '\0';
	call->keeps_connection = false;
	call->room = BUF(call->text);
	attempts_init(&call->attempts, peer->terms->attempts_max);
	exchange_init(&call->exchange, peer, &ops->limits);
}

/* The end: it has failed for good. */
static bool
end(struct call *call, struct err *e)
{
	call->state = CALL_ENDED;
	return err_ctx(e, "%s", call->doing);
}

/* The attempt failed: another one later, or the end. */
static bool
fail(struct call *call, int64_t hint_ms, clock_ms now, struct err *e)
{
	clock_ms delay;
	if (attempts_next(&call->attempts, call->doing, hint_ms, e, &delay)) {
		struct buf why = { .p = call->failure, .cap = sizeof(call->failure) - 1 };
		buf_put_cut(&why, span_of(e->text));
		call->failure[why.len] = '\0';
		call->state = CALL_PAUSED;
		call->wake = now + delay;
		return true;
	}
	return end(call, e);
}

static bool
fail_without_response(struct call *call, clock_ms now, struct err *e)
{
	if (call->ops->no_response != NULL)
		call->ops->no_response(call, e);
	return fail(call, RETRY_NO_HINT, now, e);
}

static bool
start_attempt(struct call *call, clock_ms now, struct err *e)
{
	struct buf request = call->room;
	call->state = CALL_ACTIVE;
	call->wake = CLOCK_NEVER;
	call->failure[0] = '\0';
	if (!call->ops->build(call, &request, e))
		return end(call, e);
	log_debug("%s: request to %s, attempt %u", call->doing, call->exchange.peer->name,
		attempts_number(&call->attempts));
	return exchange_send(&call->exchange, buf_span(&request), now, e) ||
	       fail_without_response(call, now, e);
}

/* Leaves room for other starts where AWS has throttled this one. */
static void
pause_between(struct call *call, clock_ms now)
{
	clock_ms delay = attempts_succeeded(&call->attempts, call->doing);
	if (delay == 0)
		return;
	call->state = CALL_PAUSED;
	call->wake = now + delay;
}

static bool
take_response(struct call *call, clock_ms now, struct err *e)
{
	struct exchange *x = &call->exchange;
	int64_t hint_ms =
		retry_parse_hint(http_response_field(&x->response, SPAN("x-amz-retry-after")));
	log_debug("%s: status %u from %s", call->doing, x->response.status, x->peer->name);
	enum call_result result = call->ops->take(call, e);
	exchange_finish(x);
	if (result == CALL_FAILED) {
		err_ctx(e, "%s", x->peer->name);
		return fail(call, hint_ms, now, e);
	}
	call->state = CALL_WAITING;
	if (result == CALL_NEXT)
		pause_between(call, now);
	if (result == CALL_DONE) {
		if (!call->keeps_connection)
			exchange_close(x);
		call->state = CALL_ENDED;
	}
	return true;
}

void
call_again(struct call *call, clock_ms now)
{
	call->state = CALL_WAITING;
	pause_between(call, now);
}

static bool
move_waiting(struct call *call, clock_ms now, struct err *e)
{
	struct exchange *x = &call->exchange;
	if (call->ops->is_ready == NULL || call->ops->is_ready(call))
		return start_attempt(call, now, e);
	call->wake = CLOCK_NEVER;
	exchange_prepare(x, now);
	return exchange_move(x, now, e) || end(call, e);
}

/* One step; where it changes the state, there may be more to do at once. */
static bool
step(struct call *call, clock_ms now, struct err *e)
{
	struct exchange *x = &call->exchange;
	switch (call->state) {
	case CALL_WAITING:
		return move_waiting(call, now, e);
	case CALL_PAUSED:
		/* Waiting first: what it needs may have been taken away meanwhile. */
		if (now >= call->wake)
			call->state = CALL_WAITING;
		/* The server may end the kept connection meanwhile. */
		return exchange_move(x, now, e);
	case CALL_ACTIVE:
		if (!exchange_move(x, now, e))
			return fail_without_response(call, now, e);
		return x->state != EXCHANGE_DONE || take_response(call, now, e);
	case CALL_ENDED:
		break;
	}
	return true;
}

bool
call_move(struct call *call, clock_ms now, struct err *e)
{
	enum call_state before;
	bool ok;
	do {
		before = call->state;
		ok = step(call, now, e);
	} while (ok && call->state != before);
	return ok;
}

const char *
call_waits_for(const struct call *call)
{
	if (call->state == CALL_PAUSED)
		return "waiting for the next attempt to ask";
	return exchange_waits_for(&call->exchange);
}

clock_ms
call_deadline(const struct call *call)
{
	clock_ms connection = call->exchange.deadline;
	return call->wake < connection ? call->wake : connection;
}
