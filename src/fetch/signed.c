#include "fetch/signed.h"

#include "aws/sigv4.h"
#include "aws/time.h"
#include "base/bulk.h"
#include "fetch/draft.h"

/* Host and stamp, the security token aside, are the longest; a session token has no bound. */
#define AUTHORIZATION_MAX 3072

/* The signer's scratch: the canonical request holds the session token once more. */
BULK static char scratch[CREDENTIALS_MAX + AUTHORIZATION_MAX];

/* Signs the fields that the draft has by now and adds the signature. */
static bool
sign(struct draft *d, const struct signed_request *r, struct span stamp, struct err *e)
{
	BULK static char path[3 * URL_MAX]; /* room for a path of which every byte is encoded */
	struct buf canonical = BUF(path);
	struct buf authorization = BUF(scratch);
	sigv4_put_path(&canonical, d->request.target);
	const struct sigv4_scope scope = { r->endpoint->region, r->endpoint->service, stamp };
	const struct sigv4_request request = {
		.method = d->request.method,
		.path = buf_span(&canonical),
		.field = d->field,
		.field_count = d->request.field_count,
		.payload = d->request.body,
	};
	if (!sigv4_put_authorization(&authorization, r->credentials, &scope, &request, e))
		return false;
	draft_add(d, "Authorization", buf_span(&authorization));
	/* Host is sent first (RFC 9110 section 7.2). */
	const struct http_field type = d->field[0];
	d->field[0] = d->field[1];
	d->field[1] = type;
	return true;
}

bool
signed_put(struct buf *b, const struct signed_request *r, struct err *e)
{
	char text[TIME_STAMP_LEN];
	struct buf stamp = BUF(text);
	struct draft d;
	time_put_stamp(&stamp, r->time);

	draft_init(&d, "POST", r->endpoint->path);
	d.request.body = r->body;
	/* In the order in which they are signed. */
	draft_add(&d, "Content-Type", SPAN("application/x-amz-json-1.1"));
	draft_add_host(&d, &r->endpoint->url);
	draft_add(&d, "X-Amz-Date", buf_span(&stamp));
	draft_add(&d, "X-Amz-Security-Token", r->credentials->session_token.bytes);
	draft_add(&d, "X-Amz-Target", span_of(r->target));
	return (sign(&d, r, buf_span(&stamp), e) && draft_write(&d, b, e)) ||
	       err_ctx(e, "sign the request");
}
