#include "aws/endpoint.h"

#include "base/envvar.h"
#include "base/buf.h"
#include "base/quote.h"

#define USE_FIPS "AWS_USE_FIPS_ENDPOINT"
#define USE_DUALSTACK "AWS_USE_DUALSTACK_ENDPOINT"

/* A partition; its regions are this prefix and then WORD-NUMBER. */
struct partition {
	char region[10];
	char suffix[18];
	char dualstack_suffix[30];
};

static const struct partition partitions[] = {
	{ "cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn" },
	{ "us-gov-", "amazonaws.com", "api.aws" },
	{ "eusc-de-", "amazonaws.eu", "api.amazonwebservices.eu" },
	{ "us-iso-", "c2s.ic.gov", "api.aws.ic.gov" },
	{ "us-isob-", "sc2s.sgov.gov", "api.aws.scloud" },
	{ "eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk" },
	{ "us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov" },
};

/* The partition of every other region. */
static const struct partition aws = { "", "amazonaws.com", "api.aws" };

/* A service's name in host names and signing scopes, and the variables of its endpoint. */
static const struct {
	char name[16];
	char chamber_variable[40]; /* "": chamber has none */
	char variable[36];
} services[] = {
	[ENDPOINT_SSM] = { "ssm", "CHAMBER_AWS_SSM_ENDPOINT", "AWS_ENDPOINT_URL_SSM" },
	[ENDPOINT_STS] = { "sts", "", "AWS_ENDPOINT_URL_STS" },
	[ENDPOINT_SECRETS_MANAGER] = { "secretsmanager", "CHAMBER_AWS_SECRETS_MANAGER_ENDPOINT",
		"AWS_ENDPOINT_URL_SECRETS_MANAGER" },
};

/* AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT. */
struct variant {
	bool fips;
	bool dualstack;
};

/* \w+-\d+ of the SDKs' regular expressions; a word has no '-'. */
static bool
is_word_and_number(struct span s)
{
	uint64_t number;
	struct span word;
	return span_split(&s, '-', &word) && word.n > 0 && span_u64(s, UINT64_MAX, &number);
}

static const struct partition *
find_partition(struct span region)
{
	for (size_t i = 0; i < sizeof(partitions) / sizeof(*partitions); i++) {
		const struct span prefix = span_of(partitions[i].region);
		if (span_starts_with(region, prefix) &&
			is_word_and_number(span_skip(region, prefix.n)))
			return &partitions[i];
	}
	return &aws;
}

const char *
endpoint_suffix(struct span region)
{
	return find_partition(region)->suffix;
}

static bool
is_region(struct span s)
{
	if (s.n == 0 || s.n > ENDPOINT_REGION_MAX || s.p[0] == '-' || s.p[s.n - 1] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		bool lower = s.p[i] >= 'a' && s.p[i] <= 'z';
		if (!lower && !ascii_is_digit(s.p[i]) && s.p[i] != '-')
			return false;
	}
	return true;
}

/* "us-east-1a": a region's name ends in its number, a zone's in a letter after that. */
static bool
is_zone(struct span s)
{
	return s.n > 3 && ascii_is_digit(s.p[s.n - 2]) && s.p[s.n - 3] == '-' &&
	       !ascii_is_digit(s.p[s.n - 1]);
}

/* Up to the first number: the region of "us-east-1-bos-1a", a local zone, is "us-east-1". */
static size_t
region_length(struct span zone)
{
	size_t n = 0;
	while (n < zone.n && !ascii_is_digit(zone.p[n]))
		n++;
	while (n < zone.n && ascii_is_digit(zone.p[n]))
		n++;
	return n;
}

bool
endpoint_check_region(struct span region, struct err *e)
{
	struct quoted q;
	if (is_region(region) && is_zone(region)) {
		err_set(e, ERR_USAGE, "region \"%s\": an availability zone, not a region",
			quote(&q, region));
		region.n = region_length(region);
		return err_hint(e, "use its region: %s", quote(&q, region));
	}
	if (is_region(region))
		return true;
	return err_set(e, ERR_USAGE,
		"region \"%s\": not the name of a region (1 to %d of a-z, 0-9 and inner -)",
		quote(&q, region), ENDPOINT_REGION_MAX);
}

bool
endpoint_arn_region(struct span arn, struct span *region)
{
	struct span part[4];
	for (size_t i = 0; i < 4; i++) {
		if (!span_split(&arn, ':', &part[i]) || arn.p == NULL)
			return false;
	}
	/* The account and the resource follow the region. */
	if (!span_eq(part[0], SPAN("arn")) || span_find(arn, ':') == arn.n || !is_region(part[3]))
		return false;
	*region = part[3];
	return true;
}

/* True or false in any case; unset or empty is false. */
static bool
read_flag(char *const *environ, const char *name, bool *on, struct err *e)
{
	struct quoted q;
	struct span value = span_of(envvar_get(environ, name));
	*on = span_eq_nocase(value, SPAN("true"));
	if (*on || value.n == 0 || span_eq_nocase(value, SPAN("false")))
		return true;
	return err_set(
		e, ERR_USAGE, "%s: \"%s\" is neither true nor false", name, quote(&q, value));
}

/* The two exceptions of the rule sets to SERVICE-fips.REGION.DUALSTACK-SUFFIX. */
static void
put_own(struct buf *b, enum endpoint_service service, struct span region, struct variant variant)
{
	const struct partition *partition = find_partition(region);
	bool is_gov = span_eq(span_of(partition->region), SPAN("us-gov-"));
	bool is_cn = span_eq(span_of(partition->region), SPAN("cn-"));
	bool is_aws = partition == &aws;
	bool is_secrets = service == ENDPOINT_SECRETS_MANAGER;

	/* GovCloud's plain hosts are the FIPS ones, except that of Secrets Manager. */
	bool fips = variant.fips && !(is_gov && !variant.dualstack && !is_secrets);
	/* Secrets Manager's plain hosts have both kinds of addresses (in China without FIPS). */
	bool both = is_secrets && (is_aws || is_gov || (is_cn && !variant.fips));
	bool dualstack = variant.dualstack && !both;

	buf_printf(b, "https://%s%s.", services[service].name, fips ? "-fips" : "");
	buf_put(b, region);
	buf_put_char(b, '.');
	buf_put_str(b, dualstack ? partition->dualstack_suffix : partition->suffix);
}

/* The value of a variable, which ep->variable then names; an earlier one takes precedence. */
static void
read_variable(const char *name, char *const *environ, struct endpoint *ep, const char **text)
{
	if (*text != NULL || name[0] == '\0')
		return;
	*text = envvar_get(environ, name);
	ep->variable = *text == NULL ? NULL : name;
}

static bool
use_url(struct endpoint *ep, struct span text, struct err *e)
{
	if (!url_parse(text, &ep->url, e))
		return err_ctx(e, "%s", ep->variable);
	if (ep->url.userinfo.n > 0 || span_find(ep->url.target, '?') < ep->url.target.n)
		return err_set(e, ERR_USAGE, "%s: an endpoint must have neither a user nor a query",
			ep->variable);
	ep->path = ep->url.target.n > 0 ? ep->url.target : SPAN("/");
	return true;
}

bool
endpoint_select(enum endpoint_service service, struct span region, char *const *environ,
	struct endpoint *ep, struct err *e)
{
	struct variant variant;
	bool ignore_aws;
	if (!endpoint_check_region(region, e) || !read_flag(environ, USE_FIPS, &variant.fips, e) ||
		!read_flag(environ, USE_DUALSTACK, &variant.dualstack, e) ||
		!read_flag(environ, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", &ignore_aws, e))
		return false;

	const char *custom = NULL;
	ep->region = region;
	ep->service = span_of(services[service].name);
	ep->variable = NULL;
	read_variable(services[service].chamber_variable, environ, ep, &custom);
	if (!ignore_aws) {
		read_variable(services[service].variable, environ, ep, &custom);
		read_variable("AWS_ENDPOINT_URL", environ, ep, &custom);
	}
	if (custom == NULL) {
		/* With the longest region and suffix it has half the bytes that fit. */
		struct buf own = BUF(ep->own_url);
		put_own(&own, service, region, variant);
		return use_url(ep, buf_span(&own), e);
	}
	if (variant.fips || variant.dualstack)
		return err_set(e, ERR_USAGE, "%s and %s: a custom endpoint has no such variant",
			ep->variable, variant.fips ? USE_FIPS : USE_DUALSTACK);
	return use_url(ep, span_of(custom), e);
}
