#include "base/quote.h"
#include "fetch/drive.h"
#include "fetch/fetcher.h"

static const struct exchange_limits aws_limits = { .connect = 5000, .silence = 15000 };

/* What a service's messages speak of: "load parameters under /kops/". */
static const char *
name_work(struct fetcher *f, unsigned i)
{
	struct quoted q;
	struct buf doing = BUF(f->doing[i]);
	const struct service *service = &f->service[i];
	if (f->config->backend == BACKEND_SECRETS_MANAGER)
		buf_printf(&doing, "load secret %s", quote(&q, service->name));
	else
		buf_printf(&doing, "load parameters under /%s/", quote(&q, service->name));
	if (service->label.n > 0)
		buf_printf(&doing, " with label %s", quote(&q, service->label));
	return buf_str(&doing);
}

static void
prepare_call(
	const struct fetcher *f, struct awscall *aws, const struct peer *peer, const char *doing)
{
	const struct call_setup setup = {
		.ops = &awscall_ops,
		.owner = aws,
		.doing = doing,
		.peer = peer,
		.limits = &aws_limits,
		.attempts_max = f->config->retries,
	};
	call_init(&aws->call, &setup);
}

static bool
prepare_loader(struct fetcher *f, unsigned i, struct err *e)
{
	struct loader *l = &f->loader[i];
	const struct loader_setup setup = {
		.service = &f->service[i],
		.index = i,
		.recursive = f->config->recursive,
		.store = &f->store,
		.shared = &f->shared,
		.endpoint = &f->endpoint,
	};
	if (f->config->backend == BACKEND_SECRETS_MANAGER)
		loader_init_secret(l, &setup);
	else if (!loader_init_pages(l, &setup, e))
		return false;
	f->path[i] = span_of(l->path);
	prepare_call(f, &l->aws, &f->peer, name_work(f, i));
	return true;
}

/* The services that a file holds need no call. */
static bool
load_from_file(struct fetcher *f, unsigned i, struct err *e)
{
	struct loader *l = &f->loader[i];
	struct buf path = BUF(l->path);
	buf_printf(&path, "/%.*s/", (int)f->service[i].name.n, f->service[i].name.p);
	f->path[i] = buf_span(&path);
	const struct paramfile_question q = { i, f->path[i], f->config->recursive };
	return paramfile_load(&f->paramfile, &q, &f->store, &l->loaded, e) ||
	       err_ctx(e, "%s", name_work(f, i));
}

/* --fail-if-empty */
static bool
check_loaded(struct fetcher *f, struct err *e)
{
	for (unsigned i = 0; f->config->fail_if_empty && i < f->config->service_count; i++) {
		if (f->loader[i].loaded > 0 || f->config->backend == BACKEND_NULL)
			continue;
		err_set(e, ERR_REFUSED, "%s: there are none (--fail-if-empty)", name_work(f, i));
		return err_hint(e, "check the service's name and the region");
	}
	return true;
}

/* The calls to AWS, those first that others wait for. */
static bool
prepare_calls(struct fetcher *f, struct call **calls, size_t *count, struct err *e)
{
	const struct config *c = f->config;
	if (fetcher_asks_aws(f) && !identity_is_known(&f->identity))
		calls[(*count)++] = &f->identity.call;
	for (unsigned i = 0; i < c->service_count; i++) {
		if (c->backend == BACKEND_FILE && !load_from_file(f, i, e))
			return false;
		if (c->backend == BACKEND_FILE || c->backend == BACKEND_NULL)
			continue;
		if (!prepare_loader(f, i, e))
			return false;
		calls[(*count)++] = &f->loader[i].aws.call;
	}
	references_start(&f->references, &f->shared, &f->store);
	for (unsigned i = 0; i < f->references.group_count; i++) {
		struct reference_group *g = &f->references.group[i];
		prepare_call(f, &g->aws, &g->peer, "references");
		calls[(*count)++] = &g->aws.call;
	}
	return true;
}

bool
fetcher_talk(struct fetcher *f, struct err *e)
{
	struct call *calls[DRIVE_CALLS_MAX];
	size_t count = 0;
	if (!prepare_calls(f, calls, &count, e) || !drive(calls, count, &f->deadline, e) ||
		!check_loaded(f, e))
		return false;
	f->times.fetched = clock_now();
	return true;
}
