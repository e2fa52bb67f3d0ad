#ifndef FETCH_PEER_H
#define FETCH_PEER_H

#include <stdbool.h>

#include "http/proxy.h"
#include "base/bounds.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/ip.h"
#include "base/span.h"
#include "http/url.h"
#include "net/resolve.h"
#include "net/trust.h"

/* What holds for all peers. */
struct peer_terms {
	char *const *environ; /* which may name a proxy */
	struct trust trust;
	struct resolver *resolver;
	unsigned attempts_max; /* of resolving a name, of a request */
	struct deadline deadline;
	struct span user_agent; /* empty: our name and version alone */
};

/* Where connections are made to. Exchanges borrow it: it must stay where it is. */
struct peer {
	const struct peer_terms *terms;
	struct span host;
	uint16_t port;
	uint16_t dial_port;
	bool tls;
	bool proxied; /* by CONNECT; only with tls */
	bool dial_is_absolute; /* dial_host is not looked for in search domains */
	struct span authority; /* the host, and the port where it is not the scheme's own */
	struct span proxy_auth; /* Proxy-Authorization, empty: none */
	struct span dial_host; /* the host, or the proxy */
	char name[2 * HOST_MAX + 40]; /* for messages: authority, proxy */
	struct addresses addresses; /* of dial_host */
	struct proxy proxy;
	char proxy_auth_text[PROXY_AUTH_MAX];
};

/* Names the peer of a URL, whose text must stay, as the terms must; nothing is looked up. */
void peer_init(struct peer *p, const struct url *u, const struct peer_terms *terms);

/*
 * Goes through a proxy where the environment names one for this host (https only). ERR_USAGE: the
 * proxy's URL cannot be used.
 */
bool peer_use_proxy(struct peer *p, struct err *e);

/* One of its addresses, "10.0.0.1:443", for messages. Returns a->text. */
struct peer_address {
	char text[IP_TEXT_MAX + 10];
};
const char *peer_address(struct peer_address *a, const struct peer *p, unsigned number);

/* Resolves the host, or the proxy, with retries until the deadline. */
bool peer_resolve(struct peer *p, struct err *e);

/* Whether every address is this machine's own. */
bool peer_is_loopback(const struct peer *p);

/* Whether every address may see credentials in the clear (net/hostrule.h). */
bool peer_may_have_credentials(const struct peer *p);

#endif
