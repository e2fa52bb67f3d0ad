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

/* For messages: "TERM" for 15, "real-time" for a signal without a name of its own. A literal. */
struct span signame_of(int signo);

#endif
