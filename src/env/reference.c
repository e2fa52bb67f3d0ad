#include "env/reference.h"

#include "base/quote.h"

#define ARN_PARTS_MAX 10

/* "arn:PARTITION:SERVICE:..." */
static bool
is_arn_of(struct span value, struct span service)
{
	struct span part;
	return span_split(&value, ':', &part) && span_eq(part, SPAN("arn")) &&
	       span_split(&value, ':', &part) && part.n > 0 && span_split(&value, ':', &part) &&
	       span_eq(part, service);
}

bool
reference_is(struct span value)
{
	return span_starts_with(value, SPAN("ssm:")) ||
	       span_starts_with(value, SPAN("secretsmanager:")) || is_arn_of(value, SPAN("ssm")) ||
	       is_arn_of(value, SPAN("secretsmanager"));
}

/* The characters of names, versions, labels and ARNs of both services. */
static bool
is_id(struct span id)
{
	return id.n > 0 && span_alnum(id, "_.-/:+=@") == id.n;
}

static bool
refuse(struct span value, const char *why, struct err *e)
{
	struct quoted q;
	err_set(e, ERR_USAGE, "reference %s: %s", quote(&q, value), why);
	return err_hint(e, "write ssm:NAME, secretsmanager:ID or an ARN of one of both");
}

static bool
parse_parameter_name(struct span value, struct reference *r, struct err *e)
{
	struct span id = span_skip(value, 4);
	if (span_starts_with(id, SPAN("//")))
		id = span_skip(id, 2);
	struct span selector = id;
	struct span name;
	bool has_selector = span_split(&selector, ':', &name) && selector.p != NULL;
	if (!is_id(id) || name.n == 0 ||
		(has_selector && (selector.n == 0 || span_find(selector, ':') < selector.n)))
		return refuse(value, "that is no parameter's name", e);
	r->id = id;
	r->needs_slash = name.p[0] != '/' && span_find(name, '/') < name.n;
	return true;
}

static bool
parse_secret_name(struct span value, struct reference *r, struct err *e)
{
	r->kind = REFERENCE_SECRET;
	r->id = span_skip(value, SPAN("secretsmanager:").n);
	return is_id(r->id) || refuse(value, "that is no secret's name", e);
}

static bool
parse_arn(struct span value, struct reference *r, struct err *e)
{
	struct span part[ARN_PARTS_MAX] = { 0 };
	struct span rest = value;
	size_t count = 0;
	while (count < ARN_PARTS_MAX && span_split(&rest, ':', &part[count]))
		count++;
	bool is_parameter = span_eq(part[2], SPAN("ssm"));
	bool has_resource = is_parameter
				    ? span_starts_with(part[5], SPAN("parameter/")) && count <= 7
				    : span_eq(part[5], SPAN("secret")) && part[6].n > 0;
	if (rest.p != NULL || !is_id(value) || part[3].n == 0 || !has_resource)
		return refuse(value, "that is no ARN of a parameter or secret", e);
	r->region = part[3];
	r->id = value;
	if (is_parameter)
		return true;
	r->kind = REFERENCE_SECRET;
	r->id.n = (size_t)(part[6].p + part[6].n - value.p);
	r->json_key = part[7];
	r->stage = part[8];
	r->version = part[9];
	return true;
}

bool
reference_parse(struct span value, struct reference *r, struct err *e)
{
	*r = (struct reference){ .kind = REFERENCE_PARAMETER };
	if (span_starts_with(value, SPAN("ssm:")))
		return parse_parameter_name(value, r, e);
	if (span_starts_with(value, SPAN("secretsmanager:")))
		return parse_secret_name(value, r, e);
	return parse_arn(value, r, e);
}

void
reference_put_id(struct buf *b, const struct reference *r)
{
	if (r->needs_slash)
		buf_put_char(b, '/');
	buf_put(b, r->id);
}
