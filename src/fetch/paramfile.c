#include "fetch/paramfile.h"

#include "base/fdio.h"
#include "base/quote.h"
#include "fetch/answer.h"

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

/* The file is the whole tree: what stands elsewhere is for other services. */
static bool
take_own(void *owner, const struct ssm_parameter *p, struct buf *name, struct err *e)
{
	return !loader_covers(owner, buf_span(name)) || loader_take(owner, p, name, e);
}

bool
paramfile_load(const struct paramfile *f, struct loader *l, struct err *e)
{
	struct quoted q;
	struct json_value root;
	if (answer_parse(f->text, &root, e) && parameters_walk(root, take_own, l, e))
		return true;
	/* A file does not change by itself: what may pass for an answer is an error of it. */
	if (err_is_retryable(e))
		e->kind = ERR_USAGE;
	err_ctx(e, "--backend file: %s", quote(&q, span_of(f->path)));
	return err_hint(e, "it must be what 'aws ssm get-parameters-by-path --recursive "
			   "--with-decryption --output json' prints");
}
