#include "ctl/profile/profile.h"

#include <string.h>

#include "base/clock.h"
#include "base/envvar.h"
#include "base/log.h"
#include "base/quote.h"
#include "ctl/base/memory.h"
#include "ctl/profile/chain.h"
#include "ctl/profile/environment.h"
#include "ctl/profile/files.h"
#include "ctl/profile/process.h"

/* A variable with nothing but blanks is one that a template left empty. */
static bool
is_set(char *const *environ, const char *name)
{
	return span_trim(span_of(envvar_get(environ, name))).n > 0;
}

static bool
is_any_set(char *const *environ, const char *const *names)
{
	while (*names != NULL && !is_set(environ, *names))
		names++;
	return *names != NULL;
}

/* Gives a variable the value of a setting, unless one of those that take precedence is set. */
static void
set_variable(struct profile_plan *plan, const char *variable, const struct ini_entry *entry)
{
	if (entry == NULL || is_set(plan->found, variable))
		return;
	const char *value = memory_copy(profile_unquote(entry->value)).p;
	struct quoted_long q;
	log_debug("profile '%s' sets %s", quote_name(&q, span_of(plan->name)), variable);
	plan->environ = environment_with(plan->environ, variable, profile_path(plan->found, value));
}

/* What a profile can set beside credentials, by the variables that take precedence over it. */
static void
set_variables(const struct profile_files *files, struct profile_plan *plan)
{
	static const char *const regions[] = { "CHAMBER_AWS_REGION", "AWS_REGION",
		"AWS_DEFAULT_REGION", NULL };
	static const struct {
		const char *setting;
		const char *variable;
	} map[] = {
		{ "ca_bundle", "AWS_CA_BUNDLE" },
		{ "ec2_metadata_service_endpoint", "AWS_EC2_METADATA_SERVICE_ENDPOINT" },
		{ "ec2_metadata_service_endpoint_mode", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE" },
		{ "endpoint_url", "AWS_ENDPOINT_URL" },
		{ "ignore_configured_endpoint_urls", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS" },
		{ "max_attempts", "AWS_MAX_ATTEMPTS" },
		{ "sdk_ua_app_id", "AWS_SDK_UA_APP_ID" },
		{ "use_dualstack_endpoint", "AWS_USE_DUALSTACK_ENDPOINT" },
		{ "use_fips_endpoint", "AWS_USE_FIPS_ENDPOINT" },
	};
	const struct span name = span_of(plan->name);
	if (!is_any_set(plan->found, regions))
		set_variable(plan, "AWS_REGION", profile_find(files, name, "region"));
	for (size_t i = 0; i < sizeof(map) / sizeof(*map); i++)
		set_variable(plan, map[i].variable, profile_find(files, name, map[i].setting));
}

/* SDK reference guide, "Service-specific endpoints": AWS_ENDPOINT_URL comes before them. */
static void
set_service_endpoints(const struct profile_files *files, struct profile_plan *plan)
{
	static const struct {
		const char *service;
		const char *variable;
	} map[] = {
		{ "ssm", "AWS_ENDPOINT_URL_SSM" },
		{ "secrets_manager", "AWS_ENDPOINT_URL_SECRETS_MANAGER" },
		{ "sts", "AWS_ENDPOINT_URL_STS" },
	};
	const struct ini_entry *services = profile_find(files, span_of(plan->name), "services");
	if (services == NULL || is_set(plan->found, "AWS_ENDPOINT_URL"))
		return;
	for (size_t i = 0; i < sizeof(map) / sizeof(*map); i++)
		set_variable(plan, map[i].variable,
			profile_find_service(
				files, services->value, map[i].service, "endpoint_url"));
}

/* What comes before a profile, and what comes after it. */
static const char *const before[] = { "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
	"AWS_WEB_IDENTITY_TOKEN_FILE", NULL };
static const char *const after[] = { "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
	"AWS_CONTAINER_CREDENTIALS_FULL_URI", NULL };

static bool
plan_profile(const struct profile_files *files, struct profile_plan *plan, struct err *e)
{
	struct quoted_long q;
	set_variables(files, plan);
	set_service_endpoints(files, plan);
	if (!is_any_set(plan->found, before))
		return chain_follow(files, plan, e);
	log_debug("the credentials of profile '%s' are not used: the environment has some, which "
		  "take precedence",
		quote_name(&q, span_of(plan->name)));
	return true;
}

bool
profile_plan(char *const *environ, struct profile_plan *plan, struct err *e)
{
	struct profile_files *files = memory_get(sizeof(*files));
	const char *variable =
		is_set(environ, "AWS_PROFILE") ? "AWS_PROFILE" : "AWS_DEFAULT_PROFILE";
	const bool is_named = is_set(environ, variable);
	const struct span name =
		is_named ? span_of(envvar_get(environ, variable)) : SPAN("default");
	memset(plan, 0, sizeof(*plan));
	plan->found = environ;
	/* They have done their part, and messages about what is left must not name them. */
	plan->environ = environment_with(environ, "AWS_PROFILE", NULL);
	plan->environ = environment_with(plan->environ, "AWS_DEFAULT_PROFILE", NULL);
	plan->has_source = is_any_set(environ, before) || is_any_set(environ, after);
	if (!profile_files_read(environ, files, e))
		return err_ctx(e, "profiles");
	if (profile_exists(files, name)) {
		plan->name = memory_copy(name).p;
		return plan_profile(files, plan, e);
	}
	if (!is_named)
		return true;
	profile_unknown(files, name, e);
	return err_ctx(e, "%s", variable);
}

static void
warn_of_expired(const struct profile_plan *plan, const struct credentials *c)
{
	const int64_t now = clock_unix();
	struct quoted_long q;
	if (c->expires != 0 && c->expires <= now)
		log_warning("the credentials of the credential_process of profile '%s' expired "
			    "%llu s ago by this machine's clock: they are used all the same",
			quote_name(&q, span_of(plan->process_profile)),
			(unsigned long long)(now - c->expires));
}

static const char *
string_of(struct secret s)
{
	return s.bytes.n == 0 ? NULL : s.bytes.p;
}

bool
profile_run(struct profile_plan *plan, struct err *e)
{
	struct quoted_long q;
	struct credentials c;
	if (plan->process == NULL)
		return true;
	struct buf output = { .p = memory_get(PROCESS_OUTPUT_MAX), .cap = PROCESS_OUTPUT_MAX };
	struct buf arena = { .p = memory_get(PROCESS_OUTPUT_MAX), .cap = PROCESS_OUTPUT_MAX };
	if (!process_run(plan->process, plan->found, PROCESS_TIMEOUT_MS, &output, e) ||
		!process_read(buf_span(&output), &arena, &c, e))
		return err_ctx(e, "credential_process of profile '%s'",
			quote_name(&q, span_of(plan->process_profile)));
	warn_of_expired(plan, &c);
	plan->environ =
		environment_with(plan->environ, "AWS_ACCESS_KEY_ID", string_of(c.access_key_id));
	plan->environ = environment_with(
		plan->environ, "AWS_SECRET_ACCESS_KEY", string_of(c.secret_access_key));
	plan->environ =
		environment_with(plan->environ, "AWS_SESSION_TOKEN", string_of(c.session_token));
	return true;
}

void
profile_hint_none(const struct profile_plan *plan, struct err *e)
{
	struct quoted_long q;
	if (plan->has_source || strstr(e->text, "none are configured") == NULL)
		return;
	e->hint[0] = '\0';
	if (plan->name == NULL)
		err_hint(e,
			"set AWS_PROFILE, or use 'aws-vault exec PROFILE -- antechamberctl ...'; "
			"'aws configure' makes a profile");
	else
		err_hint(e,
			"profile '%s' has none either: neither keys nor role_arn nor "
			"credential_process",
			quote_name(&q, span_of(plan->name)));
}
