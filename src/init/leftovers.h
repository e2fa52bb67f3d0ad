#ifndef INIT_LEFTOVERS_H
#define INIT_LEFTOVERS_H

#include <stdbool.h>
#include <sys/types.h>

/* What is left when the command has ended (contract section 2, --grace). */

/* How far we reach. */
enum leftovers_reach {
	LEFTOVERS_NAMESPACE, /* PID 1: every process, whatever its session */
	LEFTOVERS_CHILDREN, /* a subreaper: the command's group and the orphans that came to us */
	LEFTOVERS_GROUP, /* else: the command's group */
};

/* Asks what is left to end: TERM, and CONT so that a stopped process can. app has been reaped. */
void leftovers_terminate(enum leftovers_reach reach, pid_t app);

/* Whether the command's group still has members; who adopts orphans need not ask. */
bool leftovers_has_group(pid_t app);

#endif
