#ifndef NET_NAMESERVER_H
#define NET_NAMESERVER_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "net/dns.h"
#include "net/resolvconf.h"

/* The passing of time, so that a test need not wait for it. */
struct nameserver_time {
	clock_ms (*now)(void);
	/* As poll(2); a failure, EINTR included, ends the query. */
	int (*wait)(struct pollfd *fds, nfds_t count, int timeout_ms);
};

/* A question to one server, over UDP first. */
struct nameserver_channel {
	int fd; /* -1: not asked, or no more responses are expected */
	bool is_tcp;
	size_t sent; /* bytes of the query; UDP leaves out those of its length */
	size_t received; /* over TCP */
	struct dns_query query;
	char response[DNS_LENGTH_SIZE + DNS_MESSAGE_MAX];
};

/* The questions for the addresses of one family. */
struct nameserver_family {
	enum dns_outcome outcome;
	bool is_over; /* there is a response, or no server is left */
	unsigned turn; /* how many servers had their turn, in all attempts together */
	clock_ms due; /* when the next server has its turn */
	struct nameserver_channel channel[RESOLVCONF_SERVERS_MAX];
};

struct nameserver_ask {
	/* Set by the caller. */
	const struct resolvconf *conf;
	const struct nameserver_time *time;
	clock_ms deadline;
	/* What a failed wait had as errno, 0 otherwise. */
	int wait_error;
	/* Only while a name is asked for. */
	clock_ms end;
	struct ip_list *found;
	struct nameserver_family family[IP_FAMILIES];
};

/*
 * Asks the name servers for the addresses of both families at the same time, over UDP. For each
 * family the servers take turns in their order: the next one if the one before it failed or was
 * silent for the timeout of resolv.conf, and as often as its attempts say. A server that had a turn
 * may still respond later, and the first response that is not a failure settles the family. If it
 * is truncated, the same server is asked over TCP. Each query has an id and a connected socket, so
 * also a port, of its own: address translation in containers' networks loses queries that leave
 * one port at the same time. When one family is settled, it does not wait long for the other.
 *
 * Returns DNS_NO_DATA, DNS_FAILED, DNS_SILENT, DNS_NO_NAME or, with an address in found (empty
 * before), DNS_FOUND. A name that does not fit in a query is DNS_NO_NAME.
 */
enum dns_outcome nameserver_ask(
	struct nameserver_ask *a, struct span name, struct ip_list found[IP_FAMILIES]);

#endif
