#include "fetch/talk.h"

#include <errno.h>
#include <poll.h>

#include "base/stop.h"
#include "config/signame.h"

bool
talk_is_stopped(const char *doing, const char *peer, struct err *e)
{
	int signo = stop_signal();
	if (signo == 0)
		return false;
	struct span name = signame_of(signo);
	err_set(e, ERR_FINAL, "stopped by SIG%.*s while %s %s", (int)name.n, name.p, doing, peer);
	return true;
}

/* Moves each call until none can go further: one that ends may make another ready. */
static bool
move_all(struct call *const *calls, size_t count, clock_ms now, struct err *e)
{
	bool changed;
	do {
		changed = false;
		for (size_t i = 0; i < count; i++) {
			enum call_state before = calls[i]->state;
			if (!call_move(calls[i], now, e))
				return false;
			changed = changed || calls[i]->state != before;
		}
	} while (changed);
	return true;
}

/* The first call that has not ended: what everybody waits for. NULL when all have. */
static const struct call *
first_under_way(struct call *const *calls, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (calls[i]->state != CALL_ENDED)
			return calls[i];
	}
	return NULL;
}

/* Waits until something can move. */
static bool
wait_for_event(struct call *const *calls, size_t count, clock_ms deadline, struct err *e)
{
	struct pollfd fds[CALLS_MAX];
	nfds_t n = 0;
	clock_ms wake = deadline;
	for (size_t i = 0; i < count; i++) {
		const struct exchange *x = &calls[i]->exchange;
		clock_ms due = call_deadline(calls[i]);
		if (due < wake)
			wake = due;
		if (x->stream.fd >= 0)
			fds[n++] = (struct pollfd){ x->stream.fd, x->stream.events, 0 };
	}
	return stop_poll(fds, n, clock_until(wake, clock_now())) >= 0 || errno == EINTR ||
	       err_sys(e, ERR_FINAL, errno, "poll");
}

/* Why the call that everybody waits for cannot go on; false when it can. */
static bool
has_to_end(const struct call *call, const struct deadline *deadline, struct err *e)
{
	const char *doing = call_waits_for(call);
	const char *peer = call->exchange.peer->name;
	struct seconds s;
	if (talk_is_stopped(doing, peer, e))
		return true;
	if (clock_now() < deadline->at)
		return false;
	err_set(e, ERR_FINAL, "%s: timed out after %s (--timeout) %s %s%s%s", call->doing,
		seconds(&s, deadline->timeout_ms), doing, peer,
		call->failure[0] == '\0' ? "" : ": ", call->failure);
	return true;
}

bool
talk(struct call *const *calls, size_t count, const struct deadline *deadline, struct err *e)
{
	/* Where nothing is asked, and when all have ended, nothing is late. */
	const struct call *awaited = first_under_way(calls, count);
	while (awaited != NULL) {
		if (has_to_end(awaited, deadline, e) || !move_all(calls, count, clock_now(), e))
			return false;
		awaited = first_under_way(calls, count);
		if (awaited != NULL && !wait_for_event(calls, count, deadline->at, e))
			return false;
	}
	return true;
}
