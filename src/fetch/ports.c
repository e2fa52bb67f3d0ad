#include "fetch/fetcher.h"
#include "http/proxy.h"

/* NO_PROXY does not count: it may name some hosts of those that a start asks, which vary. */
static void
collect_proxy(struct fetcher *f, struct sandbox_ports *ports, struct err *ignored)
{
	struct proxy *p = &f->peer.proxy; /* too large for the stack; read again when it is used */
	if (proxy_read(f->config->environ, p, ignored) && p->is_used)
		sandbox_add_port(ports, p->url.port);
}

void
fetcher_collect_ports(struct fetcher *f, struct sandbox_ports *ports, struct err *ignored)
{
	const struct span region = f->access.region.n > 0 ? f->access.region : SPAN("us-east-1");
	struct endpoint ep;
	collect_proxy(f, ports, ignored);
	if (f->asks_task)
		sandbox_add_port(ports, f->task.url.port);
	if (!fetcher_asks_aws(f))
		return;
	sandbox_add_port(ports, f->access.session.identity.plan.url.port);
	for (enum endpoint_service i = ENDPOINT_SSM; i <= ENDPOINT_SECRETS_MANAGER; i++) {
		if (endpoint_select(i, region, f->config->environ, &ep, ignored))
			sandbox_add_port(ports, ep.url.port);
	}
}
