#ifndef BASE_IP_H
#define BASE_IP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/bounds.h"
#include "base/buf.h"
#include "base/span.h"

#define IP_V4_SIZE 4
#define IP_V6_SIZE 16

/*
 * An address; IPv4 in its IPv4-mapped form (RFC 4291 section 2.5.5.2), so that 127.0.0.1 and
 * ::ffff:127.0.0.1, which reach the same host, are the same. Pure.
 */
struct ip {
	uint8_t byte[IP_V6_SIZE];
};

enum ip_family {
	IP_V4,
	IP_V6,
};
#define IP_FAMILIES (IP_V6 + 1)

/* The first ADDRESSES_MAX addresses of one family. */
struct ip_list {
	struct ip at[ADDRESSES_MAX];
	unsigned count;
	bool omits_remote; /* there was no room for one that is not loopback */
};

/* What the network calls an address: IP_V4_SIZE or IP_V6_SIZE bytes. */
void ip_set(struct ip *ip, const void *bytes, size_t size);

/*
 * Text to address: dotted decimal with four parts and no leading zeros, or RFC 4291 section 2.2
 * without brackets or a zone.
 */
bool ip_parse(struct span text, struct ip *ip);

/* Room for any of them as text. */
#define IP_TEXT_MAX 40

/* Appends it as text, an IPv6 address with all of its groups (RFC 4291 section 2.2, form 1). */
void ip_put(struct buf *b, const struct ip *ip);

enum ip_family ip_family(const struct ip *ip);

bool ip_eq(const struct ip *a, const struct ip *b);

/* 127.0.0.0/8 or ::1 */
bool ip_is_loopback(const struct ip *ip);

/*
 * Whether both are of one family and their first bits the same, of the 128 that an IPv4 address has
 * here too: 96 more than its mask says, and no network of those is larger than all of them.
 */
bool ip_in_network(const struct ip *ip, const struct ip *network, unsigned bits);

/* Adds ip; notes what there is no room for. */
void ip_list_add(struct ip_list *list, const struct ip *ip);

/* False when the family is neither AF_INET nor AF_INET6, or size too small for it. */
bool ip_of_sockaddr(const struct sockaddr *from, size_t size, struct ip *ip);

/* Fills *to for ip and a port in the host's byte order; returns the size of what is in it. */
socklen_t ip_to_sockaddr(const struct ip *ip, uint16_t port, struct sockaddr_storage *to);

#endif
