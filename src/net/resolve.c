#include "net/resolve.h"

#include <unistd.h>

#include "base/buf.h"
#include "base/bulk.h"
#include "base/fdio.h"
#include "base/log.h"
#include "base/quote.h"
#include "net/hosts.h"
#include "net/nameserver.h"

/* Lists of blocked names, the largest hosts files in use, have six megabytes. */
#define HOSTS_FILE_MAX (8 * 1024 * 1024)
/* More than three servers and a page of search domains. */
#define RESOLV_CONF_MAX (16 * 1024)

/* The whole file; what cannot be read is empty. */
static bool
read_file(const char *path, struct buf *b, struct err *e)
{
	if (fdio_read_file(path, b, e))
		return true;
	if (e->kind == ERR_LIMIT)
		return err_ctx(e, "name resolution");
	log_debug("name resolution: %s", e->text);
	b->len = 0;
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
search(const struct resolvconf *conf, struct span name, clock_ms deadline,
	struct ip_list found[IP_FAMILIES])
{
	char text[HOST_MAX];
	struct span rest = conf->search;
	struct span domain;
	while (count_dots(name) < conf->option[RESOLVCONF_NDOTS] &&
		span_word(&rest, " \t\r", &domain)) {
		struct buf candidate = BUF(text);
		buf_printf(&candidate, "%.*s.%.*s", (int)name.n, name.p, (int)domain.n, domain.p);
		if (candidate.overflow)
			continue;
		enum dns_outcome outcome =
			nameserver_ask(conf, buf_span(&candidate), deadline, found);
		if (outcome != DNS_NO_NAME && outcome != DNS_NO_DATA)
			return outcome;
	}
	return nameserver_ask(conf, name, deadline, found);
}

static bool
ask_servers(struct span host, clock_ms deadline, struct ip_list found[IP_FAMILIES], struct err *e)
{
	static const char *const why[] = {
		[DNS_NO_DATA] = "the name has no address",
		[DNS_FAILED] = "the name servers fail or cannot be reached",
		[DNS_SILENT] = "no answer of the name servers in time",
		[DNS_NO_NAME] = "the name does not exist",
	};
	BULK static char text[RESOLV_CONF_MAX];
	struct buf file = BUF(text);
	struct resolvconf conf;
	if (!read_file("/etc/resolv.conf", &file, e))
		return false;
	resolvconf_parse(buf_span(&file), &conf);
	if (span_ends_with(host, SPAN(".")))
		conf.option[RESOLVCONF_NDOTS] = 0;
	enum dns_outcome outcome = search(&conf, host, deadline, found);
	if (outcome == DNS_FOUND)
		return true;
	struct quoted q;
	err_set(e, ERR_TRANSIENT, "name resolution: %s: %s", quote(&q, host), why[outcome]);
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
	struct span host, uint16_t port, clock_ms deadline, struct addresses *out, struct err *e)
{
	BULK static char text[HOSTS_FILE_MAX];
	struct buf hosts = BUF(text);
	struct ip_list found[IP_FAMILIES] = { 0 };
	struct span name = host;
	struct ip ip;
	out->count = 0;
	if (ip_parse(host, &ip)) {
		out->size[out->count++] = ip_to_sockaddr(&ip, port, &out->at[0]);
		return true;
	}

	if (span_ends_with(name, SPAN(".")))
		name.n--;
	if (!read_file("/etc/hosts", &hosts, e))
		return false;
	hosts_look_up(buf_span(&hosts), name, found);
	bool is_listed = found[IP_V4].count + found[IP_V6].count > 0;
	if (!is_listed && !ask_servers(host, deadline, found, e))
		return false;
	for (int unreachable = 0; unreachable < 2; unreachable++)
		for (size_t i = 0; i < IP_FAMILIES; i++)
			put_addresses(&found[i], port, !unreachable, out);
	return true;
}
