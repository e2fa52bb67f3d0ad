#ifndef FETCH_TALK_H
#define FETCH_TALK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/err.h"
#include "fetch/call.h"

/*
 * Moves all calls side by side until every one has ended (true), or one has failed, the deadline
 * has passed or a signal has come (false; the message says what was being waited for). At most
 * CALLS_MAX calls; earlier ones move first, so that a call comes before those that wait for it.
 */
bool talk(struct call *const *calls, size_t count, const struct deadline *deadline, struct err *e);

/*
 * The error of a stop: "stopped by SIGTERM while DOING PEER". False when no signal has come, and e
 * is as it was.
 */
bool talk_is_stopped(const char *doing, const char *peer, struct err *e);

#endif
