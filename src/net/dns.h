#ifndef NET_DNS_H
#define NET_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/ip.h"

/*
 * Questions for the addresses of a name and their answers: RFC 1035 section 4, RFC 3596. No EDNS:
 * what does not fit 512 bytes is asked again over TCP. Pure.
 */

/* A name on the wire, its last, empty label included (section 2.3.4). */
#define DNS_NAME_MAX 255
/* The largest message that TCP's two bytes of length can announce (section 4.2.2). */
#define DNS_MESSAGE_MAX 65535
#define DNS_HEADER_SIZE 12
#define DNS_LENGTH_SIZE 2

/* A query for UDP behind its length, with which it goes over TCP. */
struct dns_query {
	enum ip_family family;
	size_t n;
	char bytes[DNS_LENGTH_SIZE + DNS_HEADER_SIZE + DNS_NAME_MAX + 4];
};

/*
 * Asks for name's addresses of one family: A or AAAA. A dot may end the name. False when a label is
 * empty or has more than 63 bytes, or the name is too long: no server can know it.
 */
bool dns_query_write(struct dns_query *q, struct span name, enum ip_family family, uint16_t id);

/* What a message, or all servers together, say of a query; of two the later one weighs more. */
enum dns_outcome {
	DNS_NO_DATA, /* the name exists, but has no address of that family */
	DNS_FAILED, /* SERVFAIL, REFUSED and the like; a damaged answer */
	DNS_SILENT, /* nothing: it is no answer to this query */
	DNS_NO_NAME, /* NXDOMAIN */
	DNS_FOUND,
	DNS_TRUNCATED, /* ask again over TCP */
};

/*
 * Reads a message without the length of TCP. It is an answer when its id and question are those of
 * q; who sent it is for the caller to check. Aliases (CNAME) inside it are followed in whatever
 * order they stand. Addresses are added to found, which must be empty, with DNS_FOUND only.
 */
enum dns_outcome dns_read(const struct dns_query *q, struct span message, struct ip_list *found);

#endif
