#ifndef NET_STREAM_H
#define NET_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "net/dial.h"
#include "net/tls.h"

/* A connected socket, in the clear or under TLS, that never blocks. */
struct stream {
	int fd;
	bool secure;
	short events; /* what poll should wait for after DIAL_BLOCKED */
	struct tls tls;
};

/* A stream in the clear over a connected descriptor, which it owns from now on. */
void stream_open(struct stream *s, int fd);
void stream_close(struct stream *s);

/*
 * Starts TLS over it; stream_handshake then says DIAL_MOVED when something can be sent: at the
 * latest when it is done, and where is_waiting, so that there is something, with False Start.
 */
bool stream_secure(
	struct stream *s, struct span host, struct trust trust, int64_t unix_now, struct err *e);
enum dial_io stream_handshake(struct stream *s, bool is_waiting, struct err *e);

/* Something was sent by False Start, and the handshake is not over. */
bool stream_is_early(const struct stream *s);

/* At least one byte was taken, or not: *n counts. */
enum dial_io stream_send(struct stream *s, struct span bytes, size_t *n, struct err *e);

/*
 * DIAL_END is an end that can be believed; under TLS one without close_notify is a failure
 * (ERR_TRANSIENT, a truncation).
 */
enum dial_io stream_receive(struct stream *s, char *to, size_t cap, size_t *n, struct err *e);

#endif
