#ifndef FETCH_CONNECT_H
#define FETCH_CONNECT_H

#include "fetch/exchange.h"

/* How an exchange gets its connection: address after address, the proxy's tunnel, TLS. */

/* Begins with the first address. ERR_TRANSIENT: each of them failed at once. */
bool connect_first(struct exchange *x, clock_ms now, struct err *e);

/* Goes on from EXCHANGE_CONNECTING, EXCHANGE_TUNNELING or EXCHANGE_HANDSHAKING. */
bool connect_move(struct exchange *x, clock_ms now, struct err *e);

/* The present address did not accept in time: the next one, or the error. */
bool connect_timed_out(struct exchange *x, clock_ms now, struct err *e);

/* An address accepted the connection. Like the next three, for fetch/connect.c. */
void exchange_accepted(struct exchange *x, clock_ms now);

/* Something moved: the limit of silence starts over. */
void exchange_moved(struct exchange *x, clock_ms now);

/* The way to the server is open, TLS included. */
void exchange_opened(struct exchange *x, clock_ms now);

/* Feeds the parser until the response is complete or nothing more has arrived. */
bool exchange_receive(struct exchange *x, clock_ms now, struct err *e);

#endif
