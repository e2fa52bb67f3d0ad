#include "aws/credentials.h"

#include <string.h>

#include "aws/time.h"
#include "aws/xml.h"
#include "base/quote.h"
#include "config/config.h"

#define ECS_AGENT "http://169.254.170.2"

static const char *const source_name[] = {
	[SOURCE_STATIC] = "environment (AWS_ACCESS_KEY_ID)",
	[SOURCE_WEB_IDENTITY] = "web identity (AWS_WEB_IDENTITY_TOKEN_FILE)",
	[SOURCE_CONTAINER] = "container credentials endpoint",
	[SOURCE_IMDS] = "EC2 instance metadata",
};
_Static_assert(sizeof(source_name) / sizeof(*source_name) == SOURCE_IMDS + 1, "no name");

const char *
credential_source_name(enum credential_source source)
{
	return source_name[source];
}

/* A variable that holds nothing but blanks is one that a template left empty. */
static const char *
variable(char *const *environ, const char *name)
{
	struct span value = span_of(config_getenv(environ, name));
	return span_trim(value).n == 0 ? NULL : value.p;
}

static bool
plan_static(char *const *environ, struct credential_plan *plan, bool *configured, struct err *e)
{
	const char *id = variable(environ, "AWS_ACCESS_KEY_ID");
	const char *secret = variable(environ, "AWS_SECRET_ACCESS_KEY");
	*configured = id != NULL || secret != NULL;
	if (!*configured)
		return true;
	if (id == NULL || secret == NULL) {
		err_set(e, ERR_USAGE, "credentials: %s is set and %s is not",
			id != NULL ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY",
			id != NULL ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID");
		return err_hint(e, "set both, or neither to use the task's role");
	}
	plan->source = SOURCE_STATIC;
	plan->fixed.access_key_id = secret_keep(span_of(id));
	plan->fixed.secret_access_key = secret_keep(span_of(secret));
	plan->fixed.session_token = secret_keep(span_of(variable(environ, "AWS_SESSION_TOKEN")));
	plan->fixed.expires = 0;
	return true;
}

static bool
plan_web_identity(
	char *const *environ, struct credential_plan *plan, bool *configured, struct err *e)
{
	plan->token_file = variable(environ, "AWS_WEB_IDENTITY_TOKEN_FILE");
	*configured = plan->token_file != NULL;
	if (!*configured)
		return true;
	plan->source = SOURCE_WEB_IDENTITY;
	plan->role_arn = variable(environ, "AWS_ROLE_ARN");
	plan->session_name = variable(environ, "AWS_ROLE_SESSION_NAME");
	if (plan->role_arn == NULL) {
		err_set(e, ERR_USAGE,
			"credentials: AWS_WEB_IDENTITY_TOKEN_FILE is set and AWS_ROLE_ARN is not");
		return err_hint(e, "set AWS_ROLE_ARN to the role that the token is for");
	}
	return true;
}

static bool
plan_relative(struct credential_plan *plan, const char *uri, struct err *e)
{
	struct buf text = BUF(plan->url_text);
	plan->variable = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
	plan->relative = true;
	if (uri[0] != '/') {
		err_set(e, ERR_USAGE, "credentials: %s does not begin with /", plan->variable);
		return err_hint(e, "the ECS agent sets it to a path such as /v2/credentials/ID");
	}
	/* The path names the task's credentials to whoever can reach the agent. */
	secret_keep(span_of(uri));
	buf_printf(&text, ECS_AGENT "%s", uri);
	if (text.overflow)
		return err_set(e, ERR_LIMIT, "credentials: %s: more than %d bytes", plan->variable,
			URL_MAX);
	return url_parse(buf_span(&text), &plan->url, e) ||
	       err_ctx(e, "credentials: %s", plan->variable);
}

static bool
plan_container(char *const *environ, struct credential_plan *plan, bool *configured, struct err *e)
{
	const char *relative = variable(environ, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
	const char *full = variable(environ, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
	*configured = relative != NULL || full != NULL;
	if (!*configured)
		return true;
	plan->source = SOURCE_CONTAINER;
	plan->token_file = variable(environ, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
	plan->token = variable(environ, "AWS_CONTAINER_AUTHORIZATION_TOKEN");
	secret_keep(span_of(plan->token));
	if (relative != NULL)
		return plan_relative(plan, relative, e);
	plan->variable = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
	plan->relative = false;
	if (!url_parse(span_of(full), &plan->url, e))
		return err_ctx(e, "credentials: %s", plan->variable);
	if (plan->url.userinfo.n > 0)
		return err_set(
			e, ERR_USAGE, "credentials: %s: user and password in it", plan->variable);
	return true;
}

bool
credential_none(char *const *environ, struct err *e)
{
	err_set(e, ERR_USAGE,
		"credentials: none are configured: AWS_ACCESS_KEY_ID, AWS_WEB_IDENTITY_TOKEN_FILE, "
		"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and _FULL_URI are unset, EC2 instance "
		"metadata is off or does not answer");
	if (variable(environ, "AWS_PROFILE") != NULL)
		return err_hint(e, "profiles are not read: use 'aws-vault exec PROFILE -- ...' or "
				   "'aws configure export-credentials --format env'");
	return err_hint(e, "give the task, pod or instance a role");
}

/* SDK reference guide, "IMDS credential provider": the endpoint and its IPv6 form. */
static bool
plan_imds(char *const *environ, struct credential_plan *plan, struct err *e)
{
	const char *disabled = variable(environ, "AWS_EC2_METADATA_DISABLED");
	const char *url = variable(environ, "AWS_EC2_METADATA_SERVICE_ENDPOINT");
	const char *mode = variable(environ, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");
	if (disabled != NULL && span_eq_nocase(span_of(disabled), SPAN("true")))
		return credential_none(environ, e);
	plan->source = SOURCE_IMDS;
	plan->variable = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
	if (url == NULL && mode != NULL && span_eq_nocase(span_of(mode), SPAN("ipv6")))
		url = "http://[fd00:ec2::254]";
	if (url == NULL)
		url = "http://169.254.169.254";
	return url_parse(span_of(url), &plan->url, e) || err_ctx(e, "%s", plan->variable);
}

bool
credential_plan(char *const *environ, struct credential_plan *plan, struct err *e)
{
	bool configured = false;
	memset(plan, 0, sizeof(*plan));
	if (!plan_static(environ, plan, &configured, e))
		return false;
	if (!configured && !plan_web_identity(environ, plan, &configured, e))
		return false;
	if (!configured && !plan_container(environ, plan, &configured, e))
		return false;
	return configured || plan_imds(environ, plan, e);
}
