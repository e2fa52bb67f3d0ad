#ifndef FETCH_DRIVE_H
#define FETCH_DRIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/err.h"
#include "fetch/call.h"

/* All calls that are moved together: the credentials', every service's, every reference group's. */
#define DRIVE_CALLS_MAX (1 + SERVICES_MAX + REFERENCE_GROUPS_MAX)

/*
 * Moves all calls side by side until every one has ended (true), or one has failed or the deadline
 * has passed (false; the message says what was being waited for). At most DRIVE_CALLS_MAX calls;
 * earlier ones move first, so that a call comes before those that wait for it.
 */
bool drive(struct call *const *calls, size_t count, const struct deadline *deadline, struct err *e);

#endif
