#include "check.h"

#include <unistd.h>

#include "base/buf.h"
#include "base/bulk.h"
#include "base/fdio.h"
#include "base/log.h"
#include "base/quote.h"
#include "env/envblock.h"
#include "fetch/fetcher.h"
#include "launch/launch.h"

/* A row of the report: two names, each of at most QUOTE_MAX bytes, which JSON may double. */
#define ROW_MAX (4 * QUOTE_MAX + 128)

/* A report that grows beyond it goes out in parts. */
BULK static char report_text[16 * 1024];
_Static_assert(sizeof(report_text) > 8 * ROW_MAX, "no room for what stands before the variables");

struct report {
	const struct fetcher *f;
	const struct environ_plan *plan;
	bool json; /* one object, in one line */
	struct buf b;
};

static const char fate_text[][40] = {
	[ENVIRON_ADDED] = "added",
	[ENVIRON_OVERWRITES] = "overwrites the inherited one",
	[ENVIRON_KEPT] = "the inherited one stays",
	[ENVIRON_IGNORED] = "ignored: not inherited (--strict)",
};
_Static_assert(sizeof(fate_text) / sizeof(*fate_text) == ENVIRON_IGNORED + 1, "a fate has no text");

static bool
flush(struct report *r, struct err *e)
{
	bool ok = fdio_write_all(STDOUT_FILENO, buf_span(&r->b), "the report", e);
	r->b.len = 0;
	return ok;
}

static bool
make_room(struct report *r, struct err *e)
{
	return r->b.cap - r->b.len >= ROW_MAX || flush(r, e);
}

/* Names come from outside, even that of a variable. */
static void
put_quoted(struct report *r, struct span name)
{
	struct quoted q;
	quote(&q, name);
	if (r->json)
		json_put_string(&r->b, span_of(q.text));
	else
		buf_put_str(&r->b, q.text);
}

/* "region: eu-west-1 (AWS_REGION)"; from: NULL where there is nothing to tell. */
static void
put_finding(struct report *r, const char *name, struct span value, const char *from)
{
	buf_printf(&r->b, r->json ? "\"%s\":" : "%s: ", name);
	put_quoted(r, value);
	if (from != NULL && r->json)
		buf_printf(&r->b, ",\"%s_from\":\"%s\"", name, from);
	else if (from != NULL)
		buf_printf(&r->b, " (%s)", from);
	buf_put_char(&r->b, r->json ? ',' : '\n');
}

static void
put_findings(struct report *r)
{
	const struct fetcher *f = r->f;
	const struct credential_plan *plan = &f->identity.plan;
	if (f->region.n > 0)
		put_finding(r, "region", f->region, f->region_source);
	if (fetcher_asks_aws(f))
		put_finding(r, "credentials", span_of(credential_source_name(plan->source)),
			plan->variable);
	else
		put_finding(r, "credentials", SPAN("none needed"), NULL);
	if (f->endpoint.url.host.n > 0)
		put_finding(r, "endpoint", span_of(f->peer.name), f->endpoint.variable);
}

/* "  DB_URL from /app/db-url, added" */
static void
put_variable(struct report *r, const struct variable *v)
{
	const bool is_reference = v->param->service == STORE_REFERENCES;
	const char *fate = fate_text[r->plan->fate[envblock_find(&r->plan->loaded, v->name)]];
	buf_put_str(&r->b, r->json ? "{\"name\":" : "  ");
	put_quoted(r, v->name);
	buf_put_str(&r->b, r->json ? ",\"parameter\":" : " from ");
	put_quoted(r, is_reference ? SPAN("a reference") : v->param->name);
	buf_printf(&r->b, r->json ? ",\"fate\":\"%s\"}" : ", %s\n", fate);
}

static bool
put_variables(struct report *r, struct err *e)
{
	const struct assembly *a = &r->f->assembly;
	buf_put_str(&r->b, r->json ? "\"variables\":[" : "variables:\n");
	for (size_t i = 0; i < a->count; i++) {
		if (!make_room(r, e))
			return false;
		if (r->json && i > 0)
			buf_put_char(&r->b, ',');
		put_variable(r, &a->variable[i]);
	}
	buf_put_str(&r->b, r->json ? "]" : "");
	return true;
}

static void
put_time(struct report *r, const char *phase, clock_ms from, clock_ms to)
{
	buf_printf(&r->b, r->json ? ",\"%s_ms\":%llu" : "%s: %llu ms\n", phase,
		(unsigned long long)(to - from));
}

static bool
print_report(struct report *r, struct err *e)
{
	const struct fetch_times *t = &r->f->times;
	const clock_ms started = r->f->config->started;
	buf_put_str(&r->b, r->json ? "{" : "");
	put_findings(r);
	if (!put_variables(r, e) || !make_room(r, e))
		return false;
	put_time(r, "plan", started, t->planned);
	put_time(r, "locate", t->planned, t->resolved);
	put_time(r, "fetch", t->resolved, t->fetched);
	put_time(r, "all", started, clock_now());
	buf_put_str(&r->b, r->json ? "}\n" : "");
	return flush(r, e);
}

int
check_run(const struct config *c)
{
	struct err e = { 0 };
	struct buf block = BUF(fetcher.block);
	struct report r = {
		.f = &fetcher,
		.json = c->log_format == LOG_FORMAT_JSON,
		.b = BUF(report_text),
	};
	log_role("check");
	if ((c->argv == NULL || launch_find(c, &e)) && fetcher_run(&fetcher, c, &block, &e) &&
		launch_judge(c, buf_span(&block), &r.plan, &e) && print_report(&r, &e))
		return 0;
	log_error(&e);
	return err_exit_code(&e);
}
