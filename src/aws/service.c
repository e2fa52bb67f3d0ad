#include "aws/service.h"

#include "base/quote.h"

static bool
is_name_char(char c)
{
	return ascii_is_alnum(c) || c == '_' || c == '.' || c == '-';
}

/* The first character of s that no name has, with also as one more that is good; s.n for none. */
static size_t
find_bad(struct span s, char also)
{
	size_t i = 0;
	while (i < s.n && (is_name_char(s.p[i]) || s.p[i] == also))
		i++;
	return i;
}

static bool
has_double_slash(struct span s)
{
	for (size_t i = 0; i + 1 < s.n; i++) {
		if (s.p[i] == '/' && s.p[i + 1] == '/')
			return true;
	}
	return false;
}

static bool
check_name(struct span name, struct err *e)
{
	struct quoted q;
	if (name.n == 0)
		return err_set(e, ERR_USAGE, "the name is empty");
	size_t bad = find_bad(name, '/');
	if (bad < name.n)
		return err_set(e, ERR_USAGE,
			"\"%s\" cannot stand in a name: letters, digits, \"_\", \".\", \"-\" and "
			"inner \"/\" can",
			quote(&q, (struct span){ name.p + bad, 1 }));
	if (name.p[0] == '/')
		return err_set(e, ERR_USAGE, "a leading slash: write it without");
	if (name.p[name.n - 1] == '/')
		return err_set(e, ERR_USAGE, "a trailing slash: write it without");
	if (has_double_slash(name))
		return err_set(e, ERR_USAGE, "two slashes in a row");
	if (name.n > SERVICE_NAME_MAX)
		return err_set(e, ERR_LIMIT,
			"the name has %zu bytes, at most %d (SERVICE_NAME_MAX)", name.n,
			SERVICE_NAME_MAX);
	return true;
}

static bool
check_label(struct span label, struct err *e)
{
	struct quoted q;
	if (label.n == 0)
		return err_set(e, ERR_USAGE, "the label behind \":\" is empty");
	if (span_find(label, ':') < label.n)
		return err_set(e, ERR_USAGE, "more than one label: one \":\" at most");
	size_t bad = find_bad(label, '.');
	if (bad < label.n)
		return err_set(e, ERR_USAGE,
			"\"%s\" cannot stand in a label: letters, digits, \"_\", \".\" and \"-\" "
			"can",
			quote(&q, (struct span){ label.p + bad, 1 }));
	if (label.n > LABEL_MAX)
		return err_set(e, ERR_LIMIT, "the label has %zu bytes, at most %d (LABEL_MAX)",
			label.n, LABEL_MAX);
	return true;
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
