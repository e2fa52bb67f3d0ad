#include "aws/credentials.h"

#include <string.h>

#include "base/envvar.h"
#include "base/quote.h"

#define ID "AWS_ACCESS_KEY_ID"
#define SECRET "AWS_SECRET_ACCESS_KEY"
#define SESSION_TOKEN "AWS_SESSION_TOKEN"
#define TOKEN_FILE "AWS_WEB_IDENTITY_TOKEN_FILE"
#define ROLE "AWS_ROLE_ARN"
#define SESSION_NAME "AWS_ROLE_SESSION_NAME"
#define RELATIVE_URI "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
#define FULL_URI "AWS_CONTAINER_CREDENTIALS_FULL_URI"
#define IMDS_ENDPOINT "AWS_EC2_METADATA_SERVICE_ENDPOINT"

const char *
credential_source_name(enum credential_source source)
{
	switch (source) {
	case SOURCE_STATIC:
		return "environment (AWS_ACCESS_KEY_ID)";
	case SOURCE_WEB_IDENTITY:
		return "web identity (AWS_WEB_IDENTITY_TOKEN_FILE)";
	case SOURCE_CONTAINER:
		return "container credentials endpoint";
	case SOURCE_IMDS:
		break;
	}
	return "EC2 instance metadata";
}

/* A variable with nothing but blanks is one that a template left empty. */
static const char *
variable(char *const *environ, const char *name)
{
	struct span value = span_of(envvar_get(environ, name));
	return span_trim(value).n == 0 ? NULL : value.p;
}

static bool
half_set(const char *set, const char *unset, struct err *e)
{
	err_set(e, ERR_USAGE, "%s is set and %s is not", set, unset);
	return err_hint(e, "set both, or neither to use another source");
}

bool
credential_check_bytes(struct span value, enum err_kind kind, struct err *e)
{
	size_t n = 0;
	while (n < value.n && value.p[n] > ' ' && value.p[n] <= '~')
		n++;
	if (n == value.n)
		return true;
	const char c = value.p[n];
	return err_set(e, kind, "byte %zu of %zu is %s", n + 1, value.n,
		c == '\n' || c == '\r'	? "a line break"
		: c == ' ' || c == '\t' ? "a blank"
					: "not printable ASCII");
}

/* A Kubernetes secret made with `echo` ends in a line break, the usual mistake. */
static bool
check_variable(const char *name, struct span value, struct err *e)
{
	if (credential_check_bytes(value, ERR_USAGE, e))
		return true;
	err_ctx(e, "%s", name);
	return err_hint(
		e, "set the variable without it; `printf %%s` adds no line break, `echo` does");
}

static bool
plan_static(char *const *environ, struct credential_plan *plan, const char *id, const char *secret,
	struct err *e)
{
	const struct span token = span_of(variable(environ, SESSION_TOKEN));
	if (secret == NULL)
		return half_set(ID, SECRET, e);
	if (id == NULL)
		return half_set(SECRET, ID, e);
	plan->source = SOURCE_STATIC;
	plan->fixed.access_key_id = secret_keep(span_of(id));
	plan->fixed.secret_access_key = secret_keep(span_of(secret));
	plan->fixed.session_token = secret_keep(token);
	return check_variable(ID, span_of(id), e) && check_variable(SECRET, span_of(secret), e) &&
	       check_variable(SESSION_TOKEN, token, e);
}

static bool
plan_web_identity(char *const *environ, struct credential_plan *plan, struct err *e)
{
	plan->source = SOURCE_WEB_IDENTITY;
	plan->role_arn = variable(environ, ROLE);
	plan->session_name = variable(environ, SESSION_NAME);
	if (plan->role_arn == NULL)
		return half_set(TOKEN_FILE, ROLE, e);
	return check_variable(ROLE, span_of(plan->role_arn), e) &&
	       check_variable(SESSION_NAME, span_of(plan->session_name), e);
}

/* Reads the URL of a variable, or its default. */
static bool
plan_url(struct credential_plan *plan, const char *name, struct span text, struct err *e)
{
	plan->variable = name;
	if (url_parse(text, &plan->url, e)) {
		if (plan->url.userinfo.n == 0)
			return true;
		err_set(e, ERR_USAGE, "user and password in it");
	}
	return err_ctx(e, "%s", name);
}

static bool
plan_relative(struct credential_plan *plan, const char *uri, struct err *e)
{
	struct buf text = BUF(plan->url_text);
	plan->relative = true;
	if (uri[0] != '/') {
		err_set(e, ERR_USAGE, "%s does not begin with /", RELATIVE_URI);
		return err_hint(e, "the ECS agent sets it to a path such as /v2/credentials/ID");
	}
	/* Any process that can reach the agent gets the task's credentials with this path. */
	secret_keep(span_of(uri));
	buf_printf(&text, "http://169.254.170.2%s", uri);
	if (text.overflow)
		return err_set(e, ERR_LIMIT, "%s: more than %d bytes", RELATIVE_URI, URL_MAX);
	return plan_url(plan, RELATIVE_URI, buf_span(&text), e);
}

static bool
plan_container(char *const *environ, struct credential_plan *plan, const char *relative,
	const char *full, struct err *e)
{
	plan->source = SOURCE_CONTAINER;
	plan->token_file = variable(environ, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
	plan->token = variable(environ, "AWS_CONTAINER_AUTHORIZATION_TOKEN");
	secret_keep(span_of(plan->token));
	if (relative != NULL)
		return plan_relative(plan, relative, e);
	return plan_url(plan, FULL_URI, span_of(full), e);
}

bool
credential_none(char *const *environ, struct err *e)
{
	err_set(e, ERR_USAGE,
		"none are configured: AWS_ACCESS_KEY_ID, AWS_WEB_IDENTITY_TOKEN_FILE, "
		"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and _FULL_URI are unset, EC2 instance "
		"metadata is off or does not respond");
	if (variable(environ, "AWS_PROFILE") != NULL)
		return err_hint(e, "profiles are not read: use 'aws-vault exec PROFILE -- ...' or "
				   "'aws configure export-credentials --format env'");
	return err_hint(e, "give the task, pod or instance a role");
}

static bool
says(const char *value, struct span word)
{
	return span_eq_nocase(span_of(value), word);
}

/* SDK reference guide, "IMDS credential provider": the endpoint and its IPv6 form. */
static bool
plan_imds(char *const *environ, struct credential_plan *plan, struct err *e)
{
	const char *url = variable(environ, IMDS_ENDPOINT);
	if (says(variable(environ, "AWS_EC2_METADATA_DISABLED"), SPAN("true")))
		return credential_none(environ, e);
	plan->source = SOURCE_IMDS;
	const char *mode = variable(environ, IMDS_ENDPOINT "_MODE");
	bool is_ipv6 = says(mode, SPAN("ipv6"));
	if (mode != NULL && !is_ipv6 && !says(mode, SPAN("ipv4"))) {
		struct quoted q;
		return err_set(e, ERR_USAGE, IMDS_ENDPOINT "_MODE: '%s' is neither IPv4 nor IPv6",
			quote(&q, span_of(mode)));
	}
	if (url != NULL)
		return plan_url(plan, IMDS_ENDPOINT, span_of(url), e);
	plan_url(plan, IMDS_ENDPOINT,
		is_ipv6 ? SPAN("http://[fd00:ec2::254]") : SPAN("http://169.254.169.254"), e);
	/* A variable that is not set must not be named. */
	plan->variable = NULL;
	return true;
}

bool
credential_plan(char *const *environ, struct credential_plan *plan, struct err *e)
{
	memset(plan, 0, sizeof(*plan));
	const char *id = variable(environ, ID);
	const char *secret = variable(environ, SECRET);
	if (id != NULL || secret != NULL)
		return plan_static(environ, plan, id, secret, e);
	plan->token_file = variable(environ, TOKEN_FILE);
	if (plan->token_file != NULL)
		return plan_web_identity(environ, plan, e);
	const char *relative = variable(environ, RELATIVE_URI);
	const char *full = variable(environ, FULL_URI);
	if (relative != NULL || full != NULL)
		return plan_container(environ, plan, relative, full, e);
	return plan_imds(environ, plan, e);
}
