#include "fetch/paramfile.h"

#include "aws/ssm.h"
#include "base/fdio.h"
#include "base/quote.h"
#include "fetch/parameters.h"

bool
paramfile_read(struct paramfile *f, const char *path, struct err *e)
{
	struct buf b = BUF(f->bytes);
	if (!fdio_read_file(path, &b, e))
		return err_ctx(e, "--backend file");
	f->path = path;
	f->text = buf_span(&b);
	return true;
}

/* The services that are looked for, and where they go. */
struct search {
	const struct loader *loader;
	size_t count;
	struct store *store;
};

static bool
add_everywhere(const struct search *s, const struct ssm_parameter *p, struct err *e)
{
	char text[URL_MAX];
	struct buf name = BUF(text);
	if (!parameters_name(p->name, &name, e))
		return false;
	for (const struct loader *l = s->loader; l < s->loader + s->count; l++) {
		if (!loader_covers(l, buf_span(&name)))
			continue;
		if (!loader_add(l, s->store, buf_span(&name), p->value, e))
			return err_ctx(e, "%s", l->doing);
	}
	return true;
}

static bool
walk(const struct search *s, struct json_value root, struct err *e)
{
	struct ssm_cursor cursor = { 0 };
	struct ssm_parameter p;
	for (;;) {
		switch (ssm_next(root, &cursor, &p, e)) {
		case SSM_END:
			return true;
		case SSM_MALFORMED:
			return false;
		case SSM_ITEM:
			break;
		}
		if (!add_everywhere(s, &p, e))
			return false;
	}
}

bool
paramfile_load(const struct paramfile *f, const struct loader *loader, size_t count,
	struct session *s, struct err *e)
{
	const struct search search = { loader, count, &s->store };
	struct quoted q;
	struct json_value root;
	if (scratch_parse(&s->scratch, f->text, &root, e) && walk(&search, root, e))
		return true;
	err_ctx(e, "--backend file: %s", quote(&q, span_of(f->path)));
	if (!err_is_retryable(e))
		return false;
	/* A file does not change by itself: what may pass for a response is an error of it. */
	e->kind = ERR_USAGE;
	return err_hint(e, "it must be what 'aws ssm get-parameters-by-path --recursive "
			   "--with-decryption --output json' prints");
}
