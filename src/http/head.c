#include "http/head.h"

#include <string.h>

#include "http/syntax.h"

bool
http_head_status(struct http_response *r, struct span line, struct err *e)
{
	bool is_http11 = span_starts_with(line, SPAN("HTTP/1.1 "));
	if (!is_http11 && !span_starts_with(line, SPAN("HTTP/1.0 ")))
		return http_malformed(
			e, "a status line that does not begin with HTTP/1.0 or HTTP/1.1");

	line = span_skip(line, sizeof("HTTP/1.1 ") - 1);
	uint64_t status;
	if (line.n < 3 || !span_u64((struct span){ line.p, 3 }, 999, &status) || status < 100)
		return http_malformed(e, "a status line without a status of three digits");
	/* Servers without a reason leave out the blank before it, too. */
	if (line.n > 3 && line.p[3] != ' ')
		return http_malformed(e, "a status line without a blank after the status");

	r->status = (unsigned)status;
	r->is_http10 = !is_http11;
	r->says_close = false;
	r->says_keep_alive = false;
	r->chunked = false;
	r->has_length = false;
	r->length = 0;
	r->head_len = 0;
	return true;
}

bool
http_head_check_field(struct span line, struct span *name, struct span *value, struct err *e)
{
	if (line.p[0] == ' ' || line.p[0] == '\t')
		return http_malformed(e, "a field line that is folded");
	size_t colon = span_find(line, ':');
	if (colon == line.n)
		return http_malformed(e, "a field line without a colon");
	*name = (struct span){ line.p, colon };
	if (!http_is_token(*name))
		return http_malformed(e, "a field whose name is not a token");
	*value = span_trim(span_skip(line, colon + 1));
	return true;
}

/* Section 6.3: any doubt about where the body ends is an error. */
static bool
read_length(struct http_response *r, struct span value, struct err *e)
{
	if (r->has_length)
		return http_malformed(e, "two Content-Length");
	size_t digits = 0;
	while (digits < value.n && ascii_is_digit(value.p[digits]))
		digits++;
	if (digits == 0 || digits < value.n)
		return http_malformed(e, "a Content-Length that is not a number");
	r->has_length = true;
	/* Too many digits say what the largest number says: more than we take. */
	if (!span_u64(value, UINT64_MAX, &r->length))
		r->length = UINT64_MAX;
	return true;
}

static bool
read_coding(struct http_response *r, struct span value, struct err *e)
{
	if (r->is_http10)
		return http_malformed(e, "a Transfer-Encoding in HTTP/1.0");
	if (r->chunked)
		return http_malformed(e, "two Transfer-Encoding");
	if (!span_eq_nocase(value, SPAN("chunked")))
		return http_malformed(e, "a Transfer-Encoding other than chunked");
	r->chunked = true;
	return true;
}

/* RFC 9110 section 7.6.1. Options that mean nothing to us are allowed. */
static void
read_connection(struct http_response *r, struct span value)
{
	struct span option;
	while (span_word(&value, ", \t", &option)) {
		if (span_eq_nocase(option, SPAN("close")))
			r->says_close = true;
		if (span_eq_nocase(option, SPAN("keep-alive")))
			r->says_keep_alive = true;
	}
}

bool
http_head_field(struct http_response *r, struct span line, struct err *e)
{
	struct span name;
	struct span value;
	if (!http_head_check_field(line, &name, &value, e))
		return false;

	/* The head's bound counts the CRLF of each line, so a LF after each fits. */
	memcpy(r->head + r->head_len, line.p, line.n);
	r->head_len += line.n;
	r->head[r->head_len++] = '\n';

	if (span_eq_nocase(name, SPAN("Content-Length")))
		return read_length(r, value, e);
	if (span_eq_nocase(name, SPAN("Transfer-Encoding")))
		return read_coding(r, value, e);
	if (span_eq_nocase(name, SPAN("Connection")))
		read_connection(r, value);
	return true;
}

/* Responses that end with their head, whatever their fields say. */
static bool
has_no_body(const struct http_response *r)
{
	return r->status == 204 || r->status == 304 || (r->is_connect && r->status / 100 == 2);
}

/* The state that reads the body. */
static enum http_state
body_state(const struct http_response *r)
{
	if (has_no_body(r))
		return HTTP_DONE;
	if (r->chunked)
		return HTTP_BODY_CHUNK_SIZE;
	if (!r->has_length)
		return HTTP_BODY_UNTIL_CLOSE;
	return r->length == 0 ? HTTP_DONE : HTTP_BODY_LENGTH;
}

bool
http_head_end(struct http_response *r, struct err *e)
{
	if (r->chunked && r->has_length)
		return http_malformed(e, "Content-Length together with Transfer-Encoding");
	if (r->status == 101)
		return http_malformed(e, "a change of protocol that was not asked for");
	if (r->status < 200) {
		r->state = HTTP_STATUS_LINE;
		return true;
	}

	r->framing_len = 0;
	r->state = body_state(r);

	bool persists = r->is_http10 ? r->says_keep_alive : true;
	/* RFC 9110 section 8.6: a 204 with a length is wrong; who knows what follows it. */
	bool is_doubtful = r->status == 204 && (r->chunked || r->length > 0);
	r->keep_alive =
		persists && !r->says_close && !is_doubtful && r->state != HTTP_BODY_UNTIL_CLOSE;
	return true;
}
