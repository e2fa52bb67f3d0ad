#include "base/log.h"
#include "fetch/fetcher.h"
#include "fetch/talk.h"

/* Asks the ECS agent about this task. */
static bool
ask_task(struct fetcher *f, struct err *e)
{
	struct ecs_task *t = &f->task;
	struct call *const call = &t->call;
	if (!access_locate(&f->access, &t->url, false, &t->peer, e))
		return err_ctx(e, "task metadata");
	ecs_task_start(t);
	if (!talk(&call, 1, &f->access.terms.deadline, e))
		return false;
	f->values.ecs_service = t->service;
	f->values.ecs_family = t->family;
	f->values.ecs_cluster = t->cluster;
	if (f->access.region.n == 0)
		access_set_region(&f->access, t->region, "ECS task metadata");
	return true;
}

static bool
find_region(struct fetcher *f, struct err *e)
{
	if (f->access.region.n == 0 && f->access.session.identity.plan.source == SOURCE_IMDS &&
		!access_ask_instance(&f->access, e))
		return false;
	if (f->access.region.n == 0) {
		err_set(e, ERR_USAGE,
			"region: none is configured: CHAMBER_AWS_REGION, AWS_REGION "
			"and AWS_DEFAULT_REGION are unset%s",
			f->asks_task ? ", the task metadata does not name one" : "");
		return err_hint(e, "set AWS_REGION, for example AWS_REGION=eu-west-1");
	}
	log_debug("region %.*s from %s", (int)f->access.region.n, f->access.region.p,
		f->access.region_source);
	return true;
}

static bool
locate_backend(struct fetcher *f, struct err *e)
{
	const struct config *c = f->config;
	bool ssm = c->backend == BACKEND_SSM;
	if (f->service_count == 0 || c->backend == BACKEND_FILE)
		return true;
	return endpoint_select(ssm ? ENDPOINT_SSM : ENDPOINT_SECRETS_MANAGER, f->access.region,
		       c->environ, &f->endpoint, e) &&
	       access_locate_endpoint(&f->access, &f->endpoint, &f->peer, e);
}

static bool
locate_references(struct fetcher *f, struct err *e)
{
	struct references *r = &f->references;
	if (!references_locate(r, f->config, f->access.region, e))
		return false;
	for (struct reference_group *g = r->group; g < r->group + r->group_count; g++) {
		if (!access_locate_endpoint(&f->access, &g->endpoint, &g->peer, e))
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
			(!f->access.session.identity.is_known &&
				!access_locate_credentials(&f->access, e)) ||
			!locate_backend(f, e) || !locate_references(f, e))
			return false;
	}
	f->times.located = clock_now();
	return true;
}
