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
	struct identity *i = &f->access.session.identity;
	/* Also when it has ended already, for the region: a renewal starts it again. */
	if (fetcher_asks_aws(f) && i->plan.source != SOURCE_STATIC)
		add_call(calls, &i->call);
}

/* How many connections there may be for services: references to the same host have some. */
static size_t
count_connections(const struct fetcher *f)
{
	const struct references *r = &f->references;
	size_t left = CONNECTIONS_MAX;
	for (const struct reference_group *g = r->group; g < r->group + r->group_count; g++) {
		if (left > 1 && span_eq(g->peer.authority, f->peer.authority))
			left--;
	}
	return left < f->service_count ? left : f->service_count;
}

static void
start_services(struct fetcher *f, struct calls *calls)
{
	const struct awscall_terms terms = {
		.session = &f->access.session, .peer = &f->peer, .endpoint = &f->endpoint
	};
	const size_t count = count_connections(f);
	f->queue = (struct loader_queue){ f->loader + count, f->loader + f->service_count };
	for (size_t i = 0; i < count; i++) {
		loader_start(&f->loader[i], &f->service_call[i], terms);
		loader_share(&f->service_call[i], &f->queue);
		add_call(calls, &f->service_call[i].call);
	}
}

static void
start_references(struct fetcher *f, struct calls *calls)
{
	struct references *r = &f->references;
	for (struct reference_group *g = r->group; g < r->group + r->group_count; g++) {
		reference_start(g, &f->access.session);
		add_call(calls, &g->aws.call);
	}
}

static bool
check_empty(const struct fetcher *f, struct err *e)
{
	bool has_some[SERVICES_MAX + 1] = { false }; /* references included */
	const struct store *s = &f->access.session.store;
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
	if (is_file &&
		!paramfile_load(&f->paramfile, f->loader, f->service_count, &f->access.session, e))
		return false;
	start_credentials(f, &calls);
	if (!is_file)
		start_services(f, &calls);
	start_references(f, &calls);
	if (!talk(calls.call, calls.count, &f->access.terms.deadline, e) || !check_empty(f, e))
		return false;
	f->times.fetched = clock_now();
	return true;
}
