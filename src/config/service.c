#include "config/service.h"

#include "base/quote.h"
#include "config/placeholder.h"

/* The bytes of a name beside letters and digits. */
#define PARAMETER_BYTES "_.-/"
/* CreateSecret: "The secret name must be ASCII letters, numbers, or the characters /_+=.@!-". */
#define SECRET_BYTES "/_+=.@!-"

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
check_bytes(struct span s, const char *what, const char *others, struct err *e)
{
	struct quoted q;
	size_t good = span_alnum(s, others);
	if (s.n == 0)
		return err_set(e, ERR_USAGE, "the %s is empty", what);
	return good == s.n || err_set(e, ERR_USAGE,
				      "\"%s\" is not allowed in a %s: only letters, digits and "
				      "\"%s\" are",
				      quote(&q, (struct span){ s.p + good, 1 }), what, others);
}

static bool
check_size(struct span s, const char *what, size_t most, struct err *e)
{
	return s.n <= most || err_set(e, ERR_LIMIT, "the %s has %zu bytes, at most %zu are allowed",
				      what, s.n, most);
}

static bool
check_name(struct span name, bool is_secret, struct err *e)
{
	if (is_secret)
		return check_bytes(name, "name", SECRET_BYTES, e) &&
		       check_size(name, "name", SECRET_NAME_MAX, e);
	if (!check_bytes(name, "name", PARAMETER_BYTES, e))
		return false;
	if (has_empty_part(name))
		return err_set(e, ERR_USAGE, "a leading, trailing or double slash is not allowed");
	return check_size(name, "name", SERVICE_NAME_MAX, e);
}

static bool
check_label(struct span label, struct err *e)
{
	if (span_find(label, ':') < label.n)
		return err_set(e, ERR_USAGE, "more than one label: at most one \":\" is allowed");
	return check_bytes(label, "label", "_.-", e) && check_size(label, "label", LABEL_MAX, e);
}

bool
service_parse(struct span written, const struct config *c, struct service *s, struct err *e)
{
	struct quoted_long q;
	const size_t colon = span_find(written, ':');
	const struct span name = { written.p, colon };
	const bool has_label = colon < written.n;

	s->written = written;
	s->label = has_label ? span_skip(written, colon + 1) : (struct span){ 0 };
	if (!check_name(name, c->backend == BACKEND_SECRETS_MANAGER, e) ||
		(has_label && !check_label(s->label, e)))
		return err_ctx(e, "service \"%s\"", quote_name(&q, written));

	for (size_t i = 0; i < name.n; i++)
		s->text[i] = c->keep_case ? name.p[i] : ascii_lower(name.p[i]);
	s->name = (struct span){ s->text, name.n };
	s->is_lowered = !span_eq(s->name, name);
	return true;
}

bool
service_check_unused(const struct config *c, struct err *e)
{
	const struct span any = SPAN("x");
	const struct placeholder_values values = { c->environ, any, any, any, any };
	char text[SERVICE_NAME_MAX + LABEL_MAX + 2];
	struct service service;
	for (size_t i = 0; i < c->service_count; i++) {
		struct buf written = BUF(text);
		if (!placeholder_expand(c->service[i], &values, &written, e) ||
			!service_parse(buf_span(&written), c, &service, e))
			return false;
	}
	return true;
}
