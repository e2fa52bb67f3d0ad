#ifndef CTL_BASE_PROGRESS_H
#define CTL_BASE_PROGRESS_H

#include <stdint.h>

/*
 * One line on stderr that shows how far long work is: "import: 120 of 400, 35/s". It is there only
 * where stderr is a terminal, is redrawn ten times a second at most, never waits for the terminal,
 * and makes room for log lines by itself. A process does one such work at a time.
 */

/* what: "import"; a total of 0 is not known yet and may come with a later progress_total. */
void progress_begin(const char *what, uint64_t total);
void progress_total(uint64_t total);

/* So many are done by now. */
void progress_set(uint64_t done);

/* Takes the line away: before anything else is written to the terminal. It comes back by itself. */
void progress_clear(void);

/* Takes it away for good; harmless when there is none. */
void progress_end(void);

#endif
