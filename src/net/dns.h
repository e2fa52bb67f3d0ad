#ifndef NET_DNS_H
#define NET_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/ip.h"

/*
 * Queries for the addresses of a name, and the responses: RFC 1035 section 4, RFC 3596. There is no
 * EDNS: if a response does not fit in 512 bytes, the query is repeated over TCP. Pure.
 */

/* A name on the wire, its last, empty label included (section 2.3.4). */
#define DNS_NAME_MAX 255
/* The largest message that TCP's two bytes of length can announce (section 4.2.2). */
#define DNS_MESSAGE_MAX 65535
#define DNS_HEADER_SIZE 12
#define DNS_LENGTH_SIZE 2

/* A query, after the two bytes of its length, which are sent over TCP only. */
struct dns_query {
	enum ip_family family;
	size_t n;
	char bytes[DNS_LENGTH_SIZE + DNS_HEADER_SIZE + DNS_NAME_MAX + 4];
};

/*
 * Asks for name's addresses of one family: A or AAAA. A dot may end the name. False if a label is
 * empty or longer than 63 bytes, or the name is too long: no server can know such a name.
 */
bool dns_query_write(struct dns_query *q, struct span name, enum ip_family family, uint16_t id);

/* The outcome of a query, from one server or from all; of two, the later in this list counts. */
enum dns_outcome {
	DNS_NO_DATA, /* the name exists, but has no address of that family */
	DNS_FAILED, /* SERVFAIL, REFUSED and the like; a damaged response */
	DNS_SILENT, /* nothing, or a message that is not a response to this query */
	DNS_NO_NAME, /* NXDOMAIN */
	DNS_FOUND,
	DNS_TRUNCATED, /* ask again over TCP */
};

/*
 * Reads a message, without the length that precedes it over TCP. It is a response to q if its id
 * and question are those of q; the caller has to check the sender. Aliases (CNAME) in it are
 * followed in any order. Addresses are added to found, which must be empty, with DNS_FOUND only.
 */
enum dns_outcome dns_read(const struct dns_query *q, struct span message, struct ip_list *found);

#endif
