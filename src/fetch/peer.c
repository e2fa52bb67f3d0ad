#include "fetch/peer.h"

#include <errno.h>

#include "net/hostrule.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/secret.h"
#include "base/stop.h"
#include "fetch/attempts.h"
#include "fetch/talk.h"

void
peer_init(struct peer *p, const struct url *u, const struct peer_terms *terms)
{
	struct buf name = BUF(p->name);
	p->terms = terms;
	p->host = p->dial_host = u->host;
	p->port = p->dial_port = u->port;
	p->tls = u->tls;
	p->proxied = false;
	p->dial_is_absolute = u->host_is_absolute;
	p->proxy_auth.n = 0;
	p->addresses.count = 0;
	buf_printf(&name, u->host_is_ipv6 ? "[%.*s]" : "%.*s", (int)u->host.n, u->host.p);
	if (u->port != (u->tls ? 443 : 80))
		buf_printf(&name, ":%u", (unsigned)u->port);
	p->authority = buf_span(&name);
	buf_str(&name);
}

bool
peer_use_proxy(struct peer *p, struct err *e)
{
	struct proxy *proxy = &p->proxy;
	struct buf auth = BUF(p->proxy_auth_text);
	struct buf name = BUF(p->name);
	if (!p->tls)
		return true;
	if (!proxy_select(p->host, p->port, p->terms->environ, proxy, e))
		return false;
	if (!proxy->is_used)
		return true;

	if (proxy->url.userinfo.n > 0) {
		secret_keep(proxy->url.userinfo);
		if (!proxy_put_authorization(&auth, proxy->url.userinfo, e))
			return err_ctx(e, "%s", proxy->variable);
		p->proxy_auth = secret_keep(buf_span(&auth)).bytes;
	}
	p->proxied = true;
	p->dial_host = proxy->url.host;
	p->dial_port = proxy->url.port;
	p->dial_is_absolute = proxy->url.host_is_absolute;
	name.len = span_of(p->name).n;
	buf_printf(&name, " through the proxy %.*s:%u", (int)p->dial_host.n, p->dial_host.p,
		(unsigned)p->dial_port);
	buf_str(&name);
	log_debug("%s (%s)", p->name, proxy->variable);
	return true;
}

/* Sleeps, but not beyond the deadline or a signal that stops us. */
static bool
pause_until(clock_ms wake, clock_ms deadline, struct err *e)
{
	clock_ms until = wake < deadline ? wake : deadline;
	for (clock_ms now = clock_now(); now < until && stop_signal() == 0; now = clock_now()) {
		if (stop_poll(NULL, 0, clock_until(until, now)) < 0 && errno != EINTR)
			return err_sys(e, ERR_FINAL, errno, "poll");
	}
	return true;
}

bool
peer_resolve(struct peer *p, struct err *e)
{
	const struct deadline *deadline = &p->terms->deadline;
	const struct resolve_query query = { p->dial_host, p->dial_port, p->dial_is_absolute,
		deadline->at };
	struct attempts attempts;
	struct seconds s;
	attempts_init(&attempts, p->terms->attempts_max);
	while (!resolve_host(p->terms->resolver, &query, &p->addresses, e)) {
		clock_ms delay;
		if (clock_now() < deadline->at && stop_signal() == 0 &&
			(!attempts_next(&attempts, p->name, RETRY_NO_HINT, e, &delay) ||
				!pause_until(clock_now() + delay, deadline->at, e)))
			return false;
		if (talk_is_stopped("looking up", p->name, e))
			return false;
		if (clock_now() >= deadline->at)
			return err_ctx(e, "timed out after %s (--timeout) looking up %s",
				seconds(&s, deadline->timeout_ms), p->name);
	}
	return true;
}

const char *
peer_address(struct peer_address *a, const struct peer *p, unsigned number)
{
	const struct sockaddr_storage *at = &p->addresses.at[number];
	struct buf b = BUF(a->text);
	struct ip ip;
	if (ip_of_sockaddr((const struct sockaddr *)at, p->addresses.size[number], &ip)) {
		bool is_ipv6 = ip_family(&ip) == IP_V6;
		buf_put_str(&b, is_ipv6 ? "[" : "");
		ip_put(&b, &ip);
		buf_printf(&b, "%s:%u", is_ipv6 ? "]" : "", (unsigned)p->dial_port);
	}
	return buf_str(&b);
}

/* Also those that there was no room for. */
static bool
all_addresses(const struct peer *p, bool (*rule)(const struct sockaddr *, size_t))
{
	for (unsigned i = 0; i < p->addresses.count; i++) {
		if (!rule((const struct sockaddr *)&p->addresses.at[i], p->addresses.size[i]))
			return false;
	}
	return p->addresses.count > 0 && !p->addresses.omits_remote;
}

bool
peer_is_loopback(const struct peer *p)
{
	return all_addresses(p, hostrule_is_loopback);
}

bool
peer_may_have_credentials(const struct peer *p)
{
	return all_addresses(p, hostrule_allows_credentials);
}
