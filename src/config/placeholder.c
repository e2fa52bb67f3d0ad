#include "config/placeholder.h"

#include "base/bounds.h"
#include "base/envvar.h"
#include "base/quote.h"

/* One reading of a text: it checks the placeholders, or replaces them. */
struct pass {
	bool is_scan; /* only checks */
	struct placeholder_needs *needs;
	const struct placeholder_values *values;
	struct buf *b;
};

static bool
refuse(struct span name, const char *why, struct err *e)
{
	struct quoted_long q;
	return err_set(e, ERR_USAGE, "placeholder {%s}: %s", quote_name(&q, name), why);
}

static bool
put_variable(struct span name, const struct pass *pass, struct err *e)
{
	char text[VARIABLE_NAME_MAX + 1];
	struct buf b = BUF(text);
	if (name.n == 0)
		return refuse(name, "its name is empty", e);
	if (span_find(name, '=') < name.n || name.n > VARIABLE_NAME_MAX)
		return refuse(name, "not the name of a variable", e);
	if (pass->is_scan)
		return true;
	buf_put(&b, name);
	const char *value = envvar_get(pass->values->environ, buf_str(&b));
	if (value == NULL)
		return refuse(name, "the environment variable is unset or empty", e);
	buf_put_str(pass->b, value);
	return true;
}

static struct span
without_blanks(struct span s)
{
	while (s.n > 0 && (unsigned char)s.p[s.n - 1] <= ' ')
		s.n--;
	while (s.n > 0 && (unsigned char)s.p[0] <= ' ')
		s = span_skip(s, 1);
	return s;
}

/* The resource's own name: "default" of "arn:aws:ecs:REGION:ACCOUNT:cluster/default". */
static struct span
last_of_arn(struct span s)
{
	size_t start = s.n;
	if (!span_starts_with(s, SPAN("arn:")))
		return s;
	while (start > 0 && s.p[start - 1] != '/')
		start--;
	return span_skip(s, start);
}

/* {SOURCE:NAME} */
static bool
put_sourced(struct span name, const struct pass *pass, struct err *e)
{
	const struct placeholder_values *values = pass->values;
	struct span value;
	if (span_eq(name, SPAN("k8s:namespace"))) {
		pass->needs->k8s_namespace = true;
		value = without_blanks(values->k8s_namespace);
	} else {
		pass->needs->ecs_task = true;
		if (span_eq(name, SPAN("ecs:service"))) {
			value = values->ecs_service;
		} else if (span_eq(name, SPAN("ecs:family"))) {
			value = values->ecs_family;
		} else if (span_eq(name, SPAN("ecs:cluster"))) {
			value = values->ecs_cluster;
		} else {
			refuse(name, "unknown", e);
			return err_hint(e,
				"known: {NAME}, {k8s:namespace}, {ecs:service}, {ecs:family}, "
				"{ecs:cluster}");
		}
		value = last_of_arn(value);
	}
	if (!pass->is_scan && value.n == 0)
		return refuse(name, "it has no value here", e);
	buf_put(pass->b, value);
	return true;
}

/* Takes the text before the first placeholder, and the placeholder, off *rest. */
static bool
pass_one(struct span *rest, const struct pass *pass, struct err *e)
{
	struct quoted q;
	size_t open = span_find(*rest, '{');
	struct span inner = span_skip(*rest, open < rest->n ? open + 1 : open);
	struct span name = { inner.p, span_find(inner, '}') };
	if (span_find(*rest, '}') < open)
		return err_set(e, ERR_USAGE, "\"%s\": a \"}\" without a \"{\"", quote(&q, *rest));
	buf_put(pass->b, (struct span){ rest->p, open });
	*rest = span_skip(*rest, open);
	if (rest->n == 0)
		return true;
	if (name.n == inner.n || span_find(name, '{') < name.n)
		return err_set(e, ERR_USAGE, "\"%s\": a \"{\" without a \"}\"", quote(&q, *rest));
	*rest = span_skip(inner, name.n + 1);
	return span_find(name, ':') < name.n ? put_sourced(name, pass, e)
					     : put_variable(name, pass, e);
}

static bool
pass_all(struct span text, const struct pass *pass, struct err *e)
{
	while (text.n > 0) {
		if (!pass_one(&text, pass, e))
			return false;
	}
	return true;
}

bool
placeholder_scan(struct span text, struct placeholder_needs *needs, struct err *e)
{
	const struct placeholder_values values = { 0 };
	struct buf nowhere = { .cap = 0 };
	const struct pass pass = { true, needs, &values, &nowhere };
	return pass_all(text, &pass, e);
}

bool
placeholder_expand(
	struct span text, const struct placeholder_values *values, struct buf *b, struct err *e)
{
	struct placeholder_needs needs;
	const struct pass pass = { false, &needs, values, b };
	if (!pass_all(text, &pass, e))
		return false;
	return !b->overflow ||
	       err_set(e, ERR_LIMIT, "longer than %zu bytes once its placeholders are replaced",
		       b->cap);
}
