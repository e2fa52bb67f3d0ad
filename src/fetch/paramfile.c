#include "fetch/paramfile.h"

#include "aws/ssm.h"
#include "base/fdio.h"
#include "base/quote.h"
#include "env/envname.h"
#include "fetch/loader.h"

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

static bool
add_parameter(const struct paramfile_question *q, struct store *s,
	const struct ssm_parameter *parameter, unsigned *count, struct err *e)
{
	char text[URL_MAX];
	struct buf name = BUF(text);
	struct span rest;
	bool fits;
	json_unescape(parameter->name, &name);
	if (name.overflow)
		return err_set(e, ERR_LIMIT, "a parameter's name: more than %d bytes", URL_MAX);
	/* The file is the whole tree: what stands elsewhere is for other services. */
	if (!envname_below(buf_span(&name), q->path, &rest) ||
		(!q->recursive && span_find(rest, '/') < rest.n))
		return true;
	if (!loader_judge(buf_span(&name), q->path, q->recursive, &fits, e))
		return false;
	*count += fits;
	return !fits || store_add(s, q->service, buf_span(&name), parameter->value, e);
}

static bool
add_all(struct paramfile *f, const struct paramfile_question *q, struct store *s, unsigned *count,
	struct err *e)
{
	struct json_value root;
	struct ssm_parameter parameter;
	bool more = true;
	if (!json_parse(f->doc, f->text, &root, e))
		return false;
	for (int at = 0; more;) {
		if (!ssm_next(root, &at, &more, &parameter, e))
			return false;
		if (more && !add_parameter(q, s, &parameter, count, e))
			return false;
	}
	return true;
}

bool
paramfile_load(struct paramfile *f, const struct paramfile_question *q, struct store *s,
	unsigned *count, struct err *e)
{
	struct quoted quoted;
	*count = 0;
	if (add_all(f, q, s, count, e))
		return true;
	/* A file does not change by itself: what may pass for an answer is an error of it. */
	if (err_is_retryable(e))
		e->kind = ERR_USAGE;
	err_ctx(e, "--backend file: %s", quote(&quoted, span_of(f->path)));
	return err_hint(e, "it must be what 'aws ssm get-parameters-by-path --recursive "
			   "--with-decryption --output json' prints");
}
