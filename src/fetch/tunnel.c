#include "fetch/tunnel.h"

#include "aws/retry.h"
#include "fetch/draft.h"

bool
tunnel_ask(struct stream *s, const struct peer *peer, struct err *e)
{
	char text[2048];
	struct draft d;
	struct buf target = BUF(d.host);
	struct buf b = BUF(text);
	size_t n = 0;
	bool bracketed = span_find(peer->host, ':') < peer->host.n;
	buf_printf(&target, bracketed ? "[%.*s]:%u" : "%.*s:%u", (int)peer->host.n, peer->host.p,
		(unsigned)peer->port);
	draft_init(&d, "CONNECT", buf_span(&target));
	draft_add(&d, "Host", d.request.target);
	draft_add(&d, "Proxy-Authorization", peer->proxy_auth);
	if (!draft_write(&d, &b, e))
		return false;
	if (stream_send(s, buf_span(&b), &n, e) == DIAL_MOVED && n == b.len)
		return true;
	return err_set(e, ERR_TRANSIENT, "the proxy takes no request");
}

bool
tunnel_judge(unsigned status, struct err *e)
{
	if (status == 407) {
		err_set(e, ERR_REFUSED, "status 407: the proxy wants other credentials");
		return err_hint(e, "write user and password into HTTPS_PROXY: "
				   "http://user:password@host:port");
	}
	if (status >= 200 && status <= 299)
		return true;
	return err_set(e, retry_classify(status, SPAN("")),
		"status %u of the proxy instead of a tunnel", status);
}
