#ifndef VECTORS_HTTP_H
#define VECTORS_HTTP_H

#include "base/err.h"
#include "base/span.h"

/* What a server sent on a connection, and what is to be made of it. */
struct http_vector {
	const char *name;
	struct span wire;
	enum {
		HTTP_PLAIN,
		HTTP_CLOSED, /* the connection ends behind wire */
		HTTP_CONNECT, /* the answer to CONNECT */
		HTTP_CONNECT_CLOSED,
	} how;

	/* One that is taken. */
	unsigned status;
	bool keep_alive;
	size_t junk; /* bytes at the end of wire that do not belong to the answer */
	struct span body;

	/* One that is refused. */
	enum err_kind kind;
	const char *error;
};

/* How most answers begin. */
#define HTTP_200 "HTTP/1.1 200 OK\r\n"
#define HTTP_200_CHUNKED HTTP_200 "Transfer-Encoding: chunked\r\n\r\n"

/* clang-format off */
#define HTTP_BYTES(literal) { literal, sizeof(literal) - 1 }
#define HTTP_TAKEN(name, how, wire, status, keep_alive, junk, body) \
	{ name, HTTP_BYTES(wire), how, status, keep_alive, junk, HTTP_BYTES(body), ERR_NONE, NULL }
#define HTTP_REFUSED(name, how, wire, kind, error) \
	{ name, HTTP_BYTES(wire), how, 0, false, 0, { NULL, 0 }, kind, error }
#define HTTP_MALFORMED(name, wire, why) \
	HTTP_REFUSED(name, HTTP_PLAIN, wire, ERR_TRANSIENT, "malformed HTTP: " why)
/* clang-format on */

#endif
