#ifndef NET_RESOLVE_H
#define NET_RESOLVE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/bounds.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/span.h"
#include "net/nameserver.h"
#include "net/resolvconf.h"

/*
 * The addresses of one host, in the order in which to try them: first those with a route, and of
 * these IPv4 first (RFC 6724, reduced to what decides between working and not working).
 */
struct addresses {
	struct sockaddr_storage at[ADDRESSES_MAX];
	socklen_t size[ADDRESSES_MAX];
	unsigned count;
	bool omits_remote; /* there was no room for one that is not loopback */
};

/*
 * The system's configuration of names, read once, and the memory for queries. Points into itself:
 * never copy one by assignment. Of the texts only the pages that a file fills are touched.
 */
struct resolver {
	struct resolvconf conf;
	struct span hosts;
	struct nameserver_time time;
	struct nameserver_ask ask;
	char conf_text[RESOLV_CONF_MAX];
	char hosts_text[HOSTS_FILE_MAX];
};

/*
 * Reads /etc/hosts and /etc/resolv.conf; nothing is opened afterwards. A file that does not
 * exist counts as empty, and so does, with a warning, one that cannot be read. With an empty
 * resolv.conf the name server is 127.0.0.1. ERR_LIMIT: a file is too large; ERR_FINAL: the system
 * has no resources to open it.
 */
bool resolver_read(struct resolver *r, struct err *e);

/* What is looked up. */
struct resolve_query {
	struct span host; /* a name or an address as text */
	uint16_t port;
	bool is_absolute; /* we composed it: the search domains are not used */
	clock_ms deadline;
};

/*
 * Looks a host up:
 *
 *   an address       is parsed, without a query
 *   /etc/hosts       if it has the name; localhost is always this machine (net/hosts.h)
 *   /etc/resolv.conf names the servers and the domains to search: a name with fewer dots than
 *                    ndots is tried in the domains first, any other name as it is first; an
 *                    absolute name, and one that ends with a dot, only as it is
 *
 * Returns by the deadline. ERR_TRANSIENT: no response in time, a failure of the servers, or an
 * unknown name, which may pass in a container that has just started.
 */
bool resolve_host(struct resolver *r, const struct resolve_query *query, struct addresses *out,
	struct err *e);

#endif
