#include "fetch/request.h"

#include "aws/sigv4.h"
#include "aws/time.h"

void
request_init(struct request *r, const struct peer *p, const char *method, struct span target)
{
	r->http = (struct http_request){
		.method = span_of(method),
		.target = target.n > 0 ? target : SPAN("/"),
		.field = r->field,
	};
	r->user_agent = p->terms->user_agent;
	if (r->user_agent.n == 0)
		r->user_agent = SPAN("antechamber/" ANTECHAMBER_VERSION);
}

void
request_init_unsigned(
	struct request *r, const struct peer *p, const char *method, struct span target)
{
	request_init(r, p, method, target);
	request_add(r, "Host", p->authority);
	request_add(r, "Accept", SPAN("application/json"));
}

void
request_add(struct request *r, const char *name, struct span value)
{
	if (value.n > 0)
		r->field[r->http.field_count++] = (struct http_field){ span_of(name), value };
}

bool
request_write(struct request *r, struct buf *b, struct err *e)
{
	request_add(r, "User-Agent", r->user_agent);
	return http_request_write(b, &r->http, e);
}

/* Signs the fields that the request has by now and adds the signature. */
static bool
sign(struct request *r, const struct signed_request *s, struct scratch *scratch, struct span stamp,
	struct err *e)
{
	struct buf path = BUF(scratch->path);
	struct buf authorization = BUF(scratch->authorization);
	sigv4_put_path(&path, r->http.target);
	const struct sigv4_scope scope = { s->endpoint->region, s->endpoint->service, stamp };
	const struct sigv4_request canonical = {
		.method = r->http.method,
		.path = buf_span(&path),
		.field = r->field,
		.field_count = r->http.field_count,
		.payload = r->http.body,
	};
	if (!sigv4_put_authorization(&authorization, s->credentials, &scope, &canonical, e))
		return false;
	request_add(r, "Authorization", buf_span(&authorization));
	/* Host is sent first (RFC 9110 section 7.2). */
	const struct http_field type = r->field[0];
	r->field[0] = r->field[1];
	r->field[1] = type;
	return true;
}

bool
request_write_signed(
	const struct signed_request *s, struct scratch *scratch, struct buf *b, struct err *e)
{
	char text[TIME_STAMP_LEN];
	struct buf stamp = BUF(text);
	struct request r;
	time_put_stamp(&stamp, s->time);

	request_init(&r, s->peer, "POST", s->endpoint->path);
	r.http.body = s->body;
	/* In the order in which they are signed. */
	request_add(&r, "Content-Type",
		s->target != NULL ? SPAN("application/x-amz-json-1.1")
				  : SPAN("application/x-www-form-urlencoded"));
	request_add(&r, "Host", s->peer->authority);
	request_add(&r, "X-Amz-Date", buf_span(&stamp));
	request_add(&r, "X-Amz-Security-Token", s->credentials->session_token.bytes);
	request_add(&r, "X-Amz-Target", span_of(s->target));
	return (sign(&r, s, scratch, buf_span(&stamp), e) && request_write(&r, b, e)) ||
	       err_ctx(e, "sign the request");
}
