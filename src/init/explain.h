#ifndef INIT_EXPLAIN_H
#define INIT_EXPLAIN_H

#include "base/clock.h"

/* What init says of a start that failed, where the fetcher could not say so itself. */

/* The fetcher ended with this status of wait(2), not with 0: nothing is said of an exit. */
void explain_fetcher_end(int status);

/* It did not end within the time that there is for the start. */
void explain_deadline(clock_ms timeout);

#endif
