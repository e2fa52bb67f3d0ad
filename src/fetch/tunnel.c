#include "fetch/tunnel.h"

#include "aws/retry.h"
#include "fetch/request.h"

bool
tunnel_ask(struct stream *s, const struct peer *peer, struct err *e)
{
	char text[HTTP_CONNECT_MAX];
	char host[HOST_MAX + 8];
	struct request r;
	struct buf target = BUF(host);
	struct buf b = BUF(text);
	size_t n = 0;
	bool is_ipv6 = span_find(peer->host, ':') < peer->host.n;
	buf_printf(&target, is_ipv6 ? "[%.*s]:%u" : "%.*s:%u", (int)peer->host.n, peer->host.p,
		(unsigned)peer->port);
	request_init(&r, peer, "CONNECT", buf_span(&target));
	request_add(&r, "Host", r.http.target);
	request_add(&r, "Proxy-Authorization", peer->proxy_auth);
	if (!request_write(&r, &b, e))
		return false;
	if (stream_send(s, buf_span(&b), &n, e) == DIAL_MOVED && n == b.len)
		return true;
	return err_set(e, ERR_TRANSIENT, "the proxy does not accept the request");
}

bool
tunnel_judge(unsigned status, struct err *e)
{
	if (status == 407) {
		err_set(e, ERR_REFUSED,
			"status 407: the proxy does not accept the credentials, or there are none");
		return err_hint(e, "write user and password into HTTPS_PROXY: "
				   "http://user:password@host:port");
	}
	if (status >= 200 && status <= 299)
		return true;
	return err_set(e, retry_classify(status, SPAN("")),
		"status %u from the proxy instead of a tunnel", status);
}
