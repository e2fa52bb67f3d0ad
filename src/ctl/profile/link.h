#ifndef CTL_PROFILE_LINK_H
#define CTL_PROFILE_LINK_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"
#include "ctl/profile/files.h"
#include "ctl/profile/profile.h"

/* One profile of a chain of source_profile settings: what it has set, and errors about that. */

enum setting {
	ACCESS_KEY_ID,
	SECRET_ACCESS_KEY,
	SESSION_TOKEN,
	ROLE_ARN,
	SOURCE_PROFILE,
	CREDENTIAL_SOURCE,
	CREDENTIAL_PROCESS,
	WEB_IDENTITY_TOKEN_FILE,
	ROLE_SESSION_NAME,
	EXTERNAL_ID,
	DURATION_SECONDS,
	MFA_SERIAL,
	SSO_SESSION,
	SSO_START_URL,
	SSO_ACCOUNT_ID,
	LOGIN_SESSION,
};
#define SETTINGS (LOGIN_SESSION + 1)

/* A chain, and the profile of it that is looked at. */
struct chain {
	const struct profile_files *files;
	struct profile_plan *plan;
	struct err *e;
	struct span profile;
	const struct ini_entry *set[SETTINGS]; /* NULL: it is not set */
	size_t count; /* of the profiles before it */
	struct span before[PROFILE_ROLES_MAX];
};

/* Reads the settings of a profile. ERR_USAGE: one that a deeper line continues. */
bool link_read(struct chain *c, struct span profile);

/* A value as a string, without quotes around it, as the SDK for Go has it; NULL: it is not set. */
const char *link_value(const struct chain *c, enum setting s);

/* Checks role_arn, which is set, and role_session_name. */
bool link_check_role(const struct chain *c);

/* Puts the place of a setting before an error. Always false, like those below. */
bool link_at(const struct chain *c, enum setting s);

/* ERR_USAGE, with the place of a setting. */
bool link_refuse(const struct chain *c, enum setting s, const char *why);

/* Hints at the tools that can get the credentials of the whole chain. */
bool link_hint_at_tools(const struct chain *c);

#endif
