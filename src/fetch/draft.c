#include "fetch/draft.h"

void
draft_init(struct draft *d, const char *method, struct span target)
{
	d->request = (struct http_request){
		.method = span_of(method),
		.target = target.n > 0 ? target : SPAN("/"),
		.field = d->field,
	};
}

void
draft_question(struct draft *d, const char *method, const struct url *u)
{
	draft_init(d, method, u->target);
	draft_add_host(d, u);
	draft_add(d, "Accept", SPAN("application/json"));
}

void
draft_add(struct draft *d, const char *name, struct span value)
{
	if (value.n > 0)
		d->field[d->request.field_count++] = (struct http_field){ span_of(name), value };
}

void
draft_add_host(struct draft *d, const struct url *u)
{
	struct buf host = BUF(d->host);
	draft_put_host(&host, u);
	draft_add(d, "Host", buf_span(&host));
}

bool
draft_write(struct draft *d, struct buf *b, struct err *e)
{
	draft_add(d, "User-Agent", SPAN("antechamber/" ANTECHAMBER_VERSION));
	return http_request_write(b, &d->request, e);
}

void
draft_put_host(struct buf *b, const struct url *u)
{
	buf_printf(b, u->host_is_ipv6 ? "[%.*s]" : "%.*s", (int)u->host.n, u->host.p);
	if (u->port != (u->tls ? 443 : 80))
		buf_printf(b, ":%u", (unsigned)u->port);
}
