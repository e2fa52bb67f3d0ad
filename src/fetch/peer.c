#include "fetch/peer.h"

#include <poll.h>

#include "net/hostrule.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/secret.h"
#include "fetch/attempts.h"
#include "fetch/draft.h"

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
	draft_put_host(&name, u);
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

/* Sleeps, but not beyond the deadline. */
static void
pause_until(clock_ms wake, clock_ms deadline)
{
	clock_ms until = wake < deadline ? wake : deadline;
	for (clock_ms now = clock_now(); now < until; now = clock_now())
		(void)poll(NULL, 0, clock_until(until, now));
}

bool
peer_resolve(struct peer *p, struct err *e)
{
	const struct deadline *deadline = &p->terms->deadline;
	const struct resolve_query query = { p->dial_host, p->dial_port, p->dial_is_absolute,
		deadline->at };
	struct attempts attempts;
	struct seconds s;
	clock_ms delay;
	attempts_init(&attempts, p->terms->attempts_max);
	while (!resolve_host(p->terms->resolver, &query, &p->addresses, e)) {
		if (clock_now() < deadline->at) {
			if (!attempts_next(&attempts, p->name, RETRY_NO_HINT, e, &delay))
				return false;
			pause_until(clock_now() + delay, deadline->at);
		}
		if (clock_now() >= deadline->at)
			return err_ctx(e, "timed out after %s (--timeout)",
				seconds(&s, deadline->timeout_ms));
	}
	return true;
}

static bool
all_addresses(const struct peer *p, bool (*rule)(const struct sockaddr *, size_t))
{
	for (unsigned i = 0; i < p->addresses.count; i++) {
		if (!rule((const struct sockaddr *)&p->addresses.at[i], p->addresses.size[i]))
			return false;
	}
	return p->addresses.count > 0;
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
