#include "fetch/call.h"

#include <sys/random.h>

#include "base/log.h"

void
call_init(struct call *call, const struct call_setup *setup)
{
	call->ops = setup->ops;
	call->owner = setup->owner;
	call->doing = setup->doing;
	call->attempts_max = setup->attempts_max;
	retry_bucket_init(&call->bucket);
	call->state = CALL_WAITING;
	call->is_prepared = false;
	call->attempt = 0;
	call->wake = CLOCK_NEVER;
	call->retry = (struct retry_request){ 0 };
	exchange_init(&call->exchange, setup->peer, setup->limits);
}

/* Random bits for the jitter only; without them (early boot) it has none. */
static uint32_t
random_bits(void)
{
	uint32_t bits = 0;
	if (getrandom(&bits, sizeof(bits), GRND_NONBLOCK) != sizeof(bits))
		return UINT32_MAX;
	return bits;
}

static void
tell_wait(const struct call *call, int64_t delay_ms, const struct err *e)
{
	enum log_level level = delay_ms > 1000 ? LOG_WARNING : LOG_DEBUG;
	const struct log_field field = { "reason", span_of(e->text) };
	log_event(level, &field, 1, "%s: waiting %llu.%llu s before attempt %u of %u: %s",
		call->doing, (unsigned long long)delay_ms / 1000,
		(unsigned long long)delay_ms % 1000 / 100, call->attempt + 1, call->attempts_max,
		e->text);
}

/* The attempt failed: another one later, or the end. */
static bool
fail(struct call *call, int64_t hint_ms, clock_ms now, struct err *e)
{
	const struct retry_failure failure = {
		.kind = e->kind,
		.attempts_max = call->attempts_max,
		.hint_ms = hint_ms,
		.random = random_bits(),
	};
	int64_t delay_ms;
	if (retry_next(&call->bucket, &call->retry, &failure, &delay_ms)) {
		tell_wait(call, delay_ms, e);
		call->state = CALL_PAUSED;
		call->wake = now + delay_ms;
		return true;
	}
	call->state = CALL_ENDED;
	if (err_is_retryable(e) && call->attempt > 1)
		return err_ctx(e, "%s: given up after %u attempts", call->doing, call->attempt);
	return err_ctx(e, "%s", call->doing);
}

static bool
fail_without_answer(struct call *call, clock_ms now, struct err *e)
{
	if (call->ops->no_answer != NULL)
		call->ops->no_answer(call, e);
	return fail(call, RETRY_NO_HINT, now, e);
}

static bool
send_request(struct call *call, clock_ms now, struct err *e)
{
	struct buf request = BUF(call->request);
	call->state = CALL_ACTIVE;
	call->wake = CLOCK_NEVER;
	if (!call->ops->build(call, &request, e)) {
		call->state = CALL_ENDED;
		return err_ctx(e, "%s", call->doing);
	}
	log_debug("%s: request to %s, attempt %u", call->doing, call->exchange.peer->name,
		call->attempt);
	return exchange_send(&call->exchange, buf_span(&request), now, e) ||
	       fail_without_answer(call, now, e);
}

static bool
start_attempt(struct call *call, clock_ms now, struct err *e)
{
	call->attempt++;
	return send_request(call, now, e);
}

static bool
take_answer(struct call *call, clock_ms now, struct err *e)
{
	const struct http_response *r = &call->exchange.response;
	int64_t hint_ms = retry_parse_hint(http_response_field(r, SPAN("x-amz-retry-after")));
	log_debug("%s: status %u from %s", call->doing, r->status, call->exchange.peer->name);
	enum call_result result = call->ops->take(call, e);
	exchange_finish(&call->exchange);
	switch (result) {
	case CALL_DONE:
		retry_succeeded(&call->bucket, &call->retry);
		exchange_close(&call->exchange);
		call->state = CALL_ENDED;
		return true;
	case CALL_NEXT:
		retry_succeeded(&call->bucket, &call->retry);
		call->attempt = 0;
		call->state = CALL_WAITING;
		return true;
	case CALL_AGAIN:
		call->attempt--;
		call->state = CALL_WAITING;
		return true;
	case CALL_FAILED:
		return err_ctx(e, "%s", call->exchange.peer->name) || fail(call, hint_ms, now, e);
	}
	return false;
}

static bool
move_waiting(struct call *call, clock_ms now, struct err *e)
{
	struct exchange *x = &call->exchange;
	if (call->ops->is_ready == NULL || call->ops->is_ready(call))
		return start_attempt(call, now, e);
	if (x->state == EXCHANGE_CLOSED && !call->is_prepared) {
		call->is_prepared = true;
		exchange_prepare(x, now);
	}
	if (exchange_move(x, now, e))
		return true;
	call->state = CALL_ENDED;
	return err_ctx(e, "%s", call->doing);
}

bool
call_move(struct call *call, clock_ms now, struct err *e)
{
	enum call_state before;
	bool ok = true;
	do {
		before = call->state;
		switch (before) {
		case CALL_WAITING:
			ok = move_waiting(call, now, e);
			break;
		case CALL_PAUSED:
			/* The server may end the kept connection meanwhile. */
			ok = exchange_move(&call->exchange, now, e) &&
			     (now < call->wake || start_attempt(call, now, e));
			break;
		case CALL_ACTIVE:
			if (!exchange_move(&call->exchange, now, e))
				ok = fail_without_answer(call, now, e);
			else if (call->exchange.state == EXCHANGE_DONE)
				ok = take_answer(call, now, e);
			break;
		case CALL_ENDED:
			break;
		}
	} while (ok && call->state != before);
	return ok;
}

clock_ms
call_deadline(const struct call *call)
{
	clock_ms connection = call->exchange.deadline;
	return call->wake < connection ? call->wake : connection;
}
