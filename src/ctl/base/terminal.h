#ifndef CTL_BASE_TERMINAL_H
#define CTL_BASE_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"

/*
 * Questions to the person at the terminal: the one that is standard input, else the controlling
 * terminal (/dev/tty), never a pipe. Signals that end or stop the process at a prompt find the
 * terminal as it was before the prompt; with SIGCONT the prompt is shown again. These functions may
 * be called before, after and between those of ctl/base/stop.h: a signal at a prompt always has its
 * default action.
 */

/* Whether standard input is a terminal: a person can be asked. */
bool terminal_is_input(void);

/*
 * Asks for what ("value of db-password") without showing what is typed, twice; asks again, three
 * times at most, when the two differ. The value, without the line break, is at most most bytes
 * long, of any length up to that (no limit of the terminal's lines applies), is registered with
 * secret_keep() and lives as memory_get's. The error's hint names instead, what to use without a
 * terminal: "pass the value on standard input with -".
 */
bool terminal_ask_secret(
	const char *what, size_t most, const char *instead, struct span *value, struct err *e);

/*
 * Shows the question ("delete 12 parameters of kops?") with " [y/N] " after it; *yes for an answer
 * of y or yes. The error's hint names instead: "use --yes to go on without a question".
 */
bool terminal_confirm(const char *question, const char *instead, bool *yes, struct err *e);

#endif
