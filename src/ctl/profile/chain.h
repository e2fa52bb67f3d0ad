#ifndef CTL_PROFILE_CHAIN_H
#define CTL_PROFILE_CHAIN_H

#include <stdbool.h>

#include "base/err.h"
#include "ctl/profile/files.h"
#include "ctl/profile/profile.h"

/*
 * Follows source_profile from plan->name to where credentials come from, and fills in what
 * profile_plan() promises about them: variables in plan->environ, or plan->process, and the roles.
 * The profile exists. Pure, but for secret_keep.
 */
bool chain_follow(const struct profile_files *files, struct profile_plan *plan, struct err *e);

#endif
