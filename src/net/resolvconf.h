#ifndef NET_RESOLVCONF_H
#define NET_RESOLVCONF_H

#include <stdint.h>
#include <sys/socket.h>

#include "base/ip.h"
#include "base/span.h"

/* Name servers that are asked: as many as in resolv.conf(5). */
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

/* The settings of resolv.conf(5) that matter for looking up addresses. */
struct resolvconf {
	struct resolvconf_server server[RESOLVCONF_SERVERS_MAX];
	unsigned server_count;
	uint16_t port;
	struct span search; /* domains with blanks between them; points into the text */
	uint8_t option[RESOLVCONF_TIMEOUT + 1];
};

/* The number of a network interface; 0 if there is none of this name. */
typedef unsigned resolvconf_interface(const char *name);

/*
 * Reads a resolv.conf. The defaults are 127.0.0.1, one dot, and two attempts of five seconds
 * each. Of several lines with `search` or `domain` the last counts. An unknown line is ignored,
 * and so is, with a warning, a name server that cannot be used (not an address, an unknown
 * interface). A value out of range becomes the nearest one within it: ndots 0 to 15, attempts 1
 * to 10, timeout 1 to 60. interface maps a zone that is a name to its number (RFC 4007 section
 * 11).
 */
void resolvconf_parse(struct span text, resolvconf_interface *interface, struct resolvconf *c);

/* The address of a server; returns the size of *to. */
socklen_t resolvconf_sockaddr(
	const struct resolvconf_server *server, uint16_t port, struct sockaddr_storage *to);

#endif
