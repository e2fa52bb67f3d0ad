#include "base/ip.h"

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

/* Four numbers up to 255, without leading zeros, which some take for octal. */
static bool
parse_v4(struct span text, uint8_t out[IP_V4_SIZE])
{
	struct span part;
	size_t n = 0;
	while (span_split(&text, '.', &part)) {
		uint64_t number;
		if (n == IP_V4_SIZE || !span_u64(part, 255, &number) ||
			(part.n > 1 && part.p[0] == '0'))
			return false;
		out[n++] = (uint8_t)number;
	}
	return n == IP_V4_SIZE;
}

/* One to four hexadecimal digits. */
static bool
parse_group(struct span text, uint8_t out[2])
{
	uint64_t value = 0;
	size_t digits = span_hex(text, 4, &value);
	out[0] = (uint8_t)(value >> 8);
	out[1] = (uint8_t)value;
	return digits > 0 && digits == text.n;
}

#define NO_GAP IP_V6_SIZE

/* The groups that are written, *size bytes, and before which of them "::" is. */
static bool
parse_groups(struct span text, uint8_t out[IP_V6_SIZE], size_t *size, size_t *gap)
{
	size_t n = 0;
	*gap = NO_GAP;
	if (span_starts_with(text, SPAN("::"))) {
		*gap = 0;
		text = span_skip(text, 2);
	}
	while (text.n > 0) {
		struct span part = { text.p, span_find(text, ':') };
		bool is_v4 = part.n == text.n && span_find(part, '.') < part.n;
		size_t width = is_v4 ? IP_V4_SIZE : 2;
		if (n + width > IP_V6_SIZE ||
			!(is_v4 ? parse_v4(part, out + n) : parse_group(part, out + n)))
			return false;
		n += width;
		if (part.n == text.n)
			break;
		text = span_skip(text, part.n + 1);
		if (text.n == 0)
			return false;
		if (text.p[0] == ':') {
			if (*gap != NO_GAP)
				return false;
			*gap = n;
			text = span_skip(text, 1);
		}
	}
	*size = n;
	return true;
}

static bool
parse_v6(struct span text, struct ip *ip)
{
	uint8_t written[IP_V6_SIZE];
	size_t n;
	size_t gap;
	if (!parse_groups(text, written, &n, &gap) || (gap == NO_GAP) != (n == IP_V6_SIZE))
		return false;
	if (gap == NO_GAP)
		gap = n;
	memset(ip->byte, 0, IP_V6_SIZE);
	memcpy(ip->byte, written, gap);
	memcpy(ip->byte + IP_V6_SIZE - (n - gap), written + gap, n - gap);
	return true;
}

bool
ip_parse(struct span text, struct ip *ip)
{
	uint8_t four[IP_V4_SIZE];
	if (span_find(text, ':') < text.n)
		return parse_v6(text, ip);
	if (!parse_v4(text, four))
		return false;
	ip_set(ip, four, IP_V4_SIZE);
	return true;
}

static void
put_hex(struct buf *b, unsigned group)
{
	bool begun = false;
	for (int shift = 12; shift >= 0; shift -= 4) {
		unsigned digit = group >> shift & 0xf;
		begun = begun || digit != 0 || shift == 0;
		if (begun)
			buf_put_char(b, "0123456789abcdef"[digit]);
	}
}

#define GROUPS (IP_V6_SIZE / 2)

static unsigned
group(const struct ip *ip, unsigned i)
{
	return (unsigned)ip->byte[2 * i] << 8 | ip->byte[2 * i + 1];
}

/* Groups that are zero. */
struct run {
	unsigned first;
	unsigned count;
};

/* RFC 5952 section 4.2: the first of the longest runs becomes "::", but never a single group. */
static struct run
longest_run(const struct ip *ip)
{
	struct run longest = { .first = GROUPS, .count = 1 };
	unsigned count = 0;
	for (unsigned i = 0; i < GROUPS; i++) {
		count = group(ip, i) == 0 ? count + 1 : 0;
		if (count > longest.count)
			longest = (struct run){ i + 1 - count, count };
	}
	return longest;
}

void
ip_put(struct buf *b, const struct ip *ip)
{
	if (ip_family(ip) == IP_V4) {
		buf_printf(
			b, "%u.%u.%u.%u", ip->byte[12], ip->byte[13], ip->byte[14], ip->byte[15]);
		return;
	}
	const struct run gap = longest_run(ip);
	for (unsigned i = 0; i < GROUPS; i++) {
		if (i == gap.first) {
			buf_put_str(b, "::");
			i += gap.count - 1;
			continue;
		}
		if (i > 0 && i != gap.first + gap.count)
			buf_put_char(b, ':');
		put_hex(b, group(ip, i));
	}
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
	else if (!ip_is_loopback(ip))
		list->omits_remote = true;
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
