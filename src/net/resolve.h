#ifndef NET_RESOLVE_H
#define NET_RESOLVE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/bounds.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/span.h"

/*
 * The addresses of one host, in the order they are to be tried: those that there is a route to, of
 * them IPv4 first (RFC 6724, reduced to what decides between working and not working).
 */
struct addresses {
	struct sockaddr_storage at[ADDRESSES_MAX];
	socklen_t size[ADDRESSES_MAX];
	unsigned count;
};

/*
 * Looks host up, a name or an address as text:
 *
 *   an address       is read; no file, no network
 *   /etc/hosts       if it has the name; localhost is always this machine (net/hosts.h)
 *   /etc/resolv.conf names the servers that are asked, and the domains to search as musl does: a
 *                    name with fewer dots than ndots is looked for in these first, any other one
 *                    only as it stands; so is one that ends with a dot
 *
 * Both files are read each time, for they change while a container starts; one that cannot be read
 * counts as empty. Ends at the deadline at the latest. ERR_TRANSIENT: no answer in time, a failure
 * of the servers, an unknown name, which in a container that has just started may pass. ERR_LIMIT:
 * a file is too large.
 */
bool resolve_host(
	struct span host, uint16_t port, clock_ms deadline, struct addresses *out, struct err *e);

#endif
