#include "net/stream.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

void
stream_open(struct stream *s, int fd)
{
	s->fd = fd;
	s->secure = false;
	s->events = POLLOUT;
}

void
stream_close(struct stream *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	s->events = 0;
}

bool
stream_secure(
	struct stream *s, struct span host, struct trust trust, int64_t unix_now, struct err *e)
{
	s->secure = true;
	return tls_start(&s->tls, host, trust, unix_now, e);
}

enum dial_io
stream_handshake(struct stream *s, bool is_waiting, struct err *e)
{
	if (!tls_move(&s->tls, s->fd, &s->events, e))
		return DIAL_FAILED;
	if (s->tls.peer_ended) {
		err_set(e, ERR_TRANSIENT, "the connection ended during the TLS handshake");
		return DIAL_FAILED;
	}
	bool can_send = s->tls.is_open || (is_waiting && tls_may_write_early(&s->tls));
	return can_send ? DIAL_MOVED : DIAL_BLOCKED;
}

bool
stream_is_early(const struct stream *s)
{
	return s->secure && tls_is_early(&s->tls);
}

static enum dial_io
send_secure(struct stream *s, struct span bytes, size_t *n, struct err *e)
{
	/* What made room may have moved only now: the server's Finished, the end of a record. */
	do {
		*n = tls_write(&s->tls, bytes);
		if (!tls_move(&s->tls, s->fd, &s->events, e))
			return DIAL_FAILED;
		if (s->tls.peer_ended) {
			err_set(e, ERR_TRANSIENT, "the connection ended before the response");
			return DIAL_FAILED;
		}
	} while (*n == 0 && tls_has_room(&s->tls));
	return *n > 0 ? DIAL_MOVED : DIAL_BLOCKED;
}

enum dial_io
stream_send(struct stream *s, struct span bytes, size_t *n, struct err *e)
{
	if (s->secure)
		return send_secure(s, bytes, n, e);
	s->events = POLLOUT;
	return dial_send(s->fd, bytes, n, e);
}

static enum dial_io
receive_secure(struct stream *s, char *to, size_t cap, size_t *n, struct err *e)
{
	if (!tls_move(&s->tls, s->fd, &s->events, e))
		return DIAL_FAILED;
	struct span data = tls_peek(&s->tls);
	if (data.n > 0) {
		*n = data.n < cap ? data.n : cap;
		memcpy(to, data.p, *n);
		tls_take(&s->tls, *n);
		return DIAL_MOVED;
	}
	if (!s->tls.peer_ended)
		return DIAL_BLOCKED;
	if (tls_ended_cleanly(&s->tls))
		return DIAL_END;
	err_set(e, ERR_TRANSIENT, "the connection was cut off");
	return DIAL_FAILED;
}

enum dial_io
stream_receive(struct stream *s, char *to, size_t cap, size_t *n, struct err *e)
{
	if (s->secure)
		return receive_secure(s, to, cap, n, e);
	s->events = POLLIN;
	return dial_receive(s->fd, to, cap, n, e);
}
