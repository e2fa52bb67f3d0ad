#include "ctl/profile/source.h"

#include "aws/credentials.h"
#include "base/envvar.h"
#include "base/quote.h"
#include "base/secret.h"
#include "ctl/base/memory.h"
#include "ctl/profile/environment.h"

bool
source_has_keys(const struct chain *c)
{
	return c->set[ACCESS_KEY_ID] != NULL || c->set[SECRET_ACCESS_KEY] != NULL;
}

bool
source_take_keys(struct chain *c)
{
	static const char *const variable[] = {
		[ACCESS_KEY_ID] = "AWS_ACCESS_KEY_ID",
		[SECRET_ACCESS_KEY] = "AWS_SECRET_ACCESS_KEY",
		[SESSION_TOKEN] = "AWS_SESSION_TOKEN",
	};
	if (c->set[ACCESS_KEY_ID] == NULL)
		return link_refuse(c, SECRET_ACCESS_KEY, "there is no aws_access_key_id beside it");
	if (c->set[SECRET_ACCESS_KEY] == NULL)
		return link_refuse(c, ACCESS_KEY_ID, "there is no aws_secret_access_key beside it");
	for (enum setting s = ACCESS_KEY_ID; s <= SESSION_TOKEN; s++) {
		const char *value = link_value(c, s);
		secret_keep(span_of(value));
		if (!credential_check_bytes(span_of(value), ERR_USAGE, c->e))
			return link_at(c, s);
		c->plan->environ = environment_with(c->plan->environ, variable[s], value);
	}
	c->plan->has_source = true;
	return true;
}

static bool
take_credential_source(struct chain *c)
{
	struct profile_plan *plan = c->plan;
	const struct span source = span_of(link_value(c, CREDENTIAL_SOURCE));
	plan->has_source = true;
	if (span_eq_nocase(source, SPAN("Ec2InstanceMetadata"))) {
		plan->environ = environment_with(
			plan->environ, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", NULL);
		plan->environ =
			environment_with(plan->environ, "AWS_CONTAINER_CREDENTIALS_FULL_URI", NULL);
		return true;
	}
	if (span_eq_nocase(source, SPAN("EcsContainer"))) {
		if (envvar_get(plan->environ, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") != NULL ||
			envvar_get(plan->environ, "AWS_CONTAINER_CREDENTIALS_FULL_URI") != NULL)
			return true;
		return link_refuse(c, CREDENTIAL_SOURCE,
			"EcsContainer needs AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI, "
			"which are unset");
	}
	/* With keys in the environment the profile is not asked, here as in the SDKs. */
	if (span_eq_nocase(source, SPAN("Environment")))
		return link_refuse(c, CREDENTIAL_SOURCE,
			"Environment needs AWS_ACCESS_KEY_ID, which is unset");
	return link_refuse(c, CREDENTIAL_SOURCE,
		"it must be Environment, EcsContainer or Ec2InstanceMetadata");
}

/* It requires a role, which no role of plan->role is: one request does both. */
static bool
take_web_identity(struct chain *c)
{
	struct profile_plan *plan = c->plan;
	const char *path = profile_path(plan->found, link_value(c, WEB_IDENTITY_TOKEN_FILE));
	if (!link_check_role(c))
		return false;
	plan->environ = environment_with(plan->environ, "AWS_WEB_IDENTITY_TOKEN_FILE", path);
	plan->environ = environment_with(plan->environ, "AWS_ROLE_ARN", link_value(c, ROLE_ARN));
	plan->environ = environment_with(
		plan->environ, "AWS_ROLE_SESSION_NAME", link_value(c, ROLE_SESSION_NAME));
	plan->has_source = true;
	return true;
}

static bool
take_process(struct chain *c)
{
	/* As it is: the shell knows its quotes. */
	c->plan->process = memory_copy(c->set[CREDENTIAL_PROCESS]->value).p;
	c->plan->process_profile = memory_copy(c->profile).p;
	c->plan->has_source = true;
	return true;
}

static bool
refuse_sso(const struct chain *c)
{
	for (enum setting s = SSO_SESSION; s <= SSO_ACCOUNT_ID; s++) {
		if (c->set[s] != NULL) {
			link_refuse(
				c, s, "IAM Identity Center (SSO) is for the AWS CLI to log in to");
			break;
		}
	}
	return link_hint_at_tools(c);
}

/* A profile without credentials: the container's or the instance's are used, but not for others. */
static bool
take_none(const struct chain *c)
{
	struct quoted_long q;
	struct quoted_long before;
	quote_name(&q, c->profile);
	if (c->set[ROLE_ARN] != NULL) {
		link_refuse(c, ROLE_ARN, "the profile has no credentials to assume the role with");
		return err_hint(c->e, "add source_profile or credential_source");
	}
	if (c->count == 0)
		return true;
	quote_name(&before, c->before[c->count - 1]);
	return err_set(c->e, ERR_USAGE,
		"profile '%s', the source_profile of '%s', has no credentials", q.text,
		before.text);
}

/* In the order of the SDK for Go (config/resolve_credentials.go). */
bool
source_take(struct chain *c)
{
	if (source_has_keys(c))
		return source_take_keys(c);
	if (c->set[CREDENTIAL_SOURCE] != NULL)
		return take_credential_source(c);
	if (c->set[WEB_IDENTITY_TOKEN_FILE] != NULL)
		return take_web_identity(c);
	for (enum setting s = SSO_SESSION; s <= SSO_ACCOUNT_ID; s++) {
		if (c->set[s] != NULL)
			return refuse_sso(c);
	}
	if (c->set[LOGIN_SESSION] != NULL) {
		link_refuse(c, LOGIN_SESSION, "a session of 'aws login' is for the AWS CLI to use");
		return link_hint_at_tools(c);
	}
	if (c->set[CREDENTIAL_PROCESS] != NULL)
		return take_process(c);
	return take_none(c);
}
