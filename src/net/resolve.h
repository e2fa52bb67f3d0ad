#ifndef NET_RESOLVE_H
#define NET_RESOLVE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/bounds.h"
#include "base/err.h"
#include "base/span.h"

/* The addresses of one host, in the order they are to be tried (RFC 6724). */
struct addresses {
	struct sockaddr_storage at[ADDRESSES_MAX];
	socklen_t size[ADDRESSES_MAX];
	unsigned count;
};

/*
 * Looks host up (a name of at most HOST_MAX - 1 bytes, or an address as text, which needs no
 * network). Blocks: the C library's resolver has its own time-outs; the fetcher's timer ends it
 * at the deadline. ERR_TRANSIENT when the name server does not answer (EAI_AGAIN) or does not know the
 * name, which in a container that has just started may pass.
 */
bool resolve_host(struct span host, uint16_t port, struct addresses *out, struct err *e);

/* Whether host is an address as text. */
bool resolve_is_numeric(struct span host);

#endif
