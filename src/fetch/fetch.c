#include "fetch/fetch.h"

#include "base/bulk.h"
#include "base/fdio.h"
#include "base/log.h"
#include "fetch/fetcher.h"
#include "sandbox/sandbox.h"

BULK struct fetcher fetcher;

bool
fetcher_run(struct fetcher *f, const struct config *c, struct buf *block, struct err *e)
{
	secret_use(&f->secrets);
	if (!fetcher_plan(f, c, e))
		return false;
	if (!sandbox_resolve(c->sandbox, e) || !fetcher_locate(f, e) ||
		!sandbox_talk(c->sandbox, e) || !fetcher_talk(f, e))
		return false;
	return assemble(&f->assembly, &f->store, e) && assemble_block(&f->assembly, block, e);
}

/* "3 references" */
static void
put_count(struct buf *b, size_t count, const char *what)
{
	buf_printf(b, "%zu %s%s", count, what, count == 1 ? "" : "s");
}

/* "42 parameters from kops, app_server, 3 references in 180 ms" */
static void
tell_success(const struct fetcher *f)
{
	char text[LOG_MESSAGE_MAX / 2];
	struct buf b = BUF(text);
	const struct config *c = f->config;
	size_t references = f->references.use_count;
	size_t services = c->backend == BACKEND_NULL ? 0 : c->service_count;
	if (services == 0 && !c->rules.references)
		return;
	if (services > 0)
		put_count(&b, f->store.count - references, "parameter");
	for (size_t i = 0; i < services; i++) {
		buf_put_str(&b, i > 0 ? ", " : " from ");
		buf_put(&b, f->loader[i].service.written);
	}
	if (c->rules.references) {
		buf_put_str(&b, services > 0 ? ", " : "");
		put_count(&b, references, "reference");
	}
	log_info("%.*s in %llu ms", (int)b.len, text,
		(unsigned long long)(clock_now() - c->started));
}

int
fetch_run(const struct config *c, int block_fd)
{
	struct err e;
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
