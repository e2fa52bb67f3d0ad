#ifndef CONFIG_SIGNAME_H
#define CONFIG_SIGNAME_H

#include <stdbool.h>

#include "base/span.h"

/*
 * A signal by its name (TERM, SIGTERM, RTMIN+3, RTMAX-1, in any case) or its number from 1 to 64.
 * RTMIN is 34 and RTMAX 64, as every program linked with glibc counts them; musl's own SIGRTMIN
 * is 35.
 */
bool signame_parse(struct span text, int *signo);

/* "TERM" for 15, "RTMIN+2" for 36; NULL for the numbers that have no name (32, 33, beyond 64). */
const char *signame_of(int signo);

#endif
