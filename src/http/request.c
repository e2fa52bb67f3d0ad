#include "http/request.h"

#include "base/quote.h"
#include "http/syntax.h"

/* Visible ASCII, which is more than RFC 3986 allows and less than would end the request line. */
static bool
is_target(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	}
	return s.n > 0;
}

static bool
refuse(struct span text, const char *why, struct err *e)
{
	struct quoted q;
	return err_set(e, ERR_USAGE, "HTTP request: \"%s\": %s", quote(&q, text), why);
}

static bool
check_field(const struct http_field *f, struct err *e)
{
	if (!http_is_token(f->name))
		return refuse(f->name, "no name of a field", e);
	/* A second framing would be a smuggler's tool (RFC 9112 section 6.3). */
	if (span_eq_nocase(f->name, SPAN("Content-Length")) ||
		span_eq_nocase(f->name, SPAN("Transfer-Encoding")))
		return refuse(f->name, "it follows from the body", e);
	for (size_t i = 0; i < f->value.n; i++) {
		if (!http_is_text(f->value.p[i]))
			return refuse(f->name, "a control character in its value", e);
	}
	return true;
}

static bool
check_request(const struct http_request *r, struct err *e)
{
	if (!http_is_token(r->method))
		return refuse(r->method, "no method", e);
	if (!is_target(r->target))
		return refuse(r->target, "no request target", e);
	for (unsigned i = 0; i < r->field_count; i++) {
		if (!check_field(&r->field[i], e))
			return false;
	}
	return true;
}

/* Methods that define a body say so when it is empty, too (RFC 9110 section 8.6). */
static bool
has_length(const struct http_request *r)
{
	return r->body.n > 0 || span_eq(r->method, SPAN("POST")) || span_eq(r->method, SPAN("PUT"));
}

static void
put_field(struct buf *b, const struct http_field *f)
{
	buf_put(b, f->name);
	buf_put_str(b, ": ");
	buf_put(b, f->value);
	buf_put_str(b, "\r\n");
}

bool
http_request_write(struct buf *b, const struct http_request *r, struct err *e)
{
	if (!check_request(r, e))
		return false;

	buf_put(b, r->method);
	buf_put_char(b, ' ');
	buf_put(b, r->target);
	buf_put_str(b, " HTTP/1.1\r\n");
	for (unsigned i = 0; i < r->field_count; i++)
		put_field(b, &r->field[i]);
	if (has_length(r))
		buf_printf(b, "Content-Length: %zu\r\n", r->body.n);
	buf_put_str(b, "\r\n");
	buf_put(b, r->body);
	return !b->overflow ||
	       err_set(e, ERR_LIMIT, "HTTP request: larger than %zu bytes, the room for it",
		       b->cap);
}
