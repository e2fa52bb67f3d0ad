#include "base/log.h"
#include "base/quote.h"
#include "fetch/drive.h"
#include "fetch/fetcher.h"

static bool
resolve(struct fetcher *f, struct peer *p, struct err *e)
{
	const struct peer_patience patience = {
		.attempts_max = f->config->retries,
		.deadline = f->deadline,
	};
	return peer_resolve(p, &patience, e);
}

static bool
drive_one(struct fetcher *f, struct call *call, struct err *e)
{
	return drive(&call, 1, &f->deadline, e);
}

/* Asks the ECS agent about this task. */
static bool
ask_metadata(struct fetcher *f, struct err *e)
{
	struct metadata *m = &f->metadata;
	peer_init(&m->peer, &m->url, f->trust);
	if (!resolve(f, &m->peer, e))
		return err_ctx(e, "task metadata");
	metadata_start(m, f->config->retries);
	if (!drive_one(f, &m->call, e))
		return false;
	f->values.ecs_service = m->service;
	f->values.ecs_family = m->family;
	f->values.ecs_cluster = m->cluster;
	if (f->region.n == 0) {
		f->region = m->region;
		f->region_source = "ECS task metadata";
	}
	return true;
}

/* Whom to ask for credentials; a host in the clear must be one that may see them. */
static bool
locate_identity(struct fetcher *f, struct err *e)
{
	struct identity *i = &f->identity;
	const struct credential_plan *plan = &i->plan;
	if (!identity_needs_call(i))
		return true;
	if (plan->source == SOURCE_WEB_IDENTITY &&
		!endpoint_select(ENDPOINT_STS, f->region, f->config->environ, &i->sts, e))
		return false;
	identity_set_peer(i, f->trust);
	if (!peer_use_proxy(&i->peer, f->config->environ, e) || !resolve(f, &i->peer, e))
		return err_ctx(e, "credentials");
	bool in_clear = !i->peer.tls && plan->source == SOURCE_CONTAINER;
	if (in_clear && !peer_may_have_credentials(&i->peer)) {
		err_set(e, ERR_USAGE,
			"credentials: %s: %s is neither loopback nor the address of an ECS or EKS "
			"agent: nothing is sent there in the clear",
			plan->variable, i->peer.name);
		return err_hint(e, "use https, or 127.0.0.1, 169.254.170.2, 169.254.170.23 or "
				   "[fd00:ec2::23]");
	}
	if (plan->source == SOURCE_WEB_IDENTITY && !fetcher_check_clear(f, &i->peer, &i->sts, e))
		return false;
	identity_start(i, f->config->retries);
	return true;
}

/* A plain-http AWS endpoint is an emulator on this machine, or one that was allowed. */
bool
fetcher_check_clear(
	const struct fetcher *f, const struct peer *p, const struct endpoint *ep, struct err *e)
{
	if (p->tls || f->config->allow_http || peer_is_loopback(p))
		return true;
	err_set(e, ERR_USAGE, "%s: http://%s is not this machine: nothing is sent in the clear",
		ep->variable, p->name);
	return err_hint(e, "use https, or --allow-http for an emulator");
}

/* Without a region from the environment or the task: that of the instance. */
static bool
ask_instance(struct fetcher *f, struct err *e)
{
	f->identity.wants_region = true;
	if (!locate_identity(f, e) || !drive_one(f, &f->identity.call, e))
		return false;
	f->region = identity_region(&f->identity);
	f->region_source = "EC2 instance metadata";
	return true;
}

static bool
find_region(struct fetcher *f, struct err *e)
{
	if (f->region.n == 0 && f->identity.plan.source == SOURCE_IMDS && !ask_instance(f, e))
		return false;
	if (f->region.n == 0) {
		err_set(e, ERR_USAGE,
			"region: none is configured: CHAMBER_AWS_REGION, AWS_REGION "
			"and AWS_DEFAULT_REGION are unset%s",
			metadata_is_there(f->config->environ) ? ", the task metadata name none"
							      : "");
		return err_hint(e, "set AWS_REGION, for example AWS_REGION=eu-west-1");
	}
	log_debug("region %.*s from %s", (int)f->region.n, f->region.p, f->region_source);
	return true;
}

/* The addresses of an endpoint, or of the proxy to it. */
static bool
locate_endpoint(struct fetcher *f, const struct endpoint *endpoint, struct peer *p, struct err *e)
{
	peer_init(p, &endpoint->url, f->trust);
	return peer_use_proxy(p, f->config->environ, e) && resolve(f, p, e) &&
	       fetcher_check_clear(f, p, endpoint, e);
}

static bool
locate_backend(struct fetcher *f, struct err *e)
{
	const struct config *c = f->config;
	bool ssm = c->backend == BACKEND_SSM;
	if (c->service_count == 0 || !(ssm || c->backend == BACKEND_SECRETS_MANAGER))
		return true;
	enum endpoint_service service = ssm ? ENDPOINT_SSM : ENDPOINT_SECRETS_MANAGER;
	return endpoint_select(service, f->region, c->environ, &f->endpoint, e) &&
	       locate_endpoint(f, &f->endpoint, &f->peer, e);
}

static bool
locate_references(struct fetcher *f, struct err *e)
{
	struct references *r = &f->references;
	if (!references_locate(r, f->config, f->region, e))
		return false;
	for (unsigned i = 0; i < r->group_count; i++) {
		if (!locate_endpoint(f, &r->group[i].endpoint, &r->group[i].peer, e))
			return err_ctx(e, "references");
	}
	return true;
}

bool
fetcher_locate(struct fetcher *f, struct err *e)
{
	bool asks_aws = fetcher_asks_aws(f);
	bool wants_task = f->needs.ecs_task || (asks_aws && f->region.n == 0);
	if (wants_task && metadata_is_there(f->config->environ) && !ask_metadata(f, e))
		return false;
	if (f->needs.ecs_task && !fetcher_name_services(f, e))
		return false;
	if (asks_aws) {
		if (!find_region(f, e) ||
			(!identity_is_known(&f->identity) && !locate_identity(f, e)) ||
			!locate_backend(f, e) || !locate_references(f, e))
			return false;
	}
	f->times.resolved = clock_now();
	return true;
}
