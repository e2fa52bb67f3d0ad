#include "check.h"

#include <unistd.h>

#include "base/buf.h"
#include "base/fdio.h"
#include "base/log.h"
#include "base/quote.h"
#include "env/envblock.h"
#include "fetch/fetcher.h"
#include "launch/launch.h"

/* A report that grows beyond it goes out in parts. */
static char report_text[64 * 1024];

struct report {
	const struct fetcher *f;
	const struct environ_plan *plan;
	bool json;
	struct buf b;
	struct err *e;
};

static const char *const fate_text[] = {
	[ENVIRON_ADDED] = "",
	[ENVIRON_OVERWRITES] = "overwrites the inherited one",
	[ENVIRON_KEPT] = "the inherited one stays",
	[ENVIRON_IGNORED] = "ignored: not inherited (--strict)",
};

static const char *
credentials_from(const struct fetcher *f)
{
	const struct credential_plan *plan = &f->identity.plan;
	if (!fetcher_asks_aws(f))
		return "none needed";
	return plan->variable != NULL ? plan->variable : credential_source_name(plan->source);
}

static bool
flush(struct report *r)
{
	bool ok = fdio_write_all(STDOUT_FILENO, buf_span(&r->b), "the report", r->e);
	r->b.len = 0;
	return ok;
}

/* "region:       eu-west-1 (AWS_REGION)", or a member of the JSON object. */
static void
put_pair(struct report *r, const char *name, struct span value, const char *note)
{
	struct quoted q;
	if (r->json) {
		buf_printf(&r->b, "\"%s\":", name);
		json_put_string(&r->b, span_of(quote(&q, value)));
		if (note != NULL)
			buf_printf(&r->b, ",\"%s_from\":\"%s\"", name, note);
		buf_put_char(&r->b, ',');
		return;
	}
	buf_printf(
		&r->b, note != NULL ? "%s: %s (%s)\n" : "%s: %s\n", name, quote(&q, value), note);
}

static void
put_head(struct report *r)
{
	const struct fetcher *f = r->f;
	if (r->json)
		buf_put_char(&r->b, '{');
	if (f->region.n > 0)
		put_pair(r, "region", f->region, f->region_source);
	put_pair(r, "credentials", span_of(credentials_from(f)), NULL);
	if (f->endpoint.url.host.n > 0)
		put_pair(r, "endpoint", span_of(f->peer.name), f->endpoint.variable);
}

static uint8_t
fate_of(const struct report *r, struct span name)
{
	return r->plan->fate[envblock_find(&r->plan->loaded, name)];
}

static void
put_variable(struct report *r, const struct variable *v, bool last)
{
	struct quoted q;
	struct quoted s;
	const char *fate = fate_text[fate_of(r, v->name)];
	bool reference = v->param->service == STORE_REFERENCES;
	const char *from = reference ? "a reference" : quote(&s, v->param->name);
	if (!r->json) {
		buf_printf(&r->b, fate[0] != '\0' ? "  %s from %s, %s\n" : "  %s from %s\n",
			quote(&q, v->name), from, fate);
		return;
	}
	buf_put_str(&r->b, "{\"name\":");
	json_put_string(&r->b, span_of(quote(&q, v->name)));
	buf_put_str(&r->b, ",\"parameter\":");
	json_put_string(&r->b, span_of(from));
	buf_printf(&r->b, ",\"fate\":\"%s\"}%s", fate[0] != '\0' ? fate : "added", last ? "" : ",");
}

static bool
put_variables(struct report *r)
{
	const struct assembly *a = &r->f->assembly;
	buf_put_str(&r->b, r->json ? "\"variables\":[" : "variables:\n");
	for (size_t i = 0; i < a->count; i++) {
		put_variable(r, &a->variable[i], i + 1 == a->count);
		/* A line has two quoted names. */
		if (r->b.cap - r->b.len < 4 * QUOTE_MAX && !flush(r))
			return false;
	}
	buf_put_str(&r->b, r->json ? "]," : "");
	return true;
}

static void
put_phase(struct report *r, const char *name, clock_ms from, clock_ms to, bool last)
{
	buf_printf(&r->b, r->json ? "\"%s_ms\":%llu%s" : "%s: %llu ms%s", name,
		(unsigned long long)(to - from), r->json ? (last ? "}\n" : ",") : "\n");
}

static bool
print_report(struct report *r)
{
	const struct fetch_times *t = &r->f->times;
	clock_ms started = r->f->config->started;
	put_head(r);
	if (!put_variables(r))
		return false;
	put_phase(r, "plan", started, t->planned, false);
	put_phase(r, "locate", t->planned, t->resolved, false);
	put_phase(r, "fetch", t->resolved, t->fetched, false);
	put_phase(r, "all", started, clock_now(), true);
	return flush(r);
}

int
check_run(const struct config *c)
{
	static struct fetcher fetcher;
	struct err e = { 0 };
	struct report r = { .f = &fetcher, .json = c->log_format == LOG_FORMAT_JSON, .e = &e };
	struct buf block = BUF(fetcher.block);
	r.b = BUF(report_text);
	log_role("check");
	if ((c->child == NULL || launch_find(c, &e)) && fetcher_run(&fetcher, c, &block, &e) &&
		launch_judge(c, buf_span(&block), &r.plan, &e) && print_report(&r))
		return 0;
	log_error(&e);
	return err_exit_code(&e);
}
