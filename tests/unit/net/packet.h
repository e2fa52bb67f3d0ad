#ifndef TESTS_UNIT_NET_PACKET_H
#define TESTS_UNIT_NET_PACKET_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "net/dns.h"

/* Answers of a name server, honest and hostile, put together piece by piece. */

#define FLAGS_ANSWER 0x8180
#define FLAGS_TRUNCATED 0x8380
#define CODE_SERVFAIL 2
#define CODE_NXDOMAIN 3
#define CODE_REFUSED 5

#define TYPE_A 1
#define TYPE_CNAME 5
#define TYPE_AAAA 28

/* The name of the question, as a pointer to it. */
#define QUESTION_NAME "\xc0\x0c"

struct packet {
	size_t n;
	char p[DNS_MESSAGE_MAX];
};

static inline void
packet_put(struct packet *k, const void *bytes, size_t n)
{
	if (n > sizeof(k->p) - k->n)
		n = sizeof(k->p) - k->n;
	memcpy(k->p + k->n, bytes, n);
	k->n += n;
}

static inline void
packet_put_u16(struct packet *k, unsigned value)
{
	const unsigned char bytes[] = { (unsigned char)(value >> 8), (unsigned char)value };
	packet_put(k, bytes, sizeof(bytes));
}

/* Header and question as an answer to a query, which has no length of TCP in front. */
static inline void
packet_begin(struct packet *k, const char *query, size_t n, unsigned flags, unsigned records)
{
	k->n = 0;
	packet_put(k, query, 2);
	packet_put_u16(k, flags);
	packet_put_u16(k, 1);
	packet_put_u16(k, records);
	packet_put_u16(k, 0);
	packet_put_u16(k, 0);
	packet_put(k, query + 12, n - 12);
}

/* A record of class IN. Its name is the string, so it ends with a pointer. */
static inline void
packet_record(struct packet *k, const char *name, unsigned type, const void *data, size_t size)
{
	static const char time_to_live[4] = { 0, 0, 0, 30 };
	packet_put(k, name, strlen(name));
	packet_put_u16(k, type);
	packet_put_u16(k, 1);
	packet_put(k, time_to_live, sizeof(time_to_live));
	packet_put_u16(k, (unsigned)size);
	packet_put(k, data, size);
}

static inline struct span
packet_span(const struct packet *k)
{
	return (struct span){ k->p, k->n };
}

#endif
