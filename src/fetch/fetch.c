#include "fetch/fetch.h"

#include "base/fdio.h"
#include "base/log.h"
#include "fetch/fetcher.h"
#include "sandbox/sandbox.h"

bool
fetcher_run(struct fetcher *f, const struct config *c, struct buf *block, struct err *e)
{
	if (!fetcher_plan(f, c, e))
		return false;
	if (!sandbox_resolve(c->sandbox, e) || !fetcher_locate(f, e) ||
		!sandbox_talk(c->sandbox, e) || !fetcher_talk(f, e))
		return false;
	const struct assemble_terms terms = { c, f->path, f->written };
	return assemble(&f->assembly, &f->store, &terms, e) &&
	       assemble_block(&f->assembly, block, e);
}

static void
put_services(const struct fetcher *f, struct buf *b)
{
	size_t count = f->store.count - f->references.use_count;
	buf_printf(b, "%zu parameter%s from ", count, count == 1 ? "" : "s");
	for (size_t i = 0; i < f->config->service_count; i++) {
		buf_put_str(b, i > 0 ? ", " : "");
		buf_put(b, f->written[i]);
	}
}

/* "42 parameters from kops, app_server, 3 references in 180 ms" */
static void
tell_success(const struct fetcher *f)
{
	char text[LOG_MESSAGE_MAX / 2];
	struct buf b = BUF(text);
	const struct config *c = f->config;
	unsigned references = f->references.use_count;
	bool services = c->service_count > 0 && c->backend != BACKEND_NULL;
	if (!services && !c->references)
		return;
	if (services)
		put_services(f, &b);
	if (c->references)
		buf_printf(&b, "%s%u reference%s", services ? ", " : "", references,
			references == 1 ? "" : "s");
	log_info("%.*s in %llu ms", (int)b.len, text,
		(unsigned long long)(clock_now() - c->started));
}

int
fetch_run(const struct config *c, int block_fd)
{
	static struct fetcher fetcher;
	struct err e = { 0 };
	struct buf block = BUF(fetcher.block);
	log_role("fetch");
	if (!fetcher_run(&fetcher, c, &block, &e) ||
		!fdio_write_all(block_fd, buf_span(&block), "the environment", &e)) {
		log_error(&e);
		return err_exit_code(&e);
	}
	tell_success(&fetcher);
	return 0;
}
