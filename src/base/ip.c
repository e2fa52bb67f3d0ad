#include "base/ip.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

_Static_assert(offsetof(struct sockaddr_in, sin_port) == offsetof(struct sockaddr_in6, sin6_port),
	"the port has one place in both families");

#define MAPPED_SIZE (IP_V6_SIZE - IP_V4_SIZE)
static const uint8_t mapped[MAPPED_SIZE] = { [10] = 0xff, [11] = 0xff };
static const struct ip loopback6 = { { [15] = 1 } };

void
ip_set(struct ip *ip, const void *bytes, size_t size)
{
	memcpy(ip->byte, mapped, MAPPED_SIZE);
	memcpy(ip->byte + (IP_V6_SIZE - size), bytes, size);
}

bool
ip_parse(struct span text, struct ip *ip)
{
	char copy[INET6_ADDRSTRLEN];
	uint8_t bytes[IP_V6_SIZE];
	/* inet_pton would stop at a NUL. */
	if (text.n >= sizeof(copy) || span_find(text, '\0') < text.n)
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	bool is_v6 = span_find(text, ':') < text.n;
	if (inet_pton(is_v6 ? AF_INET6 : AF_INET, copy, bytes) != 1)
		return false;
	ip_set(ip, bytes, is_v6 ? IP_V6_SIZE : IP_V4_SIZE);
	return true;
}

enum ip_family
ip_family(const struct ip *ip)
{
	return memcmp(ip->byte, mapped, MAPPED_SIZE) == 0 ? IP_V4 : IP_V6;
}

bool
ip_eq(const struct ip *a, const struct ip *b)
{
	return memcmp(a->byte, b->byte, IP_V6_SIZE) == 0;
}

bool
ip_in_network(const struct ip *ip, const struct ip *network, unsigned bits)
{
	bool is_v4 = ip_family(network) == IP_V4;
	if (ip_family(ip) != ip_family(network) || bits > 8 * IP_V6_SIZE ||
		(is_v4 && bits < 8 * MAPPED_SIZE))
		return false;
	unsigned whole = bits / 8;
	unsigned rest = bits % 8;
	if (memcmp(ip->byte, network->byte, whole) != 0)
		return false;
	return rest == 0 || (ip->byte[whole] ^ network->byte[whole]) >> (8 - rest) == 0;
}

bool
ip_of_sockaddr(const struct sockaddr *from, size_t size, struct ip *ip)
{
	bool is_v4 = size >= sizeof(struct sockaddr_in) && from->sa_family == AF_INET;
	bool is_v6 = size >= sizeof(struct sockaddr_in6) && from->sa_family == AF_INET6;
	const char *p = (const char *)from;
	if (is_v4)
		ip_set(ip, p + offsetof(struct sockaddr_in, sin_addr), IP_V4_SIZE);
	if (is_v6)
		ip_set(ip, p + offsetof(struct sockaddr_in6, sin6_addr), IP_V6_SIZE);
	return is_v4 || is_v6;
}

bool
ip_is_loopback(const struct ip *ip)
{
	if (ip_family(ip) == IP_V4)
		return ip->byte[MAPPED_SIZE] == 127;
	return ip_eq(ip, &loopback6);
}

void
ip_list_add(struct ip_list *list, const struct ip *ip)
{
	if (list->count < ADDRESSES_MAX)
		list->at[list->count++] = *ip;
}

socklen_t
ip_to_sockaddr(const struct ip *ip, uint16_t port, struct sockaddr_storage *to)
{
	bool is_v4 = ip_family(ip) == IP_V4;
	uint16_t wire_port = htons(port);
	char *p = (char *)to;
	memset(to, 0, sizeof(*to));
	to->ss_family = is_v4 ? AF_INET : AF_INET6;
	memcpy(p + offsetof(struct sockaddr_in, sin_port), &wire_port, sizeof(wire_port));
	if (is_v4)
		memcpy(p + offsetof(struct sockaddr_in, sin_addr), ip->byte + MAPPED_SIZE,
			IP_V4_SIZE);
	else
		memcpy(p + offsetof(struct sockaddr_in6, sin6_addr), ip->byte, IP_V6_SIZE);
	return is_v4 ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
}
