#ifndef FETCH_EXCHANGE_H
#define FETCH_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/span.h"
#include "fetch/peer.h"
#include "http/response.h"
#include "net/stream.h"

/* How long one attempt may take (the manual page's Connections), in milliseconds. */
struct exchange_limits {
	int connect; /* for each address */
	int response; /* from the request to the end of the response; 0: no limit */
	int silence; /* since anything moved; 0: no limit */
};

/* A connection that is made ahead of need, once. */
enum exchange_ahead {
	AHEAD_NOT_YET,
	AHEAD_NOW, /* the present connection is it, and has not served a request yet */
	AHEAD_OVER,
};

enum exchange_state {
	EXCHANGE_CLOSED,
	EXCHANGE_CONNECTING,
	EXCHANGE_TUNNELING, /* CONNECT was sent */
	EXCHANGE_HANDSHAKING,
	EXCHANGE_IDLE, /* open, nothing asked */
	EXCHANGE_SENDING,
	EXCHANGE_RECEIVING,
	EXCHANGE_DONE, /* the response is complete */
};

/*
 * One connection and the request that is on it: connect, tunnel, TLS, HTTP, none of which blocks. A
 * connection is kept between requests as long as the server allows.
 */
struct exchange {
	enum exchange_state state;
	enum exchange_ahead ahead;
	bool is_accepted; /* the present or last connection came about */
	bool has_request;
	bool is_patient; /* no False Start: with it, a connection failed before the Finished */
	const struct peer *peer;
	const struct exchange_limits *limits;
	unsigned address; /* the one of peer->addresses that is tried */
	clock_ms deadline; /* of the present step */
	clock_ms response_by; /* of the request */
	struct span whole; /* the request */
	struct span request; /* what is still to be sent of it */
	struct stream stream;
	struct http_response response;
};

/* An exchange without a connection; its buffers are not touched. */
void exchange_init(
	struct exchange *x, const struct peer *peer, const struct exchange_limits *limits);

/*
 * Begins to connect ahead of need, unless it did already. A failure shows nowhere (but with
 * --verbose) and is not an attempt: the request that comes connects again.
 */
void exchange_prepare(struct exchange *x, clock_ms now);

/*
 * Sends request, whose bytes must stay until the response is complete, on a new or the kept
 * connection.
 */
bool exchange_send(struct exchange *x, struct span request, clock_ms now, struct err *e);

/* Goes as far as it can without waiting. False: the request failed; the connection is closed. */
bool exchange_move(struct exchange *x, clock_ms now, struct err *e);

/* After a response was read: keeps the connection where the server allows it. */
void exchange_finish(struct exchange *x);

void exchange_close(struct exchange *x);

/* What is being waited for, before the peer's name: "waiting for the response from". */
const char *exchange_waits_for(const struct exchange *x);

#endif
