#ifndef NET_RESOLVCONF_H
#define NET_RESOLVCONF_H

#include <stdint.h>
#include <sys/socket.h>

#include "base/ip.h"
#include "base/span.h"

/* Name servers that are asked; resolv.conf(5) knows as many. */
#define RESOLVCONF_SERVERS_MAX 3
#define RESOLVCONF_PORT 53

enum resolvconf_option {
	RESOLVCONF_NDOTS, /* a name with fewer dots is looked for in the search domains first */
	RESOLVCONF_ATTEMPTS, /* how often all servers are asked */
	RESOLVCONF_TIMEOUT, /* how long each server is waited for, in seconds */
};

struct resolvconf_server {
	struct ip ip;
	uint32_t scope; /* the interface of a link-local address; 0: none */
};

/* What resolv.conf(5) says, as far as it matters to somebody who looks up addresses. */
struct resolvconf {
	struct resolvconf_server server[RESOLVCONF_SERVERS_MAX];
	unsigned server_count;
	uint16_t port;
	struct span search; /* domains with blanks between them; points into the text */
	uint8_t option[RESOLVCONF_TIMEOUT + 1];
};

/* The number of a network interface, 0 when there is none of this name. */
typedef unsigned resolvconf_interface(const char *name);

/*
 * Reads a resolv.conf. Where it says nothing, 127.0.0.1, one dot and two attempts of five seconds
 * hold. The last line of several with `search` or `domain` holds; an unknown line is passed over; a
 * name server that cannot be used (no address, an unknown interface) too, with a warning;
 * values out of range become the nearest that is not: ndots 0 to 15, attempts 1 to 10, timeout 1
 * to 60. interface is asked for the zones that are names (RFC 4007 section 11).
 */
void resolvconf_parse(struct span text, resolvconf_interface *interface, struct resolvconf *c);

/* Where a server is reached; returns the size of what is in *to. */
socklen_t resolvconf_sockaddr(
	const struct resolvconf_server *server, uint16_t port, struct sockaddr_storage *to);

#endif
