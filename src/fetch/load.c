#include "base/clock.h"
#include "fetch/fetcher.h"
#include "fetch/talk.h"

/* The calls of this phase, in the order in which they move. */
struct calls {
	struct call *call[CALLS_MAX];
	size_t count;
};

static void
add_call(struct calls *c, struct call *call)
{
	c->call[c->count++] = call;
}

/* The credentials come first: the others wait for them. */
static void
start_credentials(struct fetcher *f, struct calls *calls)
{
	struct identity *i = &f->session.identity;
	/* Also when it has ended already, for the region: a renewal starts it again. */
	if (fetcher_asks_aws(f) && i->plan.source != SOURCE_STATIC)
		add_call(calls, &i->call);
}

static void
start_services(struct fetcher *f, struct calls *calls)
{
	const struct awscall_terms terms = {
		.session = &f->session, .peer = &f->peer, .endpoint = &f->endpoint
	};
	for (unsigned i = 0; i < f->service_count; i++) {
		loader_start(&f->loader[i], terms);
		add_call(calls, &f->loader[i].aws.call);
	}
}

static void
start_references(struct fetcher *f, struct calls *calls)
{
	struct references *r = &f->references;
	for (struct reference_group *g = r->group; g < r->group + r->group_count; g++) {
		reference_start(g, &f->session);
		add_call(calls, &g->aws.call);
	}
}

static bool
check_empty(const struct fetcher *f, struct err *e)
{
	bool has_some[SERVICES_MAX + 1] = { false }; /* references included */
	const struct store *s = &f->session.store;
	for (size_t i = 0; i < s->count; i++)
		has_some[s->param[i].service] = true;
	for (unsigned i = 0; i < f->service_count; i++) {
		if (!has_some[i] && !loader_tell_empty(&f->loader[i], f->config, e))
			return false;
	}
	return true;
}

bool
fetcher_fetch(struct fetcher *f, struct err *e)
{
	struct calls calls = { .count = 0 };
	bool is_file = f->config->backend == BACKEND_FILE;
	for (unsigned i = 0; i < f->service_count; i++)
		loader_init(&f->loader[i], f->config->backend == BACKEND_SECRETS_MANAGER);
	if (is_file && !paramfile_load(&f->paramfile, f->loader, f->service_count, &f->session, e))
		return false;
	start_credentials(f, &calls);
	if (!is_file)
		start_services(f, &calls);
	start_references(f, &calls);
	if (!talk(calls.call, calls.count, &f->terms.deadline, e) || !check_empty(f, e))
		return false;
	f->times.fetched = clock_now();
	return true;
}
