#include "aws/placeholder.h"

#include "base/quote.h"
#include "config/config.h"

/* A variable's name longer than this is not looked for. */
#define VARIABLE_NAME_MAX 255

enum source {
	SOURCE_VARIABLE,
	SOURCE_K8S_NAMESPACE,
	SOURCE_ECS_SERVICE,
	SOURCE_ECS_FAMILY,
	SOURCE_ECS_CLUSTER,
};

static const struct {
	struct span name;
	enum source source;
} sources[] = {
	{ { "k8s:namespace", 13 }, SOURCE_K8S_NAMESPACE },
	{ { "ecs:service", 11 }, SOURCE_ECS_SERVICE },
	{ { "ecs:family", 10 }, SOURCE_ECS_FAMILY },
	{ { "ecs:cluster", 11 }, SOURCE_ECS_CLUSTER },
};

/* Where the value of {name} comes from. */
static bool
find_source(struct span name, enum source *source, struct err *e)
{
	struct quoted q;
	for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++) {
		if (span_eq(name, sources[i].name)) {
			*source = sources[i].source;
			return true;
		}
	}
	*source = SOURCE_VARIABLE;
	if (name.n == 0)
		return err_set(e, ERR_USAGE, "placeholder {}: no name in it");
	if (span_find(name, ':') < name.n) {
		err_set(e, ERR_USAGE, "unknown placeholder {%s}", quote(&q, name));
		return err_hint(e,
			"{NAME} for an environment variable, {k8s:namespace}, {ecs:service}, "
			"{ecs:family} and {ecs:cluster} are known");
	}
	if (span_find(name, '=') < name.n || name.n > VARIABLE_NAME_MAX)
		return err_set(e, ERR_USAGE, "placeholder {%s}: not the name of a variable",
			quote(&q, name));
	return true;
}

/*
 * Takes the next piece of *rest: the text before a placeholder, and the placeholder's name, whose p
 * is NULL when only text was left.
 */
static bool
take_piece(struct span *rest, struct span *text, struct span *name, struct err *e)
{
	struct quoted q;
	size_t open = span_find(*rest, '{');
	size_t close = span_find(*rest, '}');
	*text = (struct span){ rest->p, open };
	*name = (struct span){ 0 };
	if (close < open)
		return err_set(e, ERR_USAGE, "\"%s\": a \"}\" without its \"{\"", quote(&q, *rest));
	if (open == rest->n) {
		*rest = span_skip(*rest, open);
		return true;
	}
	struct span inner = span_skip(*rest, open + 1);
	size_t n = span_find(inner, '}');
	if (n == inner.n || span_find(inner, '{') < n)
		return err_set(e, ERR_USAGE, "\"%s\": a \"{\" without its \"}\"",
			quote(&q, span_skip(*rest, open)));
	*name = (struct span){ inner.p, n };
	*rest = span_skip(inner, n + 1);
	return true;
}

static void
add_need(enum source source, struct placeholder_needs *needs)
{
	switch (source) {
	case SOURCE_VARIABLE:
		return;
	case SOURCE_K8S_NAMESPACE:
		needs->k8s_namespace = true;
		return;
	case SOURCE_ECS_SERVICE:
	case SOURCE_ECS_FAMILY:
	case SOURCE_ECS_CLUSTER:
		needs->ecs_task = true;
		return;
	}
}

bool
placeholder_scan(struct span text, struct placeholder_needs *needs, struct err *e)
{
	while (text.n > 0) {
		struct span before = { 0 };
		struct span name = { 0 };
		enum source source = SOURCE_VARIABLE;
		if (!take_piece(&text, &before, &name, e))
			return false;
		if (name.p == NULL)
			continue;
		if (!find_source(name, &source, e))
			return false;
		add_need(source, needs);
	}
	return true;
}

static struct span
variable_value(struct span name, char *const *environ)
{
	char text[VARIABLE_NAME_MAX + 1];
	struct buf b = BUF(text);
	buf_put(&b, name);
	return span_of(config_getenv(environ, buf_str(&b)));
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct span
trim(struct span s)
{
	while (s.n > 0 && is_space(s.p[0]))
		s = span_skip(s, 1);
	while (s.n > 0 && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* The resource's own name: "default" of "arn:aws:ecs:REGION:ACCOUNT:cluster/default". */
static struct span
last_of_arn(struct span s)
{
	if (!span_starts_with(s, SPAN("arn:")))
		return s;
	size_t start = s.n;
	while (start > 0 && s.p[start - 1] != '/' && s.p[start - 1] != ':')
		start--;
	return span_skip(s, start);
}

static struct span
value_of(enum source source, struct span name, const struct placeholder_values *values)
{
	switch (source) {
	case SOURCE_VARIABLE:
		return variable_value(name, values->environ);
	case SOURCE_K8S_NAMESPACE:
		return trim(values->k8s_namespace);
	case SOURCE_ECS_SERVICE:
		return last_of_arn(values->ecs_service);
	case SOURCE_ECS_FAMILY:
		return last_of_arn(values->ecs_family);
	case SOURCE_ECS_CLUSTER:
		return last_of_arn(values->ecs_cluster);
	}
	return (struct span){ 0 };
}

static bool
put_value(struct span name, const struct placeholder_values *values, struct buf *b, struct err *e)
{
	struct quoted q;
	enum source source = SOURCE_VARIABLE;
	if (!find_source(name, &source, e))
		return false;
	struct span value = value_of(source, name, values);
	if (value.n > 0) {
		buf_put(b, value);
		return true;
	}
	if (source == SOURCE_VARIABLE)
		return err_set(e, ERR_USAGE,
			"placeholder {%s}: the environment variable is unset or empty",
			quote(&q, name));
	return err_set(
		e, ERR_USAGE, "placeholder {%s}: there is no such value here", quote(&q, name));
}

bool
placeholder_expand(
	struct span text, const struct placeholder_values *values, struct buf *b, struct err *e)
{
	while (text.n > 0) {
		struct span before = { 0 };
		struct span name = { 0 };
		if (!take_piece(&text, &before, &name, e))
			return false;
		buf_put(b, before);
		if (name.p != NULL && !put_value(name, values, b, e))
			return false;
	}
	if (b->overflow)
		return err_set(
			e, ERR_LIMIT, "with its placeholders replaced above %zu bytes", b->cap);
	return true;
}
