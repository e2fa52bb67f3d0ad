#include "fetch/fetch.h"

#include "base/fdio.h"
#include "base/log.h"
#include "base/pages.h"
#include "base/stop.h"
#include "fetch/fetcher.h"
#include "sandbox/sandbox.h"

/* Room for what follows the services in the line of success. */
#define SUMMARY_END_MAX 64

struct fetcher *
fetcher_map(struct err *e)
{
	return pages_map(sizeof(struct fetcher), "no room for the fetcher's memory", e);
}

/* The steps whose network traffic is confined. */
static bool
ask(struct fetcher *f, struct err *e)
{
	const enum sandbox_mode mode = f->config->sandbox;
	const size_t output_max = f->config->command == COMMAND_CHECK ? REPORT_MAX : BLOCK_MAX;
	struct sandbox_ports ports = { 0 };
	fetcher_collect_ports(f, &ports, e);
	struct sandbox_ports with_dns = ports;
	sandbox_add_port(&with_dns, 53);
	return sandbox_resolve(mode, output_max, &with_dns, e) && fetcher_locate(f, e) &&
	       sandbox_talk(mode, &ports, e) && fetcher_fetch(f, e);
}

bool
fetcher_run(struct fetcher *f, const struct config *c, struct buf *block, struct err *e)
{
	secret_use(&f->secrets);
	return fetcher_plan(f, c, e) && ask(f, e) &&
	       assemble(&f->assembly, &f->access.session.store, e) &&
	       assemble_block(&f->assembly, block, e);
}

/* "3 references" */
static void
put_count(struct buf *b, size_t count, const char *what)
{
	buf_printf(b, "%zu %s%s", count, what, count == 1 ? "" : "s");
}

/* " from kops, app_server": whole names; of many long ones the last are only counted. */
static void
put_services(const struct fetcher *f, struct buf *b)
{
	for (unsigned i = 0; i < f->service_count; i++) {
		const struct span name = f->loader[i].service.written;
		if (b->cap - b->len < name.n + SUMMARY_END_MAX) {
			buf_printf(b, " and %u more", f->service_count - i);
			return;
		}
		buf_put_str(b, i > 0 ? ", " : " from ");
		buf_put(b, name);
	}
}

/* "42 parameters from kops, app_server, 3 references in 180 ms" */
static void
tell_success(const struct fetcher *f)
{
	char text[LOG_MESSAGE_MAX - SUMMARY_END_MAX];
	struct buf b = BUF(text);
	bool with_references = f->config->rules.references;
	size_t references = f->references.use_count;
	if (f->service_count == 0 && !with_references)
		return;
	if (f->service_count > 0)
		put_count(&b, f->access.session.store.count - references, "parameter");
	put_services(f, &b);
	if (with_references) {
		buf_put_str(&b, f->service_count > 0 ? ", " : "");
		put_count(&b, references, "reference");
	}
	log_info("%.*s in %llu ms", (int)b.len, text,
		(unsigned long long)(clock_now() - f->config->started));
}

static bool
run(struct fetcher *f, const struct config *c, int block_fd, struct err *e)
{
	struct buf block = BUF(f->block);
	return fetcher_run(f, c, &block, e) &&
	       fdio_write_all(block_fd, buf_span(&block), "the environment", e);
}

int
fetch_run(const struct config *c, int block_fd)
{
	struct err e;
	log_role("fetch");
	struct fetcher *f = fetcher_map(&e);
	if (f == NULL || !run(f, c, block_fd, &e)) {
		log_error(&e);
		return stop_signal() != 0 ? 128 + stop_signal() : err_exit_code(&e);
	}
	tell_success(f);
	return 0;
}
