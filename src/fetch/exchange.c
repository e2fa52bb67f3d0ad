#include "fetch/exchange.h"

#include <poll.h>

#include "base/log.h"
#include "fetch/connect.h"

static clock_ms
after(clock_ms now, int limit)
{
	return limit == 0 ? CLOCK_NEVER : now + limit;
}

/* Something moved: the limit of silence starts over, the response's own limit stays. */
void
exchange_moved(struct exchange *x, clock_ms now)
{
	x->deadline = after(now, x->limits->silence);
	if (x->has_request && x->response_by < x->deadline)
		x->deadline = x->response_by;
}

void
exchange_init(struct exchange *x, const struct peer *peer, const struct exchange_limits *limits)
{
	x->state = EXCHANGE_CLOSED;
	x->peer = peer;
	x->limits = limits;
	x->stream.fd = -1;
	x->address = 0;
	x->ahead = AHEAD_NOT_YET;
	x->is_accepted = false;
	x->has_request = false;
	x->is_patient = false;
	x->deadline = CLOCK_NEVER;
	x->response_by = CLOCK_NEVER;
}

static void
end_ahead(struct exchange *x)
{
	if (x->ahead == AHEAD_NOW)
		x->ahead = AHEAD_OVER;
}

void
exchange_close(struct exchange *x)
{
	stream_close(&x->stream);
	x->state = EXCHANGE_CLOSED;
	end_ahead(x);
	x->has_request = false;
	x->deadline = CLOCK_NEVER;
}

static void
begin_request(struct exchange *x, clock_ms now)
{
	x->state = EXCHANGE_SENDING;
	http_response_init(&x->response, false);
	exchange_moved(x, now);
}

/* The addresses that were tried in vain do not shorten the time that this one has to respond. */
void
exchange_accepted(struct exchange *x, clock_ms now)
{
	x->is_accepted = true;
	x->response_by = after(now, x->limits->response);
}

/* The way to the server is open, TLS included. */
void
exchange_opened(struct exchange *x, clock_ms now)
{
	if (x->has_request) {
		begin_request(x, now);
		return;
	}
	x->state = EXCHANGE_IDLE;
	x->stream.events = POLLIN;
	x->deadline = CLOCK_NEVER;
}

/* Feeds the parser until the response is complete or nothing more has arrived. */
bool
exchange_receive(struct exchange *x, clock_ms now, struct err *e)
{
	char bytes[2048];
	size_t n = 0;
	size_t taken = 0;
	while (!http_response_is_done(&x->response)) {
		switch (stream_receive(&x->stream, bytes, sizeof(bytes), &n, e)) {
		case DIAL_MOVED:
			exchange_moved(x, now);
			if (!http_response_feed(&x->response, (struct span){ bytes, n }, &taken, e))
				return false;
			break;
		case DIAL_BLOCKED:
			return true;
		case DIAL_END:
			return http_response_close(&x->response, e);
		case DIAL_FAILED:
			return false;
		}
	}
	/* More bytes than the response has: the connection cannot be trusted any further. */
	if (taken < n)
		x->response.keep_alive = false;
	return true;
}

/* Nothing is due from the server: whatever comes, even its end, makes the connection useless. */
static void
move_idle(struct exchange *x)
{
	char byte;
	size_t n = 0;
	struct err ignored;
	if (stream_receive(&x->stream, &byte, 1, &n, &ignored) != DIAL_BLOCKED)
		exchange_close(x);
}

static bool
move_sending(struct exchange *x, clock_ms now, struct err *e)
{
	while (x->request.n > 0) {
		size_t n = 0;
		switch (stream_send(&x->stream, x->request, &n, e)) {
		case DIAL_MOVED:
			exchange_moved(x, now);
			x->request = span_skip(x->request, n);
			break;
		case DIAL_BLOCKED:
			return true;
		case DIAL_END:
		case DIAL_FAILED:
			return false;
		}
	}
	x->state = EXCHANGE_RECEIVING;
	return true;
}

static bool
move_receiving(struct exchange *x, clock_ms now, struct err *e)
{
	if (!exchange_receive(x, now, e))
		return false;
	if (http_response_is_done(&x->response)) {
		x->state = EXCHANGE_DONE;
		x->stream.events = 0;
		x->deadline = CLOCK_NEVER;
	}
	return true;
}

static bool
check_deadline(struct exchange *x, clock_ms now, struct err *e)
{
	if (now < x->deadline)
		return true;
	if (x->state == EXCHANGE_CONNECTING)
		return connect_timed_out(x, now, e);
	return err_set(e, ERR_TRANSIENT, "timed out %s it", exchange_waits_for(x));
}

/* One step; where it changes the state, there is another one to take at once. */
static bool
step(struct exchange *x, clock_ms now, struct err *e)
{
	switch (x->state) {
	case EXCHANGE_CONNECTING:
	case EXCHANGE_TUNNELING:
	case EXCHANGE_HANDSHAKING:
		return connect_move(x, now, e);
	case EXCHANGE_IDLE:
		move_idle(x);
		return true;
	case EXCHANGE_SENDING:
		return move_sending(x, now, e);
	case EXCHANGE_RECEIVING:
		return move_receiving(x, now, e);
	case EXCHANGE_CLOSED:
	case EXCHANGE_DONE:
		break;
	}
	return true;
}

/* A connection made ahead is not an attempt: a request that came meanwhile connects again. */
static bool
forgive(struct exchange *x, clock_ms now, struct err *e)
{
	bool wanted = x->has_request;
	/* What will be refused again ends the call at once. */
	if (!err_is_retryable(e))
		return false;
	log_debug("%s: a connection made ahead of need failed: %s", x->peer->name, e->text);
	exchange_close(x);
	x->has_request = wanted;
	return !wanted || connect_first(x, now, e);
}

/*
 * A server, or what is between, that does not bear False Start cuts the connection or is silent.
 * That is not an attempt: the request goes out once more, after the server's Finished.
 */
static bool
be_patient(struct exchange *x, clock_ms now, struct err *e)
{
	if (!err_is_retryable(e))
		return false;
	log_debug("%s: TLS False Start failed, connecting without it: %s", x->peer->name, e->text);
	exchange_close(x);
	x->is_patient = true;
	x->request = x->whole;
	x->has_request = true;
	x->response_by = after(now, x->limits->response);
	return connect_first(x, now, e);
}

/* The request failed. */
static bool
fail(struct exchange *x, struct err *e)
{
	exchange_close(x);
	return err_ctx(e, "%s", x->peer->name);
}

bool
exchange_move(struct exchange *x, clock_ms now, struct err *e)
{
	enum exchange_state before;
	bool ok;
	do {
		before = x->state;
		ok = step(x, now, e) && check_deadline(x, now, e);
		if (!ok && x->ahead == AHEAD_NOW && before < EXCHANGE_SENDING)
			ok = forgive(x, now, e);
		else if (!ok && stream_is_early(&x->stream))
			ok = be_patient(x, now, e);
	} while (ok && x->state != before);
	return ok || fail(x, e);
}

void
exchange_prepare(struct exchange *x, clock_ms now)
{
	struct err e;
	if (x->ahead != AHEAD_NOT_YET || x->state != EXCHANGE_CLOSED)
		return;
	x->ahead = AHEAD_NOW;
	if (!connect_first(x, now, &e))
		forgive(x, now, &e);
}

bool
exchange_send(struct exchange *x, struct span request, clock_ms now, struct err *e)
{
	if (x->state == EXCHANGE_IDLE)
		move_idle(x);
	x->whole = request;
	x->request = request;
	x->has_request = true;
	x->response_by = after(now, x->limits->response);
	if (x->state == EXCHANGE_IDLE) {
		begin_request(x, now);
		return true;
	}
	return x->state != EXCHANGE_CLOSED || connect_first(x, now, e) || fail(x, e);
}

void
exchange_finish(struct exchange *x)
{
	if (!x->response.keep_alive) {
		exchange_close(x);
		return;
	}
	end_ahead(x);
	x->has_request = false;
	x->state = EXCHANGE_IDLE;
	x->stream.events = POLLIN;
	x->deadline = CLOCK_NEVER;
}

const char *
exchange_waits_for(const struct exchange *x)
{
	switch (x->state) {
	case EXCHANGE_CLOSED:
	case EXCHANGE_IDLE:
		return "waiting to ask";
	case EXCHANGE_CONNECTING:
		return "connecting to";
	case EXCHANGE_TUNNELING:
		return "waiting for the proxy to open a tunnel to";
	case EXCHANGE_HANDSHAKING:
		return "waiting for the TLS handshake with";
	case EXCHANGE_SENDING:
		return "sending the request to";
	case EXCHANGE_RECEIVING:
	case EXCHANGE_DONE:
		break;
	}
	return "waiting for the response from";
}
