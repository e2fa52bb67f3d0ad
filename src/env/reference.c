#include "env/reference.h"

#include "base/bounds.h"
#include "base/quote.h"

/* "arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE..." */
enum {
	ARN_PREFIX,
	ARN_PARTITION,
	ARN_SERVICE,
	ARN_REGION,
	ARN_ACCOUNT,
	ARN_RESOURCE,
	ARN_PARTS,
};

/* Takes the parts of an ARN off *rest, of which the resource's colons remain. */
static bool
take_arn(struct span *rest, struct span part[ARN_PARTS])
{
	for (size_t i = 0; i < ARN_PARTS; i++) {
		if (!span_split(rest, ':', &part[i]))
			return false;
	}
	return span_eq(part[ARN_PREFIX], SPAN("arn")) && part[ARN_PARTITION].n > 0;
}

static bool
is_parameter(const struct span part[ARN_PARTS])
{
	return span_eq(part[ARN_SERVICE], SPAN("ssm")) &&
	       span_starts_with(part[ARN_RESOURCE], SPAN("parameter/"));
}

static bool
is_secret(const struct span part[ARN_PARTS])
{
	return span_eq(part[ARN_SERVICE], SPAN("secretsmanager")) &&
	       span_eq(part[ARN_RESOURCE], SPAN("secret"));
}

bool
reference_is(struct span value)
{
	struct span part[ARN_PARTS];
	if (span_starts_with(value, SPAN("ssm:")) ||
		span_starts_with(value, SPAN("secretsmanager:")))
		return true;
	return take_arn(&value, part) && (is_parameter(part) || is_secret(part));
}

/* PutParameter: letters, digits and "_.-", and slashes between the parts of a hierarchy. */
static bool
is_parameter_name(struct span name)
{
	struct span part;
	if (name.n > 0 && name.p[0] == '/')
		name = span_skip(name, 1);
	if (span_alnum(name, "_.-/") != name.n)
		return false;
	while (span_split(&name, '/', &part)) {
		if (part.n == 0)
			return false;
	}
	return true;
}

/* CreateSecret; the names that AWS services make have a '!': "rds!cluster-...". */
static bool
is_secret_name(struct span name)
{
	return name.n > 0 && name.n <= SECRET_NAME_MAX && span_alnum(name, "/_+=.@!-") == name.n;
}

static bool
refuse(struct span value, const char *why, struct err *e)
{
	struct quoted q;
	err_set(e, ERR_USAGE, "reference %s: %s", quote(&q, value), why);
	return err_hint(e, "write ssm:NAME, secretsmanager:NAME or the ARN of one of them");
}

/* A parameter's name, then nothing, or one version or label. */
static bool
is_selected_name(struct span id, struct span *name)
{
	struct span selector;
	span_split(&id, ':', name);
	if (id.p == NULL)
		return true;
	return span_split(&id, ':', &selector) && id.p == NULL && selector.n > 0 &&
	       span_alnum(selector, "_.-") == selector.n;
}

static bool
parse_parameter_name(struct span value, struct reference *r, struct err *e)
{
	struct span name;
	r->id = span_skip(value, SPAN("ssm:").n);
	if (span_starts_with(r->id, SPAN("//")))
		r->id = span_skip(r->id, 2);
	if (!is_selected_name(r->id, &name) || !is_parameter_name(name))
		return refuse(value, "not the name of a parameter", e);
	r->needs_slash = name.p[0] != '/' && span_find(name, '/') < name.n;
	return true;
}

/* ":json-key:version-stage:version-id" of ECS task definitions, each of them optional. */
static bool
take_member(struct span rest, struct reference *r)
{
	if (span_split(&rest, ':', &r->json_key) && span_split(&rest, ':', &r->stage))
		span_split(&rest, ':', &r->version);
	return rest.p == NULL && span_alnum(r->stage, "_+=.@!/-") == r->stage.n &&
	       span_alnum(r->version, "-") == r->version.n;
}

static bool
parse_secret_name(struct span value, struct reference *r, struct err *e)
{
	struct span rest = span_skip(value, SPAN("secretsmanager:").n);
	r->kind = REFERENCE_SECRET;
	span_split(&rest, ':', &r->id);
	return (is_secret_name(r->id) && take_member(rest, r)) ||
	       refuse(value, "not the name of a secret", e);
}

static bool
parse_arn(struct span value, struct reference *r, struct err *e)
{
	struct span part[ARN_PARTS];
	struct span rest = value;
	struct span name;
	take_arn(&rest, part);
	r->id = value;
	r->region = part[ARN_REGION];
	bool is_good = r->region.n > 0;
	if (is_parameter(part)) {
		name = span_skip(value, (size_t)(part[ARN_RESOURCE].p - value.p));
		is_good = is_good && is_selected_name(span_skip(name, 10), &name) &&
			  is_parameter_name(name);
	} else {
		r->kind = REFERENCE_SECRET;
		is_good = is_good && span_split(&rest, ':', &name) && is_secret_name(name) &&
			  take_member(rest, r);
		if (is_good)
			r->id.n = (size_t)(name.p + name.n - value.p);
	}
	return is_good || refuse(value, "not the ARN of a parameter or a secret", e);
}

bool
reference_parse(struct span value, struct reference *r, struct err *e)
{
	*r = (struct reference){ .kind = REFERENCE_PARAMETER };
	if (span_starts_with(value, SPAN("ssm:")))
		return parse_parameter_name(value, r, e);
	if (!span_starts_with(value, SPAN("secretsmanager:")))
		return parse_arn(value, r, e);
	const struct span id = span_skip(value, SPAN("secretsmanager:").n);
	return span_starts_with(id, SPAN("arn:")) && reference_is(id)
		       ? parse_arn(id, r, e)
		       : parse_secret_name(value, r, e);
}

void
reference_put_id(struct buf *b, const struct reference *r)
{
	if (r->needs_slash)
		buf_put_char(b, '/');
	buf_put(b, r->id);
}
