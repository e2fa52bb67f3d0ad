#ifndef FETCH_PEER_H
#define FETCH_PEER_H

#include <stdbool.h>

#include "aws/proxy.h"
#include "aws/retry.h"
#include "base/bounds.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/span.h"
#include "http/url.h"
#include "net/resolve.h"
#include "net/trust.h"

/* Proxy-Authorization: user and password in base64. */
#define PEER_PROXY_AUTH_MAX (2 * URL_MAX)

/* Whom connections are made to. Exchanges borrow it: it must stay where it is. */
struct peer {
	struct span host;
	uint16_t port;
	bool tls;
	struct trust trust;
	bool proxied; /* by CONNECT; only with tls */
	struct span proxy_auth; /* Proxy-Authorization, empty: none */
	struct span dial_host; /* the host, or the proxy */
	uint16_t dial_port;
	struct addresses addresses; /* of dial_host */
	char name[2 * HOST_MAX + 40]; /* for messages: host, unusual port, proxy */
	struct proxy proxy;
	char proxy_auth_text[PEER_PROXY_AUTH_MAX];
};

/* What resolving a name may cost. */
struct peer_patience {
	unsigned attempts_max;
	struct deadline deadline;
};

/* Names the peer of a URL, whose text must stay; nothing is looked up. */
void peer_init(struct peer *p, const struct url *u, struct trust trust);

/*
 * Goes through a proxy where the environment names one for this host (https only). ERR_USAGE: the
 * proxy's URL cannot be used.
 */
bool peer_use_proxy(struct peer *p, char *const *environ, struct err *e);

/* Resolves the host, or the proxy, with retries until the deadline. */
bool peer_resolve(struct peer *p, const struct peer_patience *patience, struct err *e);

/* Whether every address is this machine's own. */
bool peer_is_loopback(const struct peer *p);

/* Whether every address may see credentials in the clear (contract section 4, item 3). */
bool peer_may_have_credentials(const struct peer *p);

#endif
