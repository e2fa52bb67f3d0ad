#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "aws/endpoint.h"
#include "base/buf.h"

#define VARIABLES_MAX 6

#define FIPS "AWS_USE_FIPS_ENDPOINT=true"
#define DUALSTACK "AWS_USE_DUALSTACK_ENDPOINT=TRUE"
#define IGNORE "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true"

static const char *const no_variables[VARIABLES_MAX] = { NULL };

/* Copies pointers: the constants of a table become an environ. */
static bool
select_with(enum endpoint_service service, const char *region, const char *const *variables,
	struct endpoint *ep, struct err *e)
{
	static char text[VARIABLES_MAX][256];
	char *environ[VARIABLES_MAX + 1] = { NULL };
	for (size_t i = 0; i < VARIABLES_MAX && variables[i] != NULL; i++) {
		struct buf b = BUF(text[i]);
		buf_put_str(&b, variables[i]);
		assert_string_equal(buf_str(&b), variables[i]);
		environ[i] = text[i];
	}
	return endpoint_select(service, span_of(region), environ, ep, e);
}

static void
assert_text(struct span got, const char *want)
{
	if (!span_eq(got, span_of(want)))
		fail_msg("got %.*s, want %s", (int)got.n, got.p, want);
}

static const struct {
	enum endpoint_service service;
	const char *region;
	const char *variables[VARIABLES_MAX];
	const char *host;
} own_hosts[] = {
	{ ENDPOINT_SSM, "eu-west-1", { NULL }, "ssm.eu-west-1.amazonaws.com" },
	{ ENDPOINT_SSM, "mx-central-1", { NULL }, "ssm.mx-central-1.amazonaws.com" },
	{ ENDPOINT_SSM, "cn-north-1", { NULL }, "ssm.cn-north-1.amazonaws.com.cn" },
	{ ENDPOINT_SSM, "us-gov-west-1", { NULL }, "ssm.us-gov-west-1.amazonaws.com" },
	{ ENDPOINT_SSM, "eusc-de-east-1", { NULL }, "ssm.eusc-de-east-1.amazonaws.eu" },
	{ ENDPOINT_SSM, "us-iso-east-1", { NULL }, "ssm.us-iso-east-1.c2s.ic.gov" },
	{ ENDPOINT_SSM, "us-isob-east-1", { NULL }, "ssm.us-isob-east-1.sc2s.sgov.gov" },
	{ ENDPOINT_SSM, "eu-isoe-west-1", { NULL }, "ssm.eu-isoe-west-1.cloud.adc-e.uk" },
	{ ENDPOINT_SSM, "us-isof-south-1", { NULL }, "ssm.us-isof-south-1.csp.hci.ic.gov" },
	{ ENDPOINT_SSM, "xx-new-9", { NULL }, "ssm.xx-new-9.amazonaws.com" },
	{ ENDPOINT_SSM, "cn-north", { NULL }, "ssm.cn-north.amazonaws.com" },
	{ ENDPOINT_SSM, "us-gov-west-x", { NULL }, "ssm.us-gov-west-x.amazonaws.com" },
	{ ENDPOINT_SSM, "us-east-1", { FIPS }, "ssm-fips.us-east-1.amazonaws.com" },
	{ ENDPOINT_SSM, "us-gov-east-1", { FIPS }, "ssm.us-gov-east-1.amazonaws.com" },
	{ ENDPOINT_SSM, "us-east-1", { DUALSTACK }, "ssm.us-east-1.api.aws" },
	{ ENDPOINT_SSM, "cn-north-1", { DUALSTACK },
		"ssm.cn-north-1.api.amazonwebservices.com.cn" },
	{ ENDPOINT_SSM, "us-east-1", { FIPS, DUALSTACK }, "ssm-fips.us-east-1.api.aws" },
	{ ENDPOINT_SSM, "us-gov-east-1", { FIPS, DUALSTACK }, "ssm-fips.us-gov-east-1.api.aws" },
	{ ENDPOINT_SSM, "us-east-1", { "AWS_USE_FIPS_ENDPOINT=False" },
		"ssm.us-east-1.amazonaws.com" },
	{ ENDPOINT_SSM, "us-east-1", { "AWS_USE_FIPS_ENDPOINT=" }, "ssm.us-east-1.amazonaws.com" },
	{ ENDPOINT_STS, "eu-west-1", { NULL }, "sts.eu-west-1.amazonaws.com" },
	{ ENDPOINT_STS, "us-east-1", { FIPS }, "sts-fips.us-east-1.amazonaws.com" },
	{ ENDPOINT_STS, "us-gov-west-1", { FIPS }, "sts.us-gov-west-1.amazonaws.com" },
	{ ENDPOINT_STS, "us-isof-east-1", { DUALSTACK }, "sts.us-isof-east-1.api.aws.hci.ic.gov" },
	{ ENDPOINT_SECRETS_MANAGER, "eu-west-1", { NULL },
		"secretsmanager.eu-west-1.amazonaws.com" },
	{ ENDPOINT_SECRETS_MANAGER, "eu-west-1", { DUALSTACK },
		"secretsmanager.eu-west-1.amazonaws.com" },
	{ ENDPOINT_SECRETS_MANAGER, "us-gov-west-1", { FIPS },
		"secretsmanager-fips.us-gov-west-1.amazonaws.com" },
	{ ENDPOINT_SECRETS_MANAGER, "us-gov-west-1", { FIPS, DUALSTACK },
		"secretsmanager-fips.us-gov-west-1.amazonaws.com" },
	{ ENDPOINT_SECRETS_MANAGER, "cn-north-1", { DUALSTACK },
		"secretsmanager.cn-north-1.amazonaws.com.cn" },
	{ ENDPOINT_SECRETS_MANAGER, "cn-north-1", { FIPS, DUALSTACK },
		"secretsmanager-fips.cn-north-1.api.amazonwebservices.com.cn" },
	{ ENDPOINT_SECRETS_MANAGER, "us-iso-east-1", { DUALSTACK },
		"secretsmanager.us-iso-east-1.api.aws.ic.gov" },
	/* Variables of other services, and those put aside, change nothing. */
	{ ENDPOINT_SSM, "eu-west-1", { "AWS_ENDPOINT_URL_STS=https://a", "AWS_ENDPOINT_URL_SSM=" },
		"ssm.eu-west-1.amazonaws.com" },
	{ ENDPOINT_SSM, "eu-west-1",
		{ IGNORE, "AWS_ENDPOINT_URL_SSM=https://a", "AWS_ENDPOINT_URL=https://b" },
		"ssm.eu-west-1.amazonaws.com" },
	{ ENDPOINT_SSM, "us-east-1", { IGNORE, FIPS, "AWS_ENDPOINT_URL=https://b" },
		"ssm-fips.us-east-1.amazonaws.com" },
};

static void
test_own_hosts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(own_hosts) / sizeof(*own_hosts); i++) {
		struct endpoint ep = { 0 };
		struct err e = { 0 };
		assert_true(select_with(own_hosts[i].service, own_hosts[i].region,
			own_hosts[i].variables, &ep, &e));
		assert_text(ep.url.host, own_hosts[i].host);
		assert_text(ep.path, "/");
		assert_text(ep.region, own_hosts[i].region);
		assert_true(ep.url.tls);
		assert_true(ep.url.port_is_default);
		assert_int_equal(ep.url.port, 443);
		assert_null(ep.variable);
	}
}

static void
test_service_names(void **state)
{
	(void)state;
	static const char *const want[] = { "ssm", "sts", "secretsmanager" };
	for (int i = ENDPOINT_SSM; i <= ENDPOINT_SECRETS_MANAGER; i++) {
		struct endpoint ep = { 0 };
		struct err e = { 0 };
		assert_true(
			select_with((enum endpoint_service)i, "us-east-1", no_variables, &ep, &e));
		assert_text(ep.service, want[i]);
	}
}

static void
test_custom(void **state)
{
	(void)state;
	static const struct {
		enum endpoint_service service;
		const char *variables[VARIABLES_MAX];
		const char *variable;
		const char *host;
		const char *path;
		uint16_t port;
	} row[] = {
		{ ENDPOINT_SSM, { "AWS_ENDPOINT_URL=http://localhost:4566" }, "AWS_ENDPOINT_URL",
			"localhost", "/", 4566 },
		{ ENDPOINT_SSM,
			{ "AWS_ENDPOINT_URL=https://b", "AWS_ENDPOINT_URL_SSM=https://a/x" },
			"AWS_ENDPOINT_URL_SSM", "a", "/x", 443 },
		{ ENDPOINT_SSM,
			{ "AWS_ENDPOINT_URL_SSM=https://a", "CHAMBER_AWS_SSM_ENDPOINT=https://c/" },
			"CHAMBER_AWS_SSM_ENDPOINT", "c", "/", 443 },
		{ ENDPOINT_SSM,
			{ IGNORE, "AWS_ENDPOINT_URL_SSM=https://a",
				"CHAMBER_AWS_SSM_ENDPOINT=https://c:8443/base/" },
			"CHAMBER_AWS_SSM_ENDPOINT", "c", "/base/", 8443 },
		{ ENDPOINT_STS,
			{ "AWS_ENDPOINT_URL_STS=https://s", "CHAMBER_AWS_SSM_ENDPOINT=https://c" },
			"AWS_ENDPOINT_URL_STS", "s", "/", 443 },
		{ ENDPOINT_SECRETS_MANAGER,
			{ "AWS_ENDPOINT_URL_SECRETS_MANAGER=https://a",
				"CHAMBER_AWS_SECRETS_MANAGER_ENDPOINT=https://c" },
			"CHAMBER_AWS_SECRETS_MANAGER_ENDPOINT", "c", "/", 443 },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct endpoint ep = { 0 };
		struct err e = { 0 };
		assert_true(select_with(row[i].service, "eu-west-1", row[i].variables, &ep, &e));
		assert_string_equal(ep.variable, row[i].variable);
		assert_text(ep.url.host, row[i].host);
		assert_text(ep.path, row[i].path);
		assert_int_equal(ep.url.port, row[i].port);
		assert_text(ep.region, "eu-west-1");
	}
}

static void
test_refused(void **state)
{
	(void)state;
	static const struct {
		const char *region;
		const char *variables[VARIABLES_MAX];
		const char *named;
	} row[] = {
		{ "eu-west-1", { "AWS_USE_FIPS_ENDPOINT=yes" }, "AWS_USE_FIPS_ENDPOINT: \"yes\"" },
		{ "eu-west-1", { "AWS_USE_DUALSTACK_ENDPOINT=1" },
			"AWS_USE_DUALSTACK_ENDPOINT: \"1\"" },
		{ "eu-west-1", { "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=tru" },
			"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: \"tru\"" },
		{ "eu-west-1", { FIPS, "AWS_ENDPOINT_URL=https://b" },
			"AWS_ENDPOINT_URL and AWS_USE_FIPS_ENDPOINT" },
		{ "eu-west-1", { DUALSTACK, "AWS_ENDPOINT_URL_SSM=https://b" },
			"AWS_ENDPOINT_URL_SSM and AWS_USE_DUALSTACK_ENDPOINT" },
		{ "eu-west-1", { FIPS, "CHAMBER_AWS_SSM_ENDPOINT=https://b" },
			"CHAMBER_AWS_SSM_ENDPOINT and AWS_USE_FIPS_ENDPOINT" },
		{ "eu-west-1", { "AWS_ENDPOINT_URL=ftp://b" }, "AWS_ENDPOINT_URL: " },
		{ "eu-west-1", { "AWS_ENDPOINT_URL=https://u:hunter2@b" }, "AWS_ENDPOINT_URL: " },
		{ "eu-west-1", { "AWS_ENDPOINT_URL=https://b/?x=1" }, "AWS_ENDPOINT_URL: " },
		{ "eu-west-1.evil", { NULL }, "region \"eu-west-1.evil\"" },
		{ "", { NULL }, "region \"\"" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct endpoint ep = { 0 };
		struct err e = { 0 };
		assert_false(select_with(ENDPOINT_SSM, row[i].region, row[i].variables, &ep, &e));
		assert_int_equal(e.kind, ERR_USAGE);
		if (!span_starts_with(span_of(e.text), span_of(row[i].named)))
			fail_msg("got %s, want %s", e.text, row[i].named);
		assert_null(strstr(e.text, "hunter2"));
	}
}

static void
test_region(void **state)
{
	(void)state;
	char longest[ENDPOINT_REGION_MAX + 2];
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	static const char *const bad[] = { "", "-", "a-", "-a", "a.b", "a/b", "A", "us east", "a@b",
		"a\nb", "a{b", "\xc3\xa9" };
	struct err e = { 0 };
	assert_true(endpoint_check_region(SPAN("us-east-1"), &e));
	assert_true(endpoint_check_region(SPAN("9"), &e));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		e.kind = ERR_NONE;
		assert_false(endpoint_check_region(span_of(bad[i]), &e));
		assert_int_equal(e.kind, ERR_USAGE);
	}
	assert_false(endpoint_check_region(span_of(longest), &e));
	longest[ENDPOINT_REGION_MAX] = '\0';
	assert_true(endpoint_check_region(span_of(longest), &e));

	/* The longest region still makes a host name in every partition. */
	struct endpoint ep = { 0 };
	assert_true(select_with(ENDPOINT_SECRETS_MANAGER, longest, no_variables, &ep, &e));
}

/* The suffix of a dual-stack host shows the partition, except that aws and aws-us-gov share one. */
static void
test_partition(void **state)
{
	(void)state;
	static const char *const dualstack[VARIABLES_MAX] = { DUALSTACK };
	static const char *const fips[VARIABLES_MAX] = { FIPS };
	static const struct {
		const char *region;
		const char *suffix;
		bool is_gov;
	} row[] = {
		{ "eu-west-1", ".api.aws", false },
		{ "cn-northwest-1", ".api.amazonwebservices.com.cn", false },
		{ "us-gov-east-1", ".api.aws", true },
		{ "eusc-de-east-1", ".api.amazonwebservices.eu", false },
		{ "us-iso-west-1", ".api.aws.ic.gov", false },
		{ "us-isob-west-1", ".api.aws.scloud", false },
		{ "eu-isoe-west-1", ".api.cloud-aws.adc-e.uk", false },
		{ "us-isof-south-1", ".api.aws.hci.ic.gov", false },
		{ "eusc-fr-east-1", ".api.aws", false },
		{ "us-iso-1", ".api.aws", false },
		{ "us-gov-1", ".api.aws", false },
		{ "cn", ".api.aws", false },
		{ "cn-north-x", ".api.aws", false },
		{ "cn--1", ".api.aws", false },
		{ "cn-north-1-x", ".api.aws", false },
		{ "mars", ".api.aws", false },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct endpoint ep = { 0 };
		struct err e = { 0 };
		assert_true(select_with(ENDPOINT_SSM, row[i].region, dualstack, &ep, &e));
		struct span suffix = span_skip(ep.url.host, 4 + strlen(row[i].region));
		assert_text(suffix, row[i].suffix);
		/* Its plain hosts are the FIPS ones. */
		assert_true(select_with(ENDPOINT_SSM, row[i].region, fips, &ep, &e));
		assert_int_equal(span_starts_with(ep.url.host, SPAN("ssm-fips.")), !row[i].is_gov);
	}
}

static void
test_arn_region(void **state)
{
	(void)state;
	static const struct {
		const char *arn;
		const char *want; /* NULL: none */
	} row[] = {
		{ "arn:aws:ecs:eu-central-1:111122223333:task/default/"
		  "158d1c8083dd49d6b527399fd6414f5c",
			"eu-central-1" },
		{ "arn:aws-us-gov:ssm:us-gov-west-1:111122223333:parameter/a/b", "us-gov-west-1" },
		{ "arn:aws:secretsmanager:us-east-1:111122223333:secret:a-b:key::", "us-east-1" },
		{ "arn:aws:iam::111122223333:role/x", NULL },
		{ "arn:aws:ssm:eu-west-1", NULL },
		{ "arn:aws:ssm:eu-west-1:111122223333", NULL },
		{ "arn:aws:ssm:evil.example/:1:x", NULL },
		{ "ARN:aws:ssm:eu-west-1:1:x", NULL },
		{ "arn", NULL },
		{ "", NULL },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct span region = { 0 };
		assert_int_equal(
			endpoint_arn_region(span_of(row[i].arn), &region), row[i].want != NULL);
		if (row[i].want != NULL)
			assert_text(region, row[i].want);
	}
}

/* What the metadata of an instance calls its placement too. */
static void
test_zones(void **state)
{
	(void)state;
	static const char *const row[] = { "us-east-1a", "eu-central-1c", "us-gov-west-1b",
		"us-east-1-bos-1a", "us-west-2-lax-1b" };
	static const char *const hint[] = { "use its region: us-east-1",
		"use its region: eu-central-1", "use its region: us-gov-west-1",
		"use its region: us-east-1", "use its region: us-west-2" };
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct err e = { 0 };
		assert_false(endpoint_check_region(span_of(row[i]), &e));
		assert_int_equal(e.kind, ERR_USAGE);
		assert_non_null(strstr(e.text, row[i]));
		assert_non_null(strstr(e.text, "an availability zone, not a region"));
		assert_string_equal(e.hint, hint[i]);
	}
	struct err e = { 0 };
	assert_true(endpoint_check_region(SPAN("us-east-1"), &e));
	assert_true(endpoint_check_region(SPAN("local"), &e));
	assert_true(endpoint_check_region(SPAN("mars-2"), &e));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zones),
		cmocka_unit_test(test_own_hosts),
		cmocka_unit_test(test_service_names),
		cmocka_unit_test(test_custom),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_region),
		cmocka_unit_test(test_partition),
		cmocka_unit_test(test_arn_region),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
