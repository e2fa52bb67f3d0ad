#include "net/resolve.h"

#include <netdb.h>
#include <string.h>

#include "base/buf.h"
#include "base/quote.h"

static int
look_up(struct span host, uint16_t port, int flags, struct addrinfo **found)
{
	char name[HOST_MAX];
	char service[8];
	struct buf name_buf = BUF(name);
	struct buf service_buf = BUF(service);
	buf_put(&name_buf, host);
	buf_printf(&service_buf, "%u", (unsigned)port);
	const struct addrinfo wanted = {
		.ai_flags = AI_NUMERICSERV | flags,
		.ai_socktype = SOCK_STREAM,
	};
	return getaddrinfo(buf_str(&name_buf), buf_str(&service_buf), &wanted, found);
}

bool
resolve_is_numeric(struct span host)
{
	struct addrinfo *found = NULL;
	if (host.n == 0 || host.n >= HOST_MAX || look_up(host, 0, AI_NUMERICHOST, &found) != 0)
		return false;
	freeaddrinfo(found);
	return true;
}

bool
resolve_host(struct span host, uint16_t port, struct addresses *out, struct err *e)
{
	struct quoted q;
	struct addrinfo *found = NULL;
	if (host.n >= HOST_MAX)
		return err_set(e, ERR_LIMIT, "%s: longer than a host's name can be (%d bytes)",
			quote(&q, host), HOST_MAX - 1);
	int status = look_up(host, port, 0, &found);
	if (status != 0) {
		err_set(e, ERR_TRANSIENT, "name resolution: %s: %s", quote(&q, host),
			gai_strerror(status));
		return err_hint(e, "check the name servers in /etc/resolv.conf and, in a private "
				   "network, the endpoint's private DNS");
	}

	out->count = 0;
	for (struct addrinfo *a = found; a != NULL && out->count < ADDRESSES_MAX; a = a->ai_next) {
		if (a->ai_addrlen > sizeof(out->at[0]))
			continue;
		memcpy(&out->at[out->count], a->ai_addr, a->ai_addrlen);
		out->size[out->count++] = a->ai_addrlen;
	}
	freeaddrinfo(found);
	if (out->count == 0)
		return err_set(
			e, ERR_TRANSIENT, "name resolution: %s: no address", quote(&q, host));
	return true;
}
