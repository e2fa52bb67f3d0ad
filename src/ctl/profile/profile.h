#ifndef CTL_PROFILE_PROFILE_H
#define CTL_PROFILE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/*
 * The profiles of ~/.aws/config and ~/.aws/credentials (AWS SDKs and Tools Reference Guide, "Shared
 * config and credentials files"). What a profile configures becomes variables of an environment, so
 * that one code plans credentials, region, endpoints and trust, for antechamber and for
 * antechamberctl.
 *
 * A session is made in this order:
 *   profile_plan()         reads the files; runs nothing and asks nobody
 *   profile_run()          runs the credential_process, if there is one
 *   credentials_plan() ... with plan.environ: the credentials that the chain begins with
 *   for each plan.role     assume_role_put_form() signed with the credentials so far, to STS;
 *                          credential_read_sts() reads the next ones (ctl/profile/sts.h)
 * When the credentials expire during long work, all but the first step can be repeated.
 */

/* Roles that are assumed one after the other: real chains have two. */
#define PROFILE_ROLES_MAX 16

struct profile_role {
	const char *profile; /* the profile that has it, for messages */
	const char *arn;
	const char *session_name; /* never NULL */
	const char *external_id; /* NULL: none */
	unsigned duration_seconds; /* 0: the default of STS, an hour */
};

struct profile_plan {
	const char *name; /* the profile that was looked up; NULL: there is none */
	const char *process; /* its credential_process, or that of its source; NULL: none */
	const char *process_profile; /* the profile that has it */
	bool has_source; /* plan.environ has credentials, or the process gives them */
	char *const *found; /* the environment that the plan was made from */
	char **environ; /* what to read instead of it, until the next profile_run() */
	size_t role_count;
	struct profile_role role[PROFILE_ROLES_MAX]; /* in the order in which they are assumed */
};

/*
 * Chooses the profile and reads what it configures. environ must stay as it is. Without a file, and
 * without a variable that names a profile, plan->environ has what environ has. ERR_USAGE: a file
 * that cannot be read or is malformed, an unknown profile, a chain without an end or a beginning,
 * and what only the AWS CLI can do (IAM Identity Center, a login session, MFA), with a hint.
 *
 * The order is that of the AWS SDK for Go v2, which chamber uses (config/resolve_credentials.go):
 * keys in the environment, a web identity in the environment, the profile, the container's agent,
 * EC2 instance metadata. AWS_PROFILE does not come before keys in the environment: only a profile
 * that is given to the SDK in code does.
 */
bool profile_plan(char *const *environ, struct profile_plan *plan, struct err *e);

/*
 * Runs plan->process, if there is one, and puts its keys into plan->environ. The process inherits
 * stderr, and standard input where that is a terminal. Call it again for new keys.
 */
bool profile_run(struct profile_plan *plan, struct err *e);

/*
 * Replaces the hint of an error about credentials when none were configured: what an operator can
 * do about it. Does nothing when the profile or the environment has credentials.
 */
void profile_hint_none(const struct profile_plan *plan, struct err *e);

#endif
