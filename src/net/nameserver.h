#ifndef NET_NAMESERVER_H
#define NET_NAMESERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "net/dns.h"
#include "net/resolvconf.h"

#define NAMESERVER_CHANNELS (IP_FAMILIES * RESOLVCONF_SERVERS_MAX)

/* A question to one server, over UDP first. */
struct nameserver_channel {
	int fd; /* -1: not asked, or nothing more is expected */
	bool is_tcp;
	uint8_t server;
	size_t sent; /* bytes of the query; UDP leaves out those of its length */
	size_t received; /* over TCP */
	struct dns_query query;
	char answer[DNS_LENGTH_SIZE + DNS_MESSAGE_MAX];
};

/* What is needed while one name is asked for; nothing in it lasts. */
struct nameserver_ask {
	const struct resolvconf *conf;
	struct ip_list *found;
	clock_ms deadline;
	enum dns_outcome outcome[IP_FAMILIES];
	struct nameserver_channel channel[NAMESERVER_CHANNELS];
};

/*
 * Asks all name servers for both families of addresses at once, over UDP, and again after each
 * timeout until the attempts or the time are used up; a server whose answer is truncated is asked
 * over TCP. The first answer of a family counts, wherever it comes from; a failure of one server
 * leaves the others. Each query has a socket, and so a port, and an id of its own, and hears its
 * server alone: queries that leave one port at once are what address translation in containers'
 * networks loses. A family that is not answered does not hold the other one up for long.
 *
 * One of DNS_NO_DATA, DNS_FAILED, DNS_SILENT, DNS_NO_NAME and DNS_FOUND, with which found, empty
 * before, has an address. A name that no question can hold is DNS_NO_NAME.
 */
enum dns_outcome nameserver_ask(struct nameserver_ask *a, const struct resolvconf *conf,
	struct span name, clock_ms deadline, struct ip_list found[IP_FAMILIES]);

#endif
