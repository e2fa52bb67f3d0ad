#ifndef AWS_ADDRESS_H
#define AWS_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/span.h"

#define ADDRESS_SIZE 16

/*
 * A numeric address; IPv4 in its IPv4-mapped form (RFC 4291 section 2.5.5.2), so that 127.0.0.1 and
 * ::ffff:127.0.0.1, which reach the same host, are the same. Pure.
 */
struct address {
	uint8_t byte[ADDRESS_SIZE];
};

/*
 * Text to address: dotted decimal with four parts and no leading zeros, or RFC 4291 section 2.2
 * without brackets or a zone. False for all else, host names too.
 */
bool address_parse(struct span text, struct address *a);

/* False when the family is neither AF_INET nor AF_INET6 or length is too small for it. */
bool address_of_sockaddr(const struct sockaddr *from, size_t length, struct address *a);

bool address_eq(const struct address *a, const struct address *b);

bool address_is_ipv4(const struct address *a);

/* 127.0.0.0/8 or ::1 */
bool address_is_loopback(const struct address *a);

/* Whether the first bits of both are the same, at most 32 of IPv4, 128 of IPv6. */
bool address_in_network(const struct address *a, const struct address *network, unsigned bits);

#endif
