#include "http/response.h"

#include <string.h>

#include "http/head.h"
#include "http/syntax.h"

static bool
head_too_large(struct err *e)
{
	return err_set(e, ERR_LIMIT,
		"HTTP head, or trailers and chunk extensions, larger than %d bytes (HTTP_HEAD_MAX)",
		HTTP_HEAD_MAX);
}

static bool
body_too_large(struct err *e)
{
	return err_set(
		e, ERR_LIMIT, "HTTP body larger than %d bytes (HTTP_BODY_MAX)", HTTP_BODY_MAX);
}

void
http_response_init(struct http_response *r, bool is_connect)
{
	r->state = HTTP_STATUS_LINE;
	r->status = 0;
	r->keep_alive = false;
	r->is_connect = is_connect;
	/* What the head says is set anew by each status line. */
	r->has_cr = false;
	r->line_len = 0;
	r->framing_len = 0;
	r->head_len = 0;
	r->body_len = 0;
}

/* Counts bytes that are neither body nor chunk sizes. */
static bool
count_framing(struct http_response *r, size_t n, struct err *e)
{
	if (n > HTTP_HEAD_MAX - r->framing_len)
		return head_too_large(e);
	r->framing_len += n;
	return true;
}

/* One byte of a line that CRLF ends; *complete when c was its end. */
static bool
read_line(struct http_response *r, char c, bool *complete, struct err *e)
{
	*complete = false;
	if (r->has_cr && c != '\n')
		return http_malformed(e, "a CR without LF");
	if (!r->has_cr && c == '\n')
		return http_malformed(e, "a LF without CR");
	if (c == '\r') {
		r->has_cr = true;
		return true;
	}
	if (c == '\n') {
		r->has_cr = false;
		*complete = true;
		return true;
	}
	if (!http_is_text(c))
		return http_malformed(e, "a control character outside the body");
	if (r->line_len == sizeof(r->line))
		return head_too_large(e);
	r->line[r->line_len++] = c;
	return true;
}

static bool
end_of_field_line(struct http_response *r, struct span line, struct err *e)
{
	if (line.n > 0)
		return http_head_field(r, line, e);
	if (!http_head_end(r, e))
		return false;
	return r->state != HTTP_BODY_LENGTH || r->length <= HTTP_BODY_MAX || body_too_large(e);
}

/* RFC 9112 section 7.1: the size, then nothing, or blanks and ';' and an extension. */
static bool
end_of_size_line(struct http_response *r, struct span line, struct err *e)
{
	size_t digits = span_hex(line, line.n, &r->length);
	struct span extension = span_trim(span_skip(line, digits));
	if (digits == 0)
		return http_malformed(e, "a chunk without a size");
	if (digits > 16)
		return http_malformed(e, "a chunk size of more than 16 digits");
	if (digits < line.n && !span_starts_with(extension, SPAN(";")))
		return http_malformed(e, "a chunk size with something after it");
	if (!count_framing(r, line.n - digits, e))
		return false;

	if (r->length > HTTP_BODY_MAX - r->body_len)
		return body_too_large(e);
	r->state = r->length > 0 ? HTTP_BODY_CHUNK_DATA : HTTP_BODY_TRAILER;
	return true;
}

/* Trailers are checked like fields, then dropped (RFC 9110 section 6.5.1). */
static bool
end_of_trailer_line(struct http_response *r, struct span line, struct err *e)
{
	struct span name;
	struct span value;
	if (line.n > 0)
		return http_head_check_field(line, &name, &value, e);
	r->state = HTTP_DONE;
	return true;
}

/* The line is complete: what it means depends on the state. */
static bool
end_of_line(struct http_response *r, struct err *e)
{
	struct span line = { r->line, r->line_len };
	r->line_len = 0;
	switch (r->state) {
	case HTTP_STATUS_LINE:
		r->state = HTTP_FIELD_LINE;
		return http_head_status(r, line, e);
	case HTTP_FIELD_LINE:
		return end_of_field_line(r, line, e);
	case HTTP_BODY_CHUNK_SIZE:
		return end_of_size_line(r, line, e);
	case HTTP_BODY_CHUNK_END:
		r->state = HTTP_BODY_CHUNK_SIZE;
		return true;
	case HTTP_BODY_TRAILER:
		return end_of_trailer_line(r, line, e);
	case HTTP_BODY_LENGTH:
	case HTTP_BODY_CHUNK_DATA:
	case HTTP_BODY_UNTIL_CLOSE:
	case HTTP_DONE:
		break;
	}
	return http_malformed(e, "a line where none is read");
}

/* One byte outside the body. */
static bool
feed_line(struct http_response *r, char c, struct err *e)
{
	/* The bytes of size lines are counted when it is known which are an extension. */
	bool counts = r->state == HTTP_STATUS_LINE || r->state == HTTP_FIELD_LINE ||
		      r->state == HTTP_BODY_TRAILER;
	if (counts && !count_framing(r, 1, e))
		return false;
	if (r->state == HTTP_BODY_CHUNK_END && !r->has_cr && c != '\r' && c != '\n')
		return http_malformed(e, "a chunk longer than its size");
	bool complete;
	if (!read_line(r, c, &complete, e))
		return false;
	return !complete || end_of_line(r, e);
}

/* As much of the body as bytes hold; returns how many it took. */
static bool
feed_body(struct http_response *r, struct span bytes, size_t *taken, struct err *e)
{
	bool is_counted = r->state != HTTP_BODY_UNTIL_CLOSE;
	size_t n = is_counted && bytes.n > r->length ? (size_t)r->length : bytes.n;
	if (n > HTTP_BODY_MAX - r->body_len)
		return body_too_large(e);
	memcpy(r->body + r->body_len, bytes.p, n);
	r->body_len += n;
	*taken = n;
	if (!is_counted)
		return true;

	r->length -= n;
	if (r->length == 0)
		r->state = r->state == HTTP_BODY_LENGTH ? HTTP_DONE : HTTP_BODY_CHUNK_END;
	return true;
}

static bool
is_body(enum http_state state)
{
	return state == HTTP_BODY_LENGTH || state == HTTP_BODY_CHUNK_DATA ||
	       state == HTTP_BODY_UNTIL_CLOSE;
}

bool
http_response_feed(struct http_response *r, struct span bytes, size_t *taken, struct err *e)
{
	*taken = 0;
	while (*taken < bytes.n && r->state != HTTP_DONE) {
		struct span rest = span_skip(bytes, *taken);
		size_t n = 1;
		bool ok =
			is_body(r->state) ? feed_body(r, rest, &n, e) : feed_line(r, rest.p[0], e);
		if (!ok)
			return false;
		*taken += n;
	}
	if (*taken < bytes.n)
		r->keep_alive = false;
	return true;
}

bool
http_response_close(struct http_response *r, struct err *e)
{
	r->keep_alive = false;
	if (r->state == HTTP_BODY_UNTIL_CLOSE)
		r->state = HTTP_DONE;
	if (r->state == HTTP_DONE)
		return true;
	if (r->state == HTTP_STATUS_LINE && r->framing_len == 0)
		return err_set(e, ERR_TRANSIENT, "the connection was closed before a response");
	return err_set(e, ERR_TRANSIENT, "the connection was closed in the middle of the response");
}

bool
http_response_is_done(const struct http_response *r)
{
	return r->state == HTTP_DONE;
}

struct span
http_response_field(const struct http_response *r, struct span name)
{
	struct span rest = { r->head, r->head_len };
	struct span line;
	while (span_split(&rest, '\n', &line)) {
		size_t colon = span_find(line, ':');
		if (colon < line.n && span_eq_nocase((struct span){ line.p, colon }, name))
			return span_trim(span_skip(line, colon + 1));
	}
	return (struct span){ NULL, 0 };
}

struct span
http_response_body(const struct http_response *r)
{
	return (struct span){ r->body, r->body_len };
}
