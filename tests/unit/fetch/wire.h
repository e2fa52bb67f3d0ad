#ifndef UNIT_FETCH_WIRE_H
#define UNIT_FETCH_WIRE_H

#include <stdbool.h>

#include "fetch/peer.h"
#include "http/response.h"

/* A server on loopback that the tests play themselves, step by step. */
struct wire {
	int listener;
	int connection; /* -1: none */
	unsigned accepted;
	unsigned port;
	struct peer_terms terms;
	struct peer peer; /* http://127.0.0.1:PORT, resolved */
	char url[64];
	char heard[128 * 1024];
};

void wire_open(struct wire *w);
void wire_close(struct wire *w);

/* Takes the connection that waits; the one before is closed. False when none comes. */
bool wire_accept(struct wire *w);

/* What has arrived on it, as a string; "" when nothing does, NULL when the client has closed it. */
const char *wire_hear(struct wire *w);

/* Sends text. */
void wire_say(struct wire *w, const char *text);

/* Closes the connection, the listener stays. */
void wire_hang_up(struct wire *w);

/* Makes r the answer of that text, without a wire. */
void wire_answer(struct http_response *r, unsigned status, const char *fields, const char *body);

/* An environment of the variables of a line, parted by '|'; good until the next call. */
char *const *wire_environ(const char *line);

#endif
