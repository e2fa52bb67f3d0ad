#ifndef NET_RESOLVCONF_H
#define NET_RESOLVCONF_H

#include <stdint.h>

#include "base/span.h"
#include "base/ip.h"

/* Name servers that are asked; resolv.conf(5) knows as many. */
#define RESOLVCONF_SERVERS_MAX 3
#define RESOLVCONF_PORT 53

enum resolvconf_option {
	RESOLVCONF_NDOTS, /* a name with fewer dots is looked for in the search domains first */
	RESOLVCONF_ATTEMPTS, /* how often all servers are asked */
	RESOLVCONF_TIMEOUT, /* how long each time, seconds */
};

/* What resolv.conf(5) says, as far as it matters to somebody who looks up addresses. */
struct resolvconf {
	struct ip server[RESOLVCONF_SERVERS_MAX];
	unsigned server_count;
	uint16_t port;
	struct span search; /* domains with blanks between them; points into the text */
	uint8_t option[RESOLVCONF_TIMEOUT + 1];
};

/*
 * Reads a resolv.conf. Where it says nothing, 127.0.0.1, one dot and two attempts of five seconds
 * hold. The last line of several with `search` or `domain` holds; what is unknown or
 * wrong is passed over; values out of range become the nearest that is not: ndots 0 to 15,
 * attempts 1 to 10, timeout 1 to 60. Servers with a zone are passed over. Pure.
 */
void resolvconf_parse(struct span text, struct resolvconf *c);

#endif
