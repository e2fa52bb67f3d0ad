#include "fetch/loader.h"

#include <stddef.h>

#include "base/log.h"
#include "base/quote.h"
#include "env/envname.h"

struct loader *
loader_of(const struct awscall *c)
{
	return c->owner;
}

void
loader_set_up(struct loader *l, const struct loader_setup *setup)
{
	l->service = setup->service;
	l->index = setup->index;
	l->recursive = setup->recursive;
	l->store = setup->store;
	l->loaded = 0;
	l->aws.owner = l;
	l->aws.shared = setup->shared;
	l->aws.endpoint = setup->endpoint;
	l->aws.explain = NULL;
	l->aws.was_renewed = false;
	l->aws.was_reset = false;
}

bool
loader_judge(struct span name, struct span path, bool recursive, bool *fits, struct err *e)
{
	struct quoted q;
	struct quoted r;
	struct span rest;
	bool below = envname_below(name, path, &rest);
	if (!below || (!recursive && span_find(rest, '/') < rest.n))
		return err_set(e, ERR_TRANSIENT,
			"malformed answer: parameter %s does not stand %sunder %s", quote(&q, name),
			below ? "directly " : "", quote(&r, path));
	*fits = envname_fits_parameter(name);
	if (!*fits)
		log_warning("parameter %s is skipped: its name has other characters than "
			    "A-Z a-z 0-9 _ . - between slashes",
			quote(&q, name));
	return true;
}
