#include "fetch/peer.h"

#include <poll.h>
#include <string.h>
#include <sys/random.h>

#include "aws/hostrule.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/secret.h"

void
peer_init(struct peer *p, const struct url *u, struct trust trust)
{
	struct buf name = { .p = p->name, .cap = sizeof(p->name) - 1 };
	p->host = u->host;
	p->port = u->port;
	p->tls = u->tls;
	p->trust = trust;
	p->addresses.count = 0;
	p->proxied = false;
	p->proxy_auth = (struct span){ NULL, 0 };
	p->dial_host = u->host;
	p->dial_port = u->port;
	buf_printf(&name, u->host_is_ipv6 ? "[%.*s]" : "%.*s", (int)u->host.n, u->host.p);
	if (!u->port_is_default)
		buf_printf(&name, ":%u", (unsigned)u->port);
	p->name[name.len] = '\0';
}

bool
peer_use_proxy(struct peer *p, char *const *environ, struct err *e)
{
	if (!p->tls)
		return true;
	if (!proxy_select(p->host, p->port, environ, &p->proxy, e))
		return false;
	if (!p->proxy.is_used)
		return true;

	struct buf auth = BUF(p->proxy_auth_text);
	if (p->proxy.url.userinfo.n > 0) {
		secret_keep(p->proxy.url.userinfo);
		if (!proxy_put_authorization(&auth, p->proxy.url.userinfo, e))
			return err_ctx(e, "%s", p->proxy.variable);
		p->proxy_auth = secret_keep(buf_span(&auth)).bytes;
	}
	p->proxied = true;
	p->dial_host = p->proxy.url.host;
	p->dial_port = p->proxy.url.port;
	struct buf name = { .p = p->name, .cap = sizeof(p->name), .len = strlen(p->name) };
	buf_printf(&name, " through the proxy %.*s:%u", (int)p->dial_host.n, p->dial_host.p,
		(unsigned)p->dial_port);
	buf_str(&name);
	log_debug("%s (%s)", p->name, p->proxy.variable);
	return true;
}

/* Sleeps, but not beyond the deadline; false when that has come. */
static bool
pause_until(clock_ms wake, const struct deadline *deadline)
{
	clock_ms until = wake < deadline->at ? wake : deadline->at;
	for (clock_ms now = clock_now(); now < until; now = clock_now())
		(void)poll(NULL, 0, clock_until(until, now));
	return wake < deadline->at;
}

static bool
try_again(struct retry_bucket *bucket, struct retry_request *retry,
	const struct peer_patience *patience, struct err *e)
{
	uint32_t random = UINT32_MAX;
	int64_t delay_ms;
	/* Without random bits the pause has no jitter. */
	(void)!getrandom(&random, sizeof(random), GRND_NONBLOCK);
	const struct retry_failure failure = {
		.kind = e->kind,
		.attempts_max = patience->attempts_max,
		.hint_ms = RETRY_NO_HINT,
		.random = random,
	};
	if (!retry_next(bucket, retry, &failure, &delay_ms))
		return false;
	log_event(delay_ms > 1000 ? LOG_WARNING : LOG_DEBUG, NULL, 0,
		"waiting %llu ms before another attempt: %s", (unsigned long long)delay_ms,
		e->text);
	return pause_until(clock_now() + delay_ms, &patience->deadline);
}

/* Where the deadline ended it, the error says so. */
static bool
explain_end(const struct deadline *deadline, struct err *e)
{
	unsigned long long ms = (unsigned long long)deadline->timeout_ms;
	if (clock_now() < deadline->at)
		return false;
	return err_ctx(e, "timeout: %llu.%llu s (--timeout) are over, waiting for", ms / 1000,
		ms % 1000 / 100);
}

bool
peer_resolve(struct peer *p, const struct peer_patience *patience, struct err *e)
{
	struct retry_bucket bucket;
	struct retry_request retry = { 0 };
	retry_bucket_init(&bucket);
	while (!resolve_host(p->dial_host, p->dial_port, patience->deadline.at, &p->addresses, e)) {
		if (clock_now() >= patience->deadline.at ||
			!try_again(&bucket, &retry, patience, e))
			return explain_end(&patience->deadline, e);
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
