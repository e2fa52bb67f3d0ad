#include "base/log.h"
#include "fetch/fetcher.h"
#include "fetch/talk.h"

/* The addresses of a URL's host, or of the proxy to it. */
static bool
locate(const struct fetcher *f, const struct url *url, bool is_composed, struct peer *p,
	struct err *e)
{
	peer_init(p, url, &f->terms);
	p->dial_is_absolute = p->dial_is_absolute || is_composed;
	return peer_use_proxy(p, e) && peer_resolve(p, e);
}

/* A plain-http AWS endpoint is an emulator on this machine, or one that was allowed. */
static bool
locate_endpoint(
	const struct fetcher *f, const struct endpoint *endpoint, struct peer *p, struct err *e)
{
	if (!locate(f, &endpoint->url, endpoint->variable == NULL, p, e))
		return false;
	if (p->tls || f->config->allow_http || peer_is_loopback(p))
		return true;
	err_set(e, ERR_USAGE, "%s: http://%s is not this machine: nothing is sent in the clear",
		endpoint->variable, p->name);
	return err_hint(e, "use https, or --allow-http for an emulator");
}

static bool
talk_to(const struct fetcher *f, struct call *call, struct err *e)
{
	return talk(&call, 1, &f->terms.deadline, e);
}

static void
set_region(struct fetcher *f, struct span region, const char *source)
{
	f->region = region;
	f->region_source = source;
}

/* Asks the ECS agent about this task. */
static bool
ask_task(struct fetcher *f, struct err *e)
{
	struct ecs_task *t = &f->task;
	if (!locate(f, &t->url, false, &t->peer, e))
		return err_ctx(e, "task metadata");
	ecs_task_start(t);
	if (!talk_to(f, &t->call, e))
		return false;
	f->values.ecs_service = t->service;
	f->values.ecs_family = t->family;
	f->values.ecs_cluster = t->cluster;
	if (f->region.n == 0)
		set_region(f, t->region, "ECS task metadata");
	return true;
}

/* Credentials in the clear are taken from the addresses of hostrule_allows_credentials alone. */
static bool
locate_agent(
	const struct fetcher *f, const struct credential_plan *plan, struct peer *p, struct err *e)
{
	if (!locate(f, &plan->url, false, p, e))
		return false;
	if (p->tls || plan->source != SOURCE_CONTAINER || peer_may_have_credentials(p))
		return true;
	err_set(e, ERR_USAGE,
		"%s: %s is neither loopback nor the address of an ECS or EKS agent: nothing is "
		"sent there in the clear",
		plan->variable, p->name);
	return err_hint(
		e, "use https, or 127.0.0.1, 169.254.170.2, 169.254.170.23 or [fd00:ec2::23]");
}

/* Where to ask for credentials. */
static bool
locate_credentials(struct fetcher *f, struct err *e)
{
	struct identity *i = &f->session.identity;
	bool ok;
	if (i->plan.source == SOURCE_WEB_IDENTITY)
		ok = endpoint_select(ENDPOINT_STS, f->region, f->config->environ, &i->sts, e) &&
		     locate_endpoint(f, &i->sts, &i->peer, e);
	else
		ok = locate_agent(f, &i->plan, &i->peer, e);
	if (!ok)
		return err_ctx(e, "credentials");
	credentials_start(i);
	return true;
}

/* Without a region from the environment or the task: that of the instance. */
static bool
ask_instance(struct fetcher *f, struct err *e)
{
	f->session.identity.wants_region = true;
	if (!locate_credentials(f, e) || !talk_to(f, &f->session.identity.call, e))
		return false;
	set_region(f, f->session.identity.region, "EC2 instance metadata");
	return true;
}

static bool
find_region(struct fetcher *f, struct err *e)
{
	if (f->region.n == 0 && f->session.identity.plan.source == SOURCE_IMDS &&
		!ask_instance(f, e))
		return false;
	if (f->region.n == 0) {
		err_set(e, ERR_USAGE,
			"region: none is configured: CHAMBER_AWS_REGION, AWS_REGION "
			"and AWS_DEFAULT_REGION are unset%s",
			f->asks_task ? ", the task metadata does not name one" : "");
		return err_hint(e, "set AWS_REGION, for example AWS_REGION=eu-west-1");
	}
	log_debug("region %.*s from %s", (int)f->region.n, f->region.p, f->region_source);
	return true;
}

static bool
locate_backend(struct fetcher *f, struct err *e)
{
	const struct config *c = f->config;
	bool ssm = c->backend == BACKEND_SSM;
	if (f->service_count == 0 || c->backend == BACKEND_FILE)
		return true;
	return endpoint_select(ssm ? ENDPOINT_SSM : ENDPOINT_SECRETS_MANAGER, f->region, c->environ,
		       &f->endpoint, e) &&
	       locate_endpoint(f, &f->endpoint, &f->peer, e);
}

static bool
locate_references(struct fetcher *f, struct err *e)
{
	struct references *r = &f->references;
	if (!references_locate(r, f->config, f->region, e))
		return false;
	for (struct reference_group *g = r->group; g < r->group + r->group_count; g++) {
		if (!locate_endpoint(f, &g->endpoint, &g->peer, e))
			return err_ctx(e, "references");
	}
	return true;
}

bool
fetcher_locate(struct fetcher *f, struct err *e)
{
	if (f->asks_task && !ask_task(f, e))
		return false;
	if (f->needs.ecs_task && !fetcher_name_services(f, e))
		return false;
	if (fetcher_asks_aws(f)) {
		if (!find_region(f, e) ||
			(!f->session.identity.is_known && !locate_credentials(f, e)) ||
			!locate_backend(f, e) || !locate_references(f, e))
			return false;
	}
	f->times.located = clock_now();
	return true;
}
