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
 * The addresses of one host, in the order they are to be tried: those that there is a route to, of
 * them IPv4 first (RFC 6724, reduced to what decides between working and not working).
 */
struct addresses {
	struct sockaddr_storage at[ADDRESSES_MAX];
	socklen_t size[ADDRESSES_MAX];
	unsigned count;
	bool omits_remote; /* there was no room for one that is not loopback */
};

/*
 * What the system says about names, read once, and the memory for asking. Points into itself: never
 * copy one by assignment. The pages of a short file are all that is touched.
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
 * Reads /etc/hosts and /etc/resolv.conf; nothing is opened afterwards. One that does not exist is
 * empty, and so, with a warning, is one that cannot be read: then resolv.conf(5) has the name
 * server on this machine asked. ERR_LIMIT: a file is too large; ERR_FINAL: the system lacks the
 * means to open it at this moment.
 */
bool resolver_read(struct resolver *r, struct err *e);

/* What is looked up. */
struct resolve_query {
	struct span host; /* a name or an address as text */
	uint16_t port;
	bool is_absolute; /* no person wrote it: the search domains are left out */
	clock_ms deadline;
};

/*
 * Looks a host up:
 *
 *   an address       is read, and nobody is asked
 *   /etc/hosts       if it has the name; localhost is always this machine (net/hosts.h)
 *   /etc/resolv.conf names the servers that are asked, and the domains to search: a name with
 *                    fewer dots than ndots is looked for in these first, any other one only as
 *                    it is; so is an absolute name, or one that ends with a dot
 *
 * Ends at the deadline at the latest. ERR_TRANSIENT: no response in time, a failure of the servers,
 * an unknown name, which in a container that has just started may pass.
 */
bool resolve_host(struct resolver *r, const struct resolve_query *query, struct addresses *out,
	struct err *e);

#endif
