#include "aws/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "base/buf.h"

static const uint8_t mapped_prefix[12] = { [10] = 0xff, [11] = 0xff };
static const struct address loopback6 = { { [15] = 1 } };

static void
set_ipv4(struct address *a, const void *four_bytes)
{
	memcpy(a->byte, mapped_prefix, sizeof(mapped_prefix));
	memcpy(a->byte + sizeof(mapped_prefix), four_bytes, 4);
}

bool
address_parse(struct span text, struct address *a)
{
	char copy[INET6_ADDRSTRLEN];
	struct buf b = BUF(copy);
	struct in_addr four;
	/* inet_pton would stop at a NUL. */
	if (text.n >= sizeof(copy) || span_find(text, '\0') < text.n)
		return false;
	buf_put(&b, text);
	if (inet_pton(AF_INET6, buf_str(&b), a->byte) == 1)
		return true;
	if (inet_pton(AF_INET, buf_str(&b), &four) != 1)
		return false;
	set_ipv4(a, &four);
	return true;
}

bool
address_of_sockaddr(const struct sockaddr *from, size_t length, struct address *a)
{
	struct sockaddr_in four;
	struct sockaddr_in6 six;
	sa_family_t family;
	if (length < offsetof(struct sockaddr, sa_family) + sizeof(family))
		return false;
	memcpy(&family, &from->sa_family, sizeof(family));

	if (family == AF_INET && length >= sizeof(four)) {
		memcpy(&four, from, sizeof(four));
		set_ipv4(a, &four.sin_addr);
		return true;
	}
	if (family == AF_INET6 && length >= sizeof(six)) {
		memcpy(&six, from, sizeof(six));
		memcpy(a->byte, &six.sin6_addr, ADDRESS_SIZE);
		return true;
	}
	return false;
}

bool
address_eq(const struct address *a, const struct address *b)
{
	return memcmp(a->byte, b->byte, ADDRESS_SIZE) == 0;
}

bool
address_is_ipv4(const struct address *a)
{
	return memcmp(a->byte, mapped_prefix, sizeof(mapped_prefix)) == 0;
}

bool
address_is_loopback(const struct address *a)
{
	if (address_is_ipv4(a))
		return a->byte[sizeof(mapped_prefix)] == 127;
	return address_eq(a, &loopback6);
}

bool
address_in_network(const struct address *a, const struct address *network, unsigned bits)
{
	if (address_is_ipv4(a) != address_is_ipv4(network))
		return false;
	if (address_is_ipv4(a))
		bits += 8 * sizeof(mapped_prefix);
	if (bits > 8 * ADDRESS_SIZE)
		return false;
	unsigned whole = bits / 8;
	unsigned rest = bits % 8;
	if (memcmp(a->byte, network->byte, whole) != 0)
		return false;
	return rest == 0 || (a->byte[whole] ^ network->byte[whole]) >> (8 - rest) == 0;
}
