#ifndef CTL_BASE_STOP_H
#define CTL_BASE_STOP_H

#include <stdbool.h>

/*
 * Long work that is not to be cut in the middle: INT, TERM, HUP and QUIT only ask it to stop, and
 * it looks for them between two requests. One that was ignored when the process started stays
 * ignored (nohup). Requests in flight see them too, by base/stop.h.
 *
 *	stop_hold();
 *	for (i = 0; i < n && !stop_asked(&signo) && write_one(i, e); i++)
 *		progress_set(i + 1);
 *	progress_end();
 *	... report what was done and what was not ...
 *	if (stop_asked(&signo))
 *		stop_die(signo);
 *	stop_release();
 */

/* From here on the four are held back. Call it once. */
void stop_hold(void);

/* Whether one of them came since; *signo is it, else 0. */
bool stop_asked(int *signo);

/* Ends stop_hold, before the result is written. A signal that came and was never asked for ends
 * the process now. */
void stop_release(void);

/*
 * Ends the process as the signal would have, so that its parent sees that signal; without a core
 * file, which would hold secrets.
 */
_Noreturn void stop_die(int signo);

/* Whether one of the four waits to be delivered because it is blocked. */
bool stop_is_pending(void);

bool stop_is_ignored(int signo);

#endif
