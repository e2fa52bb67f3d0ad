#ifndef CTL_PROFILE_SOURCE_H
#define CTL_PROFILE_SOURCE_H

#include "ctl/profile/link.h"

/* Whether the profile has keys of its own, or half of them. */
bool source_has_keys(const struct chain *c);

/* Plans the credentials that the profile itself configures. */
bool source_take_keys(struct chain *c);
bool source_take(struct chain *c);

#endif
