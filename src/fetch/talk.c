#include "fetch/drive.h"
#include "fetch/fetcher.h"

/* Makes a service's loader ready, and its call; a file is read at once. */
static bool
start_loader(struct fetcher *f, struct loader *l, struct err *e)
{
	enum backend backend = f->config->backend;
	l->aws.shared = &f->shared;
	l->aws.endpoint = &f->endpoint;
	loader_init(l, backend == BACKEND_SECRETS_MANAGER ? &loader_secret : &loader_pages);
	if (backend == BACKEND_FILE)
		return paramfile_load(&f->paramfile, l, e) || err_ctx(e, "%s", l->doing);
	awscall_start(&l->aws, l->doing, &f->peer);
	return true;
}

/* --fail-if-empty */
static bool
check_loaded(const struct store *s, const struct loader *l, struct err *e)
{
	for (size_t i = 0; i < s->count; i++) {
		if (s->param[i].service == l->index)
			return true;
	}
	err_set(e, ERR_REFUSED, "%s: there are none (--fail-if-empty)", l->doing);
	return err_hint(e, "check the service's name and the region");
}

/* The calls to AWS, those first that others wait for. */
static bool
start_calls(struct fetcher *f, struct call **calls, size_t *count, struct err *e)
{
	const struct config *c = f->config;
	struct references *r = &f->references;
	/* Also when it has ended already, for the region: a renewal starts it again. */
	if (fetcher_asks_aws(f) && f->identity.plan.source != SOURCE_STATIC)
		calls[(*count)++] = &f->identity.call;
	for (unsigned i = 0; i < c->service_count && c->backend != BACKEND_NULL; i++) {
		if (!start_loader(f, &f->loader[i], e))
			return false;
		if (c->backend != BACKEND_FILE)
			calls[(*count)++] = &f->loader[i].aws.call;
	}
	references_start(r, &f->shared);
	for (struct reference_group *g = r->group; g < r->group + r->group_count; g++) {
		awscall_start(&g->aws, "references", &g->peer);
		calls[(*count)++] = &g->aws.call;
	}
	return true;
}

bool
fetcher_talk(struct fetcher *f, struct err *e)
{
	const struct config *c = f->config;
	struct call *calls[DRIVE_CALLS_MAX];
	size_t count = 0;
	if (!start_calls(f, calls, &count, e) || !drive(calls, count, &f->terms.deadline, e))
		return false;
	bool checks = c->fail_if_empty && c->backend != BACKEND_NULL;
	for (unsigned i = 0; checks && i < c->service_count; i++) {
		if (!check_loaded(&f->store, &f->loader[i], e))
			return false;
	}
	f->times.fetched = clock_now();
	return true;
}
