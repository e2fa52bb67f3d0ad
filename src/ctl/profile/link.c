#include "ctl/profile/link.h"

#include "aws/credentials.h"
#include "base/quote.h"
#include "ctl/base/memory.h"

/* What STS takes (AWS STS API Reference, AssumeRole). */
#define SESSION_NAME_LEAST 2
#define SESSION_NAME_MOST 64

static const char *const setting_name[] = {
	[ACCESS_KEY_ID] = "aws_access_key_id",
	[SECRET_ACCESS_KEY] = "aws_secret_access_key",
	[SESSION_TOKEN] = "aws_session_token",
	[ROLE_ARN] = "role_arn",
	[SOURCE_PROFILE] = "source_profile",
	[CREDENTIAL_SOURCE] = "credential_source",
	[CREDENTIAL_PROCESS] = "credential_process",
	[WEB_IDENTITY_TOKEN_FILE] = "web_identity_token_file",
	[ROLE_SESSION_NAME] = "role_session_name",
	[EXTERNAL_ID] = "external_id",
	[DURATION_SECONDS] = "duration_seconds",
	[MFA_SERIAL] = "mfa_serial",
	[SSO_SESSION] = "sso_session",
	[SSO_START_URL] = "sso_start_url",
	[SSO_ACCOUNT_ID] = "sso_account_id",
	[LOGIN_SESSION] = "login_session",
};
_Static_assert(sizeof(setting_name) / sizeof(*setting_name) == SETTINGS, "a setting has no name");

bool
link_at(const struct chain *c, enum setting s)
{
	const struct ini_entry *entry = c->set[s];
	struct quoted_long q;
	return err_ctx(c->e, "%s:%u: %s", quote_name(&q, span_of(entry->path)), entry->line,
		setting_name[s]);
}

bool
link_refuse(const struct chain *c, enum setting s, const char *why)
{
	err_set(c->e, ERR_USAGE, "%s", why);
	return link_at(c, s);
}

bool
link_hint_at_tools(const struct chain *c)
{
	struct quoted_long q;
	const char *name = quote_name(&q, span_of(c->plan->name));
	return err_hint(c->e,
		"use 'aws-vault exec %s -- antechamberctl ...', or before it "
		"'eval \"$(aws configure export-credentials --profile %s --format env)\"'",
		name, name);
}

/* The keys are one group: a session token never goes with the keys of the other file. */
static void
read_keys(struct chain *c)
{
	const struct profile_file *file = &c->files->credentials;
	if (profile_find_in(file, c->profile, setting_name[ACCESS_KEY_ID]) == NULL &&
		profile_find_in(file, c->profile, setting_name[SECRET_ACCESS_KEY]) == NULL)
		file = &c->files->config;
	for (enum setting s = ACCESS_KEY_ID; s <= SESSION_TOKEN; s++)
		c->set[s] = profile_find_in(file, c->profile, setting_name[s]);
}

bool
link_read(struct chain *c, struct span profile)
{
	struct quoted_long q;
	c->profile = profile;
	read_keys(c);
	for (enum setting s = ROLE_ARN; s < SETTINGS; s++)
		c->set[s] = profile_find(c->files, profile, setting_name[s]);
	for (enum setting s = ACCESS_KEY_ID; s < SETTINGS; s++) {
		if (c->set[s] == NULL || c->set[s]->continued == 0)
			continue;
		err_set(c->e, ERR_USAGE, "%s:%u: the line is indented, so it continues %s above it",
			quote_name(&q, span_of(c->set[s]->path)), c->set[s]->continued,
			setting_name[s]);
		return err_hint(c->e, "remove the blanks before it if it is a setting of its own");
	}
	return true;
}

const char *
link_value(const struct chain *c, enum setting s)
{
	const struct ini_entry *entry = c->set[s];
	return entry == NULL ? NULL : memory_copy(profile_unquote(entry->value)).p;
}

static bool
check_session_name(const struct chain *c)
{
	const struct span name = span_of(link_value(c, ROLE_SESSION_NAME));
	if (name.p == NULL || (name.n >= SESSION_NAME_LEAST && name.n <= SESSION_NAME_MOST &&
				      span_alnum(name, "_+=,.@-") == name.n))
		return true;
	return link_refuse(c, ROLE_SESSION_NAME,
		"STS takes 2 to 64 letters, digits and characters of _+=,.@-");
}

bool
link_check_role(const struct chain *c)
{
	const char *arn = link_value(c, ROLE_ARN);
	if (!credential_check_bytes(span_of(arn), ERR_USAGE, c->e))
		return link_at(c, ROLE_ARN);
	if (!span_starts_with(span_of(arn), SPAN("arn:")))
		return link_refuse(c, ROLE_ARN, "it does not begin with arn:");
	return check_session_name(c);
}
