#ifndef INIT_LOOP_H
#define INIT_LOOP_H

#include "init/supervisor.h"

/* News of children, or signals in a row, until the loop looks at everything else. */
#define LOOP_TURN_MAX 32

/*
 * Waits for signals and children and has them decided about, from the first child to the exit code.
 * A turn of it has a bound, whatever the command does to keep it busy.
 */
int loop_run(struct supervisor *init);

#endif
