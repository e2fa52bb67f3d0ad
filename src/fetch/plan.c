#include "base/fdio.h"
#include "base/envvar.h"
#include "base/log.h"
#include "base/quote.h"
#include "fetch/fetcher.h"

#define K8S_NAMESPACE_FILE "/var/run/secrets/kubernetes.io/serviceaccount/namespace"

static bool
plan_placeholders(struct fetcher *f, struct err *e)
{
	const struct config *c = f->config;
	f->values.environ = c->environ;
	for (size_t i = 0; i < f->service_count; i++) {
		if (!placeholder_scan(c->service[i], &f->needs, e))
			return false;
	}
	if (!f->needs.k8s_namespace)
		return true;
	struct buf text = BUF(f->k8s_namespace);
	if (!fdio_read_file(K8S_NAMESPACE_FILE, &text, e))
		return err_ctx(e, "{k8s:namespace}");
	f->values.k8s_namespace = buf_span(&text);
	return true;
}

static bool
name_service(const struct fetcher *f, struct span service, struct loader *l, struct err *e)
{
	struct quoted_long q;
	struct buf written = BUF(l->written);
	if (!placeholder_expand(service, &f->values, &written, e) ||
		!service_parse(buf_span(&written), f->config, &l->service, e))
		return false;
	if (f->config->backend != BACKEND_FILE || l->service.label.n == 0)
		return true;
	err_set(e, ERR_USAGE, "usage: service '%s': a file has no labels",
		quote_name(&q, l->service.written));
	return err_hint(e, "leave out the label, or use the backend ssm");
}

bool
fetcher_name_services(struct fetcher *f, struct err *e)
{
	for (unsigned i = 0; i < f->service_count; i++) {
		f->loader[i].index = i;
		f->loader[i].recursive = f->config->recursive;
		if (!name_service(f, f->config->service[i], &f->loader[i], e))
			return false;
	}
	return true;
}

bool
fetcher_asks_aws(const struct fetcher *f)
{
	return (f->service_count > 0 && f->config->backend != BACKEND_FILE) ||
	       f->references.group_count > 0;
}

static void
plan_terms(struct fetcher *f, const struct config *c)
{
	clock_ms end = c->timeout_ms == 0 ? CLOCK_NEVER : c->started + c->timeout_ms;
	const struct access_settings settings = {
		.environ = c->environ,
		.user_agent = "antechamber/" ANTECHAMBER_VERSION,
		.attempts_max = c->retries,
		.deadline = { end, c->timeout_ms },
		.allow_http = c->allow_http,
	};
	f->config = c;
	f->service_count = c->backend == BACKEND_NULL ? 0 : (unsigned)c->service_count;
	f->assembly.config = c;
	f->assembly.loader = f->loader;
	access_init(&f->access, &settings);
}

/* The task metadata are asked for names of placeholders, and for a region that is not set. */
static bool
plan_task(struct fetcher *f, struct err *e)
{
	char *const *environ = f->config->environ;
	f->asks_task = (f->needs.ecs_task || (fetcher_asks_aws(f) && f->access.region.n == 0)) &&
		       ecs_task_is_there(environ);
	return !f->asks_task || ecs_task_plan(&f->task, environ, &f->access.session.scratch, e);
}

bool
fetcher_plan(struct fetcher *f, const struct config *c, struct err *e)
{
	plan_terms(f, c);
	if (!plan_placeholders(f, e))
		return false;
	/* Names that do not depend on a response are judged before anybody is asked. */
	if (!f->needs.ecs_task && !fetcher_name_services(f, e))
		return false;
	if (!references_find(&f->references, c, e))
		return false;
	if (fetcher_asks_aws(f) && !access_plan(&f->access, e))
		return false;
	if (c->backend == BACKEND_FILE && !paramfile_read(&f->paramfile, c->backend_file, e))
		return false;
	if (!plan_task(f, e))
		return false;
	if ((fetcher_asks_aws(f) || f->asks_task) && !resolver_read(&f->access.resolver, e))
		return false;
	f->times.planned = clock_now();
	return true;
}
