#include "fetch/connect.h"

#include <poll.h>

#include "fetch/tunnel.h"

/* Says which of the addresses an error is about. */
static void
name_address(const struct exchange *x, struct err *e)
{
	struct peer_address address;
	err_ctx(e, "connect to %s", peer_address(&address, x->peer, x->address));
}

/* Begins with the present address, or with the first one after it that does not fail at once. */
static bool
connect_some(struct exchange *x, clock_ms now, struct err *e)
{
	const struct addresses *to = &x->peer->addresses;
	x->is_accepted = false;
	for (; x->address < to->count; x->address++) {
		int fd;
		if (!dial_start(&to->at[x->address], to->size[x->address], &fd, e)) {
			name_address(x, e);
			continue;
		}
		stream_open(&x->stream, fd);
		x->state = EXCHANGE_CONNECTING;
		x->deadline = now + x->limits->connect;
		return true;
	}
	return false;
}

bool
connect_first(struct exchange *x, clock_ms now, struct err *e)
{
	x->address = 0;
	err_set(e, ERR_TRANSIENT, "no address");
	return connect_some(x, now, e);
}

static bool
connect_next(struct exchange *x, clock_ms now, struct err *e)
{
	x->address++;
	stream_close(&x->stream);
	return connect_some(x, now, e);
}

static bool
begin_tls(struct exchange *x, clock_ms now, struct err *e)
{
	if (!x->peer->tls) {
		exchange_opened(x, now);
		return true;
	}
	x->state = EXCHANGE_HANDSHAKING;
	exchange_moved(x, now);
	if (!stream_secure(&x->stream, x->peer->host, x->peer->terms->trust, clock_unix(), e))
		return false;
	x->stream.tls.is_patient = x->is_patient;
	return true;
}

static bool
begin_tunnel(struct exchange *x, clock_ms now, struct err *e)
{
	if (!tunnel_ask(&x->stream, x->peer, e))
		return false;
	x->state = EXCHANGE_TUNNELING;
	http_response_init(&x->response, true);
	exchange_moved(x, now);
	return true;
}

static bool
move_connecting(struct exchange *x, clock_ms now, struct err *e)
{
	struct pollfd p = { .fd = x->stream.fd, .events = POLLOUT };
	if (poll(&p, 1, 0) == 0)
		return true;
	if (!dial_finish(x->stream.fd, e)) {
		name_address(x, e);
		return connect_next(x, now, e);
	}
	exchange_accepted(x, now);
	return x->peer->proxied ? begin_tunnel(x, now, e) : begin_tls(x, now, e);
}

static bool
move_tunneling(struct exchange *x, clock_ms now, struct err *e)
{
	if (!exchange_receive(x, now, e))
		return false;
	if (!http_response_is_done(&x->response))
		return true;
	return tunnel_judge(x->response.status, e) && begin_tls(x, now, e);
}

static bool
move_handshaking(struct exchange *x, clock_ms now, struct err *e)
{
	switch (stream_handshake(&x->stream, x->has_request, e)) {
	case DIAL_MOVED:
		exchange_opened(x, now);
		return true;
	case DIAL_BLOCKED:
		return true;
	case DIAL_END:
	case DIAL_FAILED:
		return false;
	}
	return false;
}

bool
connect_move(struct exchange *x, clock_ms now, struct err *e)
{
	if (x->state == EXCHANGE_CONNECTING)
		return move_connecting(x, now, e);
	if (x->state == EXCHANGE_TUNNELING)
		return move_tunneling(x, now, e);
	return move_handshaking(x, now, e);
}

bool
connect_timed_out(struct exchange *x, clock_ms now, struct err *e)
{
	err_set(e, ERR_TRANSIENT, "timed out");
	name_address(x, e);
	return connect_next(x, now, e);
}
