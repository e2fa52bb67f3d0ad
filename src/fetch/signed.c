#include "fetch/signed.h"

#include "aws/sigv4.h"
#include "aws/time.h"
#include "fetch/question.h"
#include "http/request.h"

/* Host and stamp, the security token aside, are the longest; a session token has no bound. */
#define AUTHORIZATION_MAX 3072

void
signed_put_host(struct buf *b, const struct url *u)
{
	buf_printf(b, u->host_is_ipv6 ? "[%.*s]" : "%.*s", (int)u->host.n, u->host.p);
	if (u->port != (u->tls ? 443 : 80))
		buf_printf(b, ":%u", (unsigned)u->port);
}

/* The signer's scratch: the canonical request holds the session token once more. */
static char scratch[CREDENTIALS_MAX + AUTHORIZATION_MAX];

static bool
sign(const struct signed_request *r, const struct sigv4_scope *scope, struct sigv4_request *signing,
	struct buf *authorization, struct err *e)
{
	char path[URL_MAX];
	struct buf canonical = BUF(path);
	sigv4_put_path(&canonical, r->endpoint->path);
	if (canonical.overflow)
		return err_set(e, ERR_LIMIT, "the endpoint's path: more than %d bytes", URL_MAX);
	signing->path = buf_span(&canonical);
	return sigv4_put_authorization(authorization, r->credentials, scope, signing, e);
}

bool
signed_put(struct buf *b, const struct signed_request *r, struct err *e)
{
	char host[HOST_MAX + 8];
	char stamp[TIME_STAMP_LEN];
	struct buf host_buf = BUF(host);
	struct buf stamp_buf = BUF(stamp);
	struct buf authorization = BUF(scratch);
	signed_put_host(&host_buf, &r->endpoint->url);
	time_put_stamp(&stamp_buf, r->time);

	/* In the order in which they are signed. */
	struct http_field field[8] = {
		{ SPAN("Content-Type"), SPAN("application/x-amz-json-1.1") },
		{ SPAN("Host"), buf_span(&host_buf) },
		{ SPAN("X-Amz-Date"), buf_span(&stamp_buf) },
	};
	unsigned count = 3;
	struct span token = r->credentials->session_token.bytes;
	if (token.n > 0)
		field[count++] = (struct http_field){ SPAN("X-Amz-Security-Token"), token };
	field[count++] = (struct http_field){ SPAN("X-Amz-Target"), span_of(r->target) };

	const struct sigv4_scope scope = { r->endpoint->region, r->endpoint->service,
		buf_span(&stamp_buf) };
	struct sigv4_request signing = {
		.method = SPAN("POST"), .field = field, .field_count = count, .payload = r->body
	};
	if (!sign(r, &scope, &signing, &authorization, e))
		return err_ctx(e, "sign the request");

	field[count++] = (struct http_field){ SPAN("Authorization"), buf_span(&authorization) };
	field[count++] = (struct http_field){ SPAN("User-Agent"), QUESTION_USER_AGENT };
	/* Host is sent first (RFC 9110 section 7.2). */
	field[count] = field[0];
	const struct http_request request = {
		.method = signing.method,
		.target = r->endpoint->path,
		.field = field + 1,
		.field_count = count,
		.body = r->body,
	};
	return http_request_write(b, &request, e) || err_ctx(e, "sign the request");
}
