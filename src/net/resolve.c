#include "net/resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fdio.h"
#include "base/log.h"
#include "base/quote.h"
#include "net/hosts.h"

/* Whether a file that cannot be opened for this reason will not be there later either. */
static bool
is_lasting(int reason)
{
	switch (reason) {
	case EMFILE:
	case ENFILE:
	case ENOMEM:
	case EINTR:
	case EIO:
		return false;
	default:
		return true;
	}
}

/* Appends the whole file; one that cannot be read is empty. */
static bool
read_file(const char *path, struct buf *b, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 && errno == ENOENT)
		return true;
	if (fd < 0)
		err_sys(e, is_lasting(errno) ? ERR_USAGE : ERR_FINAL, errno, "open %s", path);
	bool ok = fd >= 0 && fdio_read_all(fd, path, ERR_USAGE, b, e);
	if (fd >= 0)
		close(fd);
	if (ok)
		return true;
	if (e->kind != ERR_USAGE)
		return err_ctx(e, "name resolution");
	log_warning("name resolution: %s: treated as empty", e->text);
	b->len = 0;
	return true;
}

bool
resolver_read(struct resolver *r, struct err *e)
{
	struct buf hosts = BUF(r->hosts_text);
	struct buf conf = BUF(r->conf_text);
	if (!read_file("/etc/hosts", &hosts, e) || !read_file("/etc/resolv.conf", &conf, e))
		return false;
	r->hosts = buf_span(&hosts);
	resolvconf_parse(buf_span(&conf), &r->conf);
	return true;
}

static unsigned
count_dots(struct span name)
{
	unsigned dots = 0;
	for (size_t i = 0; i < name.n; i++)
		dots += name.p[i] == '.';
	return dots;
}

/*
 * A name that has no address in one domain may have one in the next; where the servers fail, what
 * they would have said must not be passed over.
 */
static enum dns_outcome
search(struct resolver *r, const struct resolve_query *query, struct ip_list found[IP_FAMILIES])
{
	char text[HOST_MAX];
	const struct span name = query->host;
	bool searches = !query->is_absolute && !span_ends_with(name, SPAN(".")) &&
			count_dots(name) < r->conf.option[RESOLVCONF_NDOTS];
	struct span rest = r->conf.search;
	struct span domain;
	while (searches && span_word(&rest, " \t\r", &domain)) {
		struct buf candidate = BUF(text);
		buf_printf(&candidate, "%.*s.%.*s", (int)name.n, name.p, (int)domain.n, domain.p);
		if (candidate.overflow)
			continue;
		enum dns_outcome outcome = nameserver_ask(
			&r->ask, &r->conf, buf_span(&candidate), query->deadline, found);
		if (outcome != DNS_NO_NAME && outcome != DNS_NO_DATA)
			return outcome;
	}
	return nameserver_ask(&r->ask, &r->conf, name, query->deadline, found);
}

static bool
ask_servers(struct resolver *r, const struct resolve_query *query,
	struct ip_list found[IP_FAMILIES], struct err *e)
{
	static const char *const why[] = {
		[DNS_NO_DATA] = "the name has no address",
		[DNS_FAILED] = "the name servers fail or cannot be reached",
		[DNS_SILENT] = "no answer of the name servers in time",
		[DNS_NO_NAME] = "the name does not exist",
	};
	enum dns_outcome outcome = search(r, query, found);
	if (outcome == DNS_FOUND)
		return true;
	struct quoted_long q;
	err_set(e, ERR_TRANSIENT, "name resolution: %s: %s", quote_name(&q, query->host),
		why[outcome]);
	return err_hint(e, "check the name servers in /etc/resolv.conf and, in a private "
			   "network, the endpoint's private DNS");
}

/* A UDP socket sends nothing to connect, but it needs a route. */
static bool
has_route(const struct sockaddr_storage *to, socklen_t size)
{
	int fd = socket(to->ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	bool ok = connect(fd, (const struct sockaddr *)to, size) == 0;
	close(fd);
	return ok;
}

/* Adds the addresses of one family that there is a route to, or those that there is none to. */
static void
put_addresses(const struct ip_list *list, uint16_t port, bool with_route, struct addresses *out)
{
	for (unsigned i = 0; i < list->count && out->count < ADDRESSES_MAX; i++) {
		struct sockaddr_storage *to = &out->at[out->count];
		socklen_t size = ip_to_sockaddr(&list->at[i], port, to);
		if (has_route(to, size) == with_route)
			out->size[out->count++] = size;
	}
}

bool
resolve_host(
	struct resolver *r, const struct resolve_query *query, struct addresses *out, struct err *e)
{
	struct ip_list found[IP_FAMILIES] = { 0 };
	struct span name = query->host;
	struct ip ip;
	out->count = 0;
	if (ip_parse(name, &ip)) {
		out->size[out->count++] = ip_to_sockaddr(&ip, query->port, &out->at[0]);
		return true;
	}

	if (span_ends_with(name, SPAN(".")))
		name.n--;
	hosts_look_up(r->hosts, name, found);
	bool is_listed = found[IP_V4].count + found[IP_V6].count > 0;
	if (!is_listed && !ask_servers(r, query, found, e))
		return false;
	for (int unreachable = 0; unreachable < 2; unreachable++)
		for (size_t i = 0; i < IP_FAMILIES; i++)
			put_addresses(&found[i], query->port, !unreachable, out);
	return true;
}
