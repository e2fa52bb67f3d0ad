#ifndef FETCH_TUNNEL_H
#define FETCH_TUNNEL_H

#include <stdbool.h>

#include "base/err.h"
#include "fetch/peer.h"
#include "net/stream.h"

/* A way through the peer's proxy, by CONNECT (RFC 9110 section 9.3.6). */

/*
 * Asks for it over a connection to the proxy, in one piece: the request is far smaller than any
 * socket's buffer. ERR_TRANSIENT when the proxy does not take it.
 */
bool tunnel_ask(struct stream *s, const struct peer *peer, struct err *e);

/* Whether a response of the proxy with this status opened the tunnel. */
bool tunnel_judge(unsigned status, struct err *e);

#endif
