#ifndef HTTP_RESPONSE_H
#define HTTP_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bounds.h"
#include "base/err.h"
#include "base/span.h"

/*
 * An incremental parser of one HTTP/1.0 or 1.1 response (RFC 9112), byte by byte, so that it
 * may arrive in pieces of any size. Strict where leniency lets a smuggler in: bare CR or LF,
 * obs-fold, blanks before the colon, two lengths, a length with chunked, a transfer coding other
 * than chunked, control bytes in the head, 101. Other 1xx responses are skipped; they count as part
 * of the head. Chunk extensions and trailers are dropped. Pure.
 */
enum http_state {
	HTTP_STATUS_LINE,
	HTTP_FIELD_LINE,
	HTTP_BODY_LENGTH,
	HTTP_BODY_CHUNK_SIZE,
	HTTP_BODY_CHUNK_DATA,
	HTTP_BODY_CHUNK_END,
	HTTP_BODY_TRAILER,
	HTTP_BODY_UNTIL_CLOSE,
	HTTP_DONE,
};

struct http_response {
	enum http_state state;
	unsigned status; /* 200 to 999, good once the body begins; 1xx never shows then */
	bool keep_alive; /* the connection may be used again after this response */
	bool is_connect; /* the response to CONNECT: a 2xx has no body (RFC 9110 section 9.3.6) */

	/* Private. */
	bool is_http10;
	bool says_close; /* the options of Connection */
	bool says_keep_alive;
	bool chunked;
	bool has_length;
	uint64_t length; /* Content-Length, or what is left of it or of the chunk */
	bool has_cr; /* the line being read ended in a CR, so LF must follow */
	size_t line_len;
	size_t framing_len; /* bytes of the head; then of chunk extensions and trailers */
	size_t head_len;
	size_t body_len;
	char line[HTTP_HEAD_MAX]; /* the line being read, without its end */
	char head[HTTP_HEAD_MAX]; /* the field lines, each with a LF after it */
	char body[HTTP_BODY_MAX];
};

/* Makes r ready for the next response. Touches no more of its buffers than it must. */
void http_response_init(struct http_response *r, bool is_connect);

/*
 * Takes bytes as they arrive; *taken says how many belong to this response (fewer than all only
 * when it is done: a connection with more bytes than that is not used again).
 * ERR_TRANSIENT: "malformed HTTP: WHY"; ERR_LIMIT: head, or chunk extensions and trailers together,
 * above HTTP_HEAD_MAX, body above HTTP_BODY_MAX (judged from Content-Length and chunk sizes at
 * once). After an error r must not be fed again.
 */
bool http_response_feed(struct http_response *r, struct span bytes, size_t *taken, struct err *e);

/*
 * The connection ended in good order. Ends a body that lasts until the close; anything else that
 * is not complete is a truncation: ERR_TRANSIENT.
 */
bool http_response_close(struct http_response *r, struct err *e);

bool http_response_is_done(const struct http_response *r);

/*
 * The value of a field, without the blanks around it; the empty span when it is absent. The first
 * one where it is repeated. Points into r, good until the next init.
 */
struct span http_response_field(const struct http_response *r, struct span name);

/* The body so far; points into r. */
struct span http_response_body(const struct http_response *r);

#endif
