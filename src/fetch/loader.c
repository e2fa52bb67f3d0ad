#include "fetch/loader.h"

#include "base/log.h"
#include "base/quote.h"
#include "env/envname.h"

void
loader_init(struct loader *l, bool is_secret)
{
	struct quoted_long q;
	struct buf doing = BUF(l->doing);
	struct buf path = BUF(l->path_text);
	const struct service *service = &l->service;
	if (!is_secret)
		buf_printf(&path, "/%.*s/", (int)service->name.n, service->name.p);
	l->path = buf_span(&path);
	buf_printf(&doing, is_secret ? "load secret %s" : "load parameters under /%s/",
		quote_name(&q, service->name));
	if (service->label.n > 0)
		buf_printf(&doing, " with label %s", quote_name(&q, service->label));
	buf_str(&doing);
	l->is_secret = is_secret;
	l->page = 0;
	l->token_len = 0;
}

void
loader_start(struct loader *l, struct awscall *aws, struct awscall_terms terms)
{
	terms.doing = l->doing;
	awscall_start(aws, l->is_secret ? &secret_op : &parameters_op, l, &terms);
}

static enum call_result
take_next(struct awscall *aws)
{
	struct loader_queue *queue = aws->queue;
	if (queue->next == queue->end)
		return CALL_DONE;
	aws->owner = queue->next++;
	aws->call.doing = ((struct loader *)aws->owner)->doing;
	return CALL_NEXT;
}

void
loader_share(struct awscall *aws, struct loader_queue *queue)
{
	aws->queue = queue;
	aws->next = take_next;
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
		name.n > 0 ? quote(&q, name) : "\"\"");
}

bool
loader_add(const struct loader *l, struct store *s, struct span name, struct json_value value,
	struct err *e)
{
	struct quoted q;
	struct quoted_long r;
	if (!loader_covers(l, name))
		return err_set(e, ERR_TRANSIENT, "malformed response: parameter %s is not %s %s",
			quote(&q, name), l->recursive ? "under" : "directly under",
			quote_name(&r, l->path));
	if (envname_fits_parameter(name))
		return store_add(s, l->index, name, value, e);
	loader_skip("parameter", name);
	return true;
}

/* "/prod/webapp/", or a secret's name: what was asked for. */
static struct span
asked_for(const struct loader *l)
{
	return l->is_secret ? l->service.name : l->path;
}

bool
loader_hint_case(const struct loader *l, struct err *e)
{
	struct quoted_long q;
	return l->service.is_lowered &&
	       err_hint(e,
		       "service %s was lower-cased, as chamber does: use --keep-case to keep it",
		       quote_name(&q, l->service.written));
}

static bool
fail_empty(const struct loader *l, const struct config *c, struct err *e)
{
	err_set(e, ERR_REFUSED, "%s: there are none (--fail-if-empty)", l->doing);
	loader_hint_case(l, e);
	return err_hint(e, "check the service's name and the %s",
		c->backend == BACKEND_FILE ? "file" : "region");
}

bool
loader_tell_empty(const struct loader *l, const struct config *c, struct err *e)
{
	struct quoted_long q;
	struct quoted_long r;
	if (c->fail_if_empty)
		return fail_empty(l, c, e);
	const char *where = quote_name(&q, asked_for(l));
	if (l->service.is_lowered || c->service_count > 1)
		log_warning("service %s: %s has no parameters%s",
			quote_name(&r, l->service.written), where,
			l->service.is_lowered ? "; the name was lower-cased, as chamber does: use "
						"--keep-case to keep it"
					      : "");
	return true;
}
