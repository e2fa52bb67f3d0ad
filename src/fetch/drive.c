#include "fetch/drive.h"

#include <poll.h>

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

static bool
all_ended(struct call *const *calls, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (calls[i]->state != CALL_ENDED)
			return false;
	}
	return true;
}

/* Waits until something can move. */
static void
wait_for_event(struct call *const *calls, size_t count, clock_ms deadline, clock_ms now)
{
	struct pollfd fds[DRIVE_CALLS_MAX];
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
	/* An interrupted or failed poll costs one turn of the loop. */
	(void)poll(fds, n, clock_until(wake, now));
}

/* The first call that is under way is what everybody waits for; there is one. */
static bool
time_is_up(struct call *const *calls, clock_ms timeout_ms, struct err *e)
{
	struct seconds s;
	size_t i = 0;
	while (calls[i]->state == CALL_ENDED)
		i++;
	const struct call *call = calls[i];
	err_set(e, ERR_TRANSIENT, "timed out after %s (--timeout) %s %s", seconds(&s, timeout_ms),
		call_waits_for(call), call->exchange.peer->name);
	return err_ctx(e, "%s", call->doing);
}

bool
drive(struct call *const *calls, size_t count, const struct deadline *deadline, struct err *e)
{
	for (;;) {
		/* Without calls, and when all have ended, nothing is late. */
		if (all_ended(calls, count))
			return true;
		clock_ms now = clock_now();
		if (now >= deadline->at)
			return time_is_up(calls, deadline->timeout_ms, e);
		if (!move_all(calls, count, now, e))
			return false;
		if (!all_ended(calls, count))
			wait_for_event(calls, count, deadline->at, now);
	}
}
