#include "fetch/loader.h"

#include "base/log.h"
#include "base/quote.h"
#include "env/envname.h"

void
loader_init(struct loader *l, const struct awscall_op *op)
{
	struct quoted_long q;
	struct buf doing = BUF(l->doing);
	struct buf path = BUF(l->path_text);
	const struct service *service = &l->service;
	bool is_secret = op == &loader_secret;
	if (!is_secret)
		buf_printf(&path, "/%.*s/", (int)service->name.n, service->name.p);
	l->path = buf_span(&path);
	buf_printf(&doing, is_secret ? "load secret %s" : "load parameters under /%s/",
		quote_name(&q, service->name));
	if (service->label.n > 0)
		buf_printf(&doing, " with label %s", quote_name(&q, service->label));
	buf_str(&doing);
	l->page = 0;
	l->token_len = 0;
	l->aws.op = op;
	l->aws.owner = l;
}

bool
loader_covers(const struct loader *l, struct span name)
{
	struct span rest;
	return envname_below(name, l->path, &rest) &&
	       (l->recursive || span_find(rest, '/') == rest.n);
}

void
loader_skip(const char *what, struct span name)
{
	struct quoted q;
	log_warning("%s %s is skipped: its name is not made of A-Z a-z 0-9 _ . -", what,
		quote(&q, name));
}

bool
loader_judge(const struct loader *l, struct span name, bool *fits, struct err *e)
{
	struct quoted q;
	struct quoted_long r;
	if (!loader_covers(l, name))
		return err_set(e, ERR_TRANSIENT,
			"malformed answer: parameter %s does not stand %sunder %s", quote(&q, name),
			l->recursive ? "" : "directly ", quote_name(&r, l->path));
	*fits = envname_fits_parameter(name);
	if (!*fits)
		loader_skip("parameter", name);
	return true;
}

bool
loader_take(void *owner, const struct ssm_parameter *p, struct buf *name, struct err *e)
{
	struct loader *l = owner;
	bool fits = false;
	if (!loader_judge(l, buf_span(name), &fits, e))
		return false;
	return !fits || store_add(l->aws.shared->store, l->index, buf_span(name), p->value, e);
}
