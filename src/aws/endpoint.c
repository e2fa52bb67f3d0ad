#include "aws/endpoint.h"

#include "base/buf.h"
#include "base/quote.h"
#include "config/config.h"

struct partition {
	const char *name;
	struct span region; /* how its regions begin; -WORD-NUMBER follows */
	const char *suffix;
	const char *dualstack_suffix;
};

/* The first is where a region belongs that fits none. */
static const struct partition partitions[] = {
	{ "aws", { "", 0 }, "amazonaws.com", "api.aws" },
	{ "aws-cn", { "cn-", 3 }, "amazonaws.com.cn", "api.amazonwebservices.com.cn" },
	{ "aws-us-gov", { "us-gov-", 7 }, "amazonaws.com", "api.aws" },
	{ "aws-eusc", { "eusc-de-", 8 }, "amazonaws.eu", "api.amazonwebservices.eu" },
	{ "aws-iso", { "us-iso-", 7 }, "c2s.ic.gov", "api.aws.ic.gov" },
	{ "aws-iso-b", { "us-isob-", 8 }, "sc2s.sgov.gov", "api.aws.scloud" },
	{ "aws-iso-e", { "eu-isoe-", 8 }, "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk" },
	{ "aws-iso-f", { "us-isof-", 8 }, "csp.hci.ic.gov", "api.aws.hci.ic.gov" },
};

#define PARTITION_AWS 0
#define PARTITION_CN 1
#define PARTITION_US_GOV 2

/* A service's name in host names and scopes, and the variables of its endpoint. */
static const struct {
	struct span name;
	const char *chamber_variable; /* NULL: chamber has none */
	const char *variable;
} services[] = {
	[ENDPOINT_SSM] = { { "ssm", 3 }, "CHAMBER_AWS_SSM_ENDPOINT", "AWS_ENDPOINT_URL_SSM" },
	[ENDPOINT_STS] = { { "sts", 3 }, NULL, "AWS_ENDPOINT_URL_STS" },
	[ENDPOINT_SECRETS_MANAGER] = { { "secretsmanager", 14 },
		"CHAMBER_AWS_SECRETS_MANAGER_ENDPOINT", "AWS_ENDPOINT_URL_SECRETS_MANAGER" },
};
_Static_assert(sizeof(services) / sizeof(*services) == ENDPOINT_SECRETS_MANAGER + 1,
	"a service has no name");

/* What AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT say. */
struct variant {
	bool fips;
	bool dualstack;
};

/* \w+-\d+ of the SDKs' regular expressions; a word has no '-'. */
static bool
is_word_and_number(struct span s)
{
	size_t dash = span_find(s, '-');
	if (dash == 0 || dash + 1 >= s.n)
		return false;
	for (size_t i = dash + 1; i < s.n; i++) {
		if (!ascii_is_digit(s.p[i]))
			return false;
	}
	return true;
}

static const struct partition *
partition_of(struct span region)
{
	for (size_t i = 1; i < sizeof(partitions) / sizeof(*partitions); i++) {
		struct span start = partitions[i].region;
		if (span_starts_with(region, start) &&
			is_word_and_number(span_skip(region, start.n)))
			return &partitions[i];
	}
	return &partitions[PARTITION_AWS];
}

const char *
endpoint_partition(struct span region)
{
	return partition_of(region)->name;
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

bool
endpoint_check_region(struct span region, struct err *e)
{
	struct quoted q;
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
	/* Behind the region come the account and the resource. */
	if (!span_eq(part[0], SPAN("arn")) || span_find(arn, ':') == arn.n || !is_region(part[3]))
		return false;
	*region = part[3];
	return true;
}

bool
endpoint_flag(char *const *environ, const char *name, bool *on, struct err *e)
{
	struct quoted q;
	struct span value = span_of(config_getenv(environ, name));
	*on = span_eq_nocase(value, SPAN("true"));
	if (*on || value.n == 0 || span_eq_nocase(value, SPAN("false")))
		return true;
	return err_set(
		e, ERR_USAGE, "%s: \"%s\" is neither true nor false", name, quote(&q, value));
}

/* The two exceptions of the rule sets to SERVICE-fips.REGION.DUALSTACK-SUFFIX. */
static void
put_host(struct buf *b, enum endpoint_service service, struct span region, struct variant variant)
{
	const struct partition *p = partition_of(region);
	bool is_gov = p == &partitions[PARTITION_US_GOV];
	bool is_cn = p == &partitions[PARTITION_CN];
	bool is_secrets = service == ENDPOINT_SECRETS_MANAGER;

	/* GovCloud's plain hosts are the FIPS ones, but that of Secrets Manager. */
	bool fips = variant.fips && !(is_gov && !variant.dualstack && !is_secrets);
	/* Secrets Manager's plain hosts have both kinds of addresses (in China without FIPS). */
	bool both = is_secrets &&
		    (p == &partitions[PARTITION_AWS] || is_gov || (is_cn && !variant.fips));
	bool dualstack = variant.dualstack && !both;

	buf_put(b, services[service].name);
	buf_put_str(b, fips ? "-fips." : ".");
	buf_put(b, region);
	buf_printf(b, ".%s", dualstack ? p->dualstack_suffix : p->suffix);
}

static bool
use_own(struct endpoint *ep, enum endpoint_service service, struct variant variant, struct err *e)
{
	struct buf b = BUF(ep->host);
	put_host(&b, service, ep->region, variant);
	if (b.overflow)
		return err_set(e, ERR_LIMIT, "endpoint host name: above %d bytes (HOST_MAX)",
			HOST_MAX - 1);
	ep->url = (struct url){
		.tls = true, .host = buf_span(&b), .port = 443, .port_is_default = true
	};
	ep->path = SPAN("/");
	return true;
}

static bool
use_custom(struct endpoint *ep, struct span text, struct variant variant, struct err *e)
{
	if (variant.fips || variant.dualstack)
		return err_set(e, ERR_USAGE, "%s and %s: a custom endpoint has no such variant",
			ep->variable,
			variant.fips ? "AWS_USE_FIPS_ENDPOINT" : "AWS_USE_DUALSTACK_ENDPOINT");
	if (!url_parse(text, &ep->url, e))
		return err_ctx(e, "%s", ep->variable);
	if (ep->url.userinfo.n > 0)
		return err_set(e, ERR_USAGE, "%s: a user or password in the URL of an endpoint",
			ep->variable);
	if (span_find(ep->url.target, '?') < ep->url.target.n)
		return err_set(e, ERR_USAGE, "%s: a query in the URL of an endpoint", ep->variable);
	ep->path = ep->url.target.n > 0 ? ep->url.target : SPAN("/");
	return true;
}

/* The first of the service's variables that is set, NULL when none counts. */
static const char *
custom_variable(enum endpoint_service service, char *const *environ, bool ignore_aws)
{
	const char *const names[] = {
		services[service].chamber_variable,
		ignore_aws ? NULL : services[service].variable,
		ignore_aws ? NULL : "AWS_ENDPOINT_URL",
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (names[i] != NULL && config_getenv(environ, names[i]) != NULL)
			return names[i];
	}
	return NULL;
}

bool
endpoint_select(enum endpoint_service service, struct span region, char *const *environ,
	struct endpoint *ep, struct err *e)
{
	struct variant variant = { false, false };
	bool ignore_aws = false;
	if (!endpoint_check_region(region, e) ||
		!endpoint_flag(environ, "AWS_USE_FIPS_ENDPOINT", &variant.fips, e) ||
		!endpoint_flag(environ, "AWS_USE_DUALSTACK_ENDPOINT", &variant.dualstack, e) ||
		!endpoint_flag(environ, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", &ignore_aws, e))
		return false;

	ep->region = region;
	ep->service = services[service].name;
	ep->variable = custom_variable(service, environ, ignore_aws);
	if (ep->variable == NULL)
		return use_own(ep, service, variant, e);
	return use_custom(ep, span_of(config_getenv(environ, ep->variable)), variant, e);
}
