#include "net/resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fdio.h"
#include "base/log.h"
#include "base/quote.h"
#include "base/stop.h"
#include "net/dial.h"
#include "net/hosts.h"

/* Whether a file that cannot be opened for this reason will not be there later either. */
static bool
is_lasting(int reason)
{
	return !err_is_shortage(reason) && reason != EINTR && reason != EIO;
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

/* if_nametoindex(3), without the C library's socket(3): see net/dial.h. */
static unsigned
interface_index(const char *name)
{
	struct ifreq request = { .ifr_name = "" };
	struct buf b = { .p = request.ifr_name, .cap = sizeof(request.ifr_name) - 1 };
	buf_put_str(&b, name);
	int fd = dial_socket(AF_UNIX, SOCK_DGRAM);
	const bool is_known = !b.overflow && ioctl(fd, SIOCGIFINDEX, &request) == 0;
	close(fd);
	return is_known ? (unsigned)request.ifr_ifindex : 0;
}

bool
resolver_read(struct resolver *r, struct err *e)
{
	struct buf hosts = BUF(r->hosts_text);
	struct buf conf = BUF(r->conf_text);
	if (!read_file("/etc/hosts", &hosts, e) || !read_file("/etc/resolv.conf", &conf, e))
		return false;
	r->hosts = buf_span(&hosts);
	resolvconf_parse(buf_span(&conf), interface_index, &r->conf);
	r->ask.conf = &r->conf;
	r->time = (struct nameserver_time){ clock_now, stop_poll };
	r->ask.time = &r->time;
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

/* What was asked for on behalf of one host. */
struct search {
	struct resolver *r;
	struct ip_list *found;
	enum dns_outcome outcome;
	char asked[HOST_MAX]; /* the name that the outcome is about */
};

/* Of two outcomes the weightier one: a failure may have hidden an address. */
static bool
outweighs(enum dns_outcome a, enum dns_outcome b)
{
	static const uint8_t weight[] = {
		[DNS_NO_NAME] = 0,
		[DNS_NO_DATA] = 1,
		[DNS_FAILED] = 2,
		[DNS_SILENT] = 3,
		[DNS_FOUND] = 4,
		[DNS_TRUNCATED] = 0,
	};
	return weight[a] > weight[b];
}

/* Asks for the name in one domain, or for itself where domain is empty. True: that was the last. */
static bool
ask_in_domain(struct search *s, struct span name, struct span domain)
{
	char text[HOST_MAX];
	struct buf candidate = BUF(text);
	buf_put(&candidate, name);
	if (domain.n > 0) {
		buf_put_char(&candidate, '.');
		buf_put(&candidate, domain);
	}
	if (candidate.overflow || candidate.len == candidate.cap)
		return false;
	enum dns_outcome outcome = nameserver_ask(&s->r->ask, buf_span(&candidate), s->found);
	if (outweighs(outcome, s->outcome)) {
		s->outcome = outcome;
		memcpy(s->asked, buf_str(&candidate), candidate.len + 1);
	}
	return outcome == DNS_FOUND || s->r->ask.wait_error != 0 ||
	       clock_now() >= s->r->ask.deadline;
}

/*
 * A name with enough dots is asked for as it is first, another one last. A domain that fails hides
 * neither the next one nor the name itself.
 */
static void
search(struct search *s, const struct resolve_query *query)
{
	const struct span itself = { "", 0 };
	const struct span name = query->host;
	bool searches = !query->is_absolute && !span_ends_with(name, SPAN("."));
	bool itself_first = count_dots(name) >= s->r->conf.option[RESOLVCONF_NDOTS];
	struct span rest = s->r->conf.search;
	struct span domain;
	if ((!searches || itself_first) && (ask_in_domain(s, name, itself) || !searches))
		return;
	while (span_word(&rest, " \t\r", &domain)) {
		/* The root is the name itself. */
		if (!span_eq(domain, SPAN(".")) && ask_in_domain(s, name, domain))
			return;
	}
	if (!itself_first)
		ask_in_domain(s, name, itself);
}

static bool
explain(const struct search *s, struct span host, struct err *e)
{
	static const char why[][48] = {
		[DNS_NO_DATA] = "the name has no address",
		[DNS_FAILED] = "the name servers fail or cannot be reached",
		[DNS_SILENT] = "no response from the name servers in time",
		[DNS_NO_NAME] = "the name does not exist",
	};
	struct quoted_long q;
	struct quoted_long asked;
	quote_name(&q, host);
	err_set(e, ERR_TRANSIENT, "name resolution: %s: %s", q.text, why[s->outcome]);
	if (!span_eq(span_of(s->asked), host))
		err_set(e, ERR_TRANSIENT, "name resolution: %s, asked for as %s: %s", q.text,
			quote_name(&asked, span_of(s->asked)), why[s->outcome]);
	return err_hint(e, "check the name servers in /etc/resolv.conf and, in a private "
			   "network, the endpoint's private DNS");
}

static bool
ask_servers(struct resolver *r, const struct resolve_query *query,
	struct ip_list found[IP_FAMILIES], struct err *e)
{
	struct search s = { .r = r, .found = found, .outcome = DNS_NO_NAME };
	struct buf asked = BUF(s.asked);
	buf_put(&asked, query->host);
	buf_str(&asked);
	r->ask.deadline = query->deadline;
	search(&s, query);
	if (s.outcome == DNS_FOUND)
		return true;
	if (r->ask.wait_error != 0)
		return err_sys(e, ERR_FINAL, r->ask.wait_error,
			"name resolution: waiting for the name servers");
	return explain(&s, query->host, e);
}

/* A UDP socket sends nothing to connect, but it needs a route. */
static bool
has_route(const struct sockaddr_storage *to, socklen_t size)
{
	int fd = dial_socket(to->ss_family, SOCK_DGRAM);
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
	out->omits_remote = out->omits_remote || list->omits_remote;
	for (unsigned i = 0; i < list->count; i++) {
		struct sockaddr_storage to;
		socklen_t size = ip_to_sockaddr(&list->at[i], port, &to);
		if (has_route(&to, size) != with_route)
			continue;
		if (out->count == ADDRESSES_MAX) {
			out->omits_remote = out->omits_remote || !ip_is_loopback(&list->at[i]);
			continue;
		}
		out->at[out->count] = to;
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
	out->omits_remote = false;
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
