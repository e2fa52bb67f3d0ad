#include "check.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fdio.h"
#include "base/log.h"
#include "base/quote.h"
#include "base/stop.h"
#include "fetch/fetcher.h"
#include "init/signals.h"
#include "launch/launch.h"

/* A row of the report: two names. One above QUOTE_MAX bytes has none that JSON escapes. */
#define ROW_MAX (2 * QUOTE_LONG_MAX + 128)
/* One write to stdout: a pipe that poll(2) finds writable takes as much without waiting. */
#define PIECE_MAX 2048

struct report {
	const struct fetcher *f;
	const struct environ_plan *plan;
	bool json; /* one object, in one line */
	struct buf b; /* a report that does not fit goes out in parts */
	int fd;
};

static const char fate_text[][36] = {
	[ENVIRON_ADDED] = "added",
	[ENVIRON_OVERWRITES] = "overwrites the inherited one",
	[ENVIRON_KEPT] = "the inherited one stays",
	[ENVIRON_IGNORED] = "ignored: not inherited (--strict)",
};
_Static_assert(sizeof(fate_text) / sizeof(*fate_text) == ENVIRON_IGNORED + 1, "a fate has no text");

static bool
flush(struct report *r, struct err *e)
{
	bool ok = fdio_write_all(r->fd, buf_span(&r->b), "the report", e);
	r->b.len = 0;
	return ok;
}

static bool
make_room(struct report *r, struct err *e)
{
	return r->b.cap - r->b.len >= ROW_MAX || flush(r, e);
}

/* Our own words, and what was checked: as they are. */
static void
put_checked(struct report *r, struct span text)
{
	if (r->json)
		json_put_string(&r->b, text);
	else
		buf_put(&r->b, text);
}

/* Names come from outside, even that of a variable. */
static void
put_quoted(struct report *r, struct span name)
{
	struct quoted_long q;
	quote_name(&q, name);
	if (r->json)
		json_put_string(&r->b, span_of(q.text));
	else
		buf_put_str(&r->b, q.text);
}

/* "region: eu-west-1 (AWS_REGION)"; from: NULL where it has no source. */
static void
put_finding(struct report *r, const char *name, struct span value, const char *from)
{
	buf_printf(&r->b, r->json ? "\"%s\":" : "%s: ", name);
	put_checked(r, value);
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
	const struct credential_plan *plan = &f->access.session.identity.plan;
	if (f->access.region.n > 0)
		put_finding(r, "region", f->access.region, f->access.region_source);
	if (fetcher_asks_aws(f))
		put_finding(r, "credentials", span_of(credential_source_name(plan->source)),
			plan->variable);
	else
		put_finding(r, "credentials", SPAN("none needed"), NULL);
	if (f->endpoint.url.host.n > 0)
		put_finding(r, "endpoint", span_of(f->peer.name), f->endpoint.variable);
}

/* A parameter's name, or a reference as it was written: "ssm:/app/db-url". */
static struct span
origin(const struct report *r, const struct variable *v)
{
	const struct references *all = &r->f->references;
	if (v->param->service != STORE_REFERENCES)
		return v->param->name;
	for (size_t i = 0; i < all->use_count; i++) {
		if (span_eq(all->use[i].variable, v->param->name))
			return all->use[i].value;
	}
	return SPAN("a reference");
}

/* "  DB_URL from /app/db-url, added": the plan has the order of the block, and so of the names. */
static void
put_variable(struct report *r, size_t i)
{
	const struct variable *v = assemble_variable(&r->f->assembly, i);
	buf_put_str(&r->b, r->json ? "{\"name\":" : "  ");
	put_quoted(r, v->name);
	buf_put_str(&r->b, r->json ? ",\"parameter\":" : " from ");
	put_quoted(r, origin(r, v));
	buf_printf(&r->b, r->json ? ",\"fate\":\"%s\"}" : ", %s\n", fate_text[r->plan->fate[i]]);
}

static bool
put_variables(struct report *r, struct err *e)
{
	buf_put_str(&r->b, r->json ? "\"variables\":[" : "variables:\n");
	for (size_t i = 0; i < r->plan->loaded.count; i++) {
		if (!make_room(r, e))
			return false;
		if (r->json && i > 0)
			buf_put_char(&r->b, ',');
		put_variable(r, i);
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
write_report(struct report *r, struct err *e)
{
	const struct fetch_times *t = &r->f->times;
	const clock_ms started = r->f->config->started;
	buf_put_str(&r->b, r->json ? "{" : "");
	put_findings(r);
	if (!put_variables(r, e) || !make_room(r, e))
		return false;
	put_time(r, "plan", started, t->planned);
	put_time(r, "locate", t->planned, t->located);
	put_time(r, "fetch", t->located, t->fetched);
	put_time(r, "all", started, clock_now());
	buf_put_str(&r->b, r->json ? "}\n" : "");
	return flush(r, e);
}

static bool
find_out(const struct config *c, int report_fd, struct err *e)
{
	/* Mapped before the sandbox, which allows no more of it. */
	struct fetcher *f = fetcher_map(e);
	struct launcher *l = f == NULL ? NULL : launch_map(e);
	if (l == NULL)
		return false;
	struct buf block = BUF(f->block);
	if (!fetcher_run(f, c, &block, e) || !launch_judge(l, c, buf_span(&block), e))
		return false;
	struct report r = {
		.f = f,
		.plan = &l->plan,
		.json = c->log_format == LOG_FORMAT_JSON,
		.b = BUF(l->block),
		.fd = report_fd,
	};
	return write_report(&r, e);
}

int
check_fetch(const struct config *c, int report_fd)
{
	struct err e = { 0 };
	log_role("check");
	if (find_out(c, report_fd, &e))
		return 0;
	log_error(&e);
	return stop_signal() != 0 ? 128 + stop_signal() : err_exit_code(&e);
}

/* Waits for a stdout that nobody reads no longer than the whole may take. */
static bool
wait_for_stdout(const struct config *c, struct err *e)
{
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };
	const clock_ms end = c->timeout_ms == 0 ? CLOCK_NEVER : c->started + c->timeout_ms;
	int ready;
	do {
		ready = poll(&out, 1, clock_until(end, clock_now()));
	} while (ready < 0 && errno == EINTR);
	/* Where there is no poll, write(2) waits. */
	return ready != 0 ||
	       err_set(e, ERR_FINAL, "timed out after %llu.%llu s (--timeout) writing the report",
		       (unsigned long long)c->timeout_ms / 1000,
		       (unsigned long long)c->timeout_ms % 1000 / 100);
}

static bool
print(const struct config *c, int report_fd, struct err *e)
{
	char piece[PIECE_MAX];
	off_t at = 0;
	for (;;) {
		ssize_t n = pread(report_fd, piece, sizeof(piece), at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, ERR_FINAL, errno, "read the report");
		if (n == 0)
			return true;
		at += n;
		if (!wait_for_stdout(c, e) ||
			!fdio_write_all(STDOUT_FILENO, (struct span){ piece, (size_t)n },
				"the report to stdout", e))
			return false;
	}
}

int
check_print(const struct config *c, int report_fd, const struct launch_terms *terms)
{
	struct err e = { 0 };
	log_role("check");
	/* A signal ends us here and now; a failing write is to be an error that is reported. */
	signals_set_mask(
		terms->inherited->signal_mask | SIGNALS_BIT(SIGPIPE) | SIGNALS_BIT(SIGXFSZ));
	/* exec hears it from the kernel, also at its end. */
	if (launch_can_run(&e) && print(c, report_fd, &e))
		return 0;
	log_error(&e);
	return err_exit_code(&e);
}
