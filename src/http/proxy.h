#ifndef HTTP_PROXY_H
#define HTTP_PROXY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bounds.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "http/url.h"

/*
 * Which proxy an https request goes through, by the rules of Go's httpproxy package, which chamber
 * follows. Pure.
 */

/* Points into text: never copy one by assignment. */
struct proxy {
	bool is_used;
	struct url url; /* host, port and userinfo of the proxy; always plain http */
	const char *variable; /* that named it */
	char text[URL_MAX];
};

/*
 * The proxy that HTTPS_PROXY, else https_proxy, names. p->is_used is false when there is none. A
 * value without a scheme is an http one. ERR_USAGE names the variable: a bad URL, a scheme other
 * than http (TLS to the proxy itself is not spoken). The userinfo is never printed.
 */
bool proxy_read(char *const *environ, struct proxy *p, struct err *e);

/*
 * The proxy for host (a name or an address, without brackets) and port: that of proxy_read,
 * unless proxy_is_bypassed by NO_PROXY, else no_proxy.
 */
bool proxy_select(
	struct span host, uint16_t port, char *const *environ, struct proxy *p, struct err *e);

/*
 * Whether a request to host and port goes without a proxy: localhost, loopback addresses, and what
 * the comma separated list no_proxy names: "*" all; an address or a network (10.0.0.0/8); a name
 * with all names below it; ".name" or "*.name" only those below. All but networks may end in
 * ":PORT".
 */
bool proxy_is_bypassed(struct span host, uint16_t port, struct span no_proxy);

/*
 * Appends the value of Proxy-Authorization: "Basic " and the percent-decoded userinfo in base64
 * (RFC 7617). The userinfo is one that url_parse has taken. The result is a secret. ERR_LIMIT: b is
 * too small.
 */
bool proxy_put_authorization(struct buf *b, struct span userinfo, struct err *e);

#endif
