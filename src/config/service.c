#include "config/service.h"

#include "base/quote.h"

static bool
has_empty_part(struct span s)
{
	struct span part;
	while (span_split(&s, '/', &part)) {
		if (part.n == 0)
			return true;
	}
	return false;
}

/* Whether s is not empty, and made of letters, digits and others. */
static bool
check(struct span s, const char *what, const char *others, struct err *e)
{
	struct quoted q;
	size_t good = span_alnum(s, others);
	if (s.n == 0)
		return err_set(e, ERR_USAGE, "the %s is empty", what);
	return good == s.n ||
	       err_set(e, ERR_USAGE, "\"%s\" cannot stand in a %s: letters, digits and \"%s\" can",
		       quote(&q, (struct span){ s.p + good, 1 }), what, others);
}

static bool
check_name(struct span name, struct err *e)
{
	if (!check(name, "name", "_.-/", e))
		return false;
	if (has_empty_part(name))
		return err_set(
			e, ERR_USAGE, "a leading, trailing or double slash: write it without");
	return name.n <= SERVICE_NAME_MAX ||
	       err_set(e, ERR_LIMIT, "the name has %zu bytes, at most %d (SERVICE_NAME_MAX)",
		       name.n, SERVICE_NAME_MAX);
}

static bool
check_label(struct span label, struct err *e)
{
	if (span_find(label, ':') < label.n)
		return err_set(e, ERR_USAGE, "more than one label: one \":\" at most");
	if (!check(label, "label", "_.-", e))
		return false;
	return label.n <= LABEL_MAX ||
	       err_set(e, ERR_LIMIT, "the label has %zu bytes, at most %d (LABEL_MAX)", label.n,
		       LABEL_MAX);
}

bool
service_parse(struct span written, struct service *s, struct err *e)
{
	struct quoted q;
	size_t colon = span_find(written, ':');
	struct span name = { written.p, colon };
	bool has_label = colon < written.n;

	s->written = written;
	s->label = has_label ? span_skip(written, colon + 1) : (struct span){ 0 };
	if (!check_name(name, e) || (has_label && !check_label(s->label, e)))
		return err_ctx(e, "service \"%s\"", quote(&q, written));

	for (size_t i = 0; i < name.n; i++)
		s->lower[i] = ascii_lower(name.p[i]);
	s->name = (struct span){ s->lower, name.n };
	return true;
}
