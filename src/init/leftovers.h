#ifndef INIT_LEFTOVERS_H
#define INIT_LEFTOVERS_H

#include <stdbool.h>
#include <sys/types.h>

/* The processes that are left when the command has ended (--grace). */

/* How far we reach. */
enum leftovers_reach {
	LEFTOVERS_NAMESPACE, /* PID 1: every process, whatever its session */
	LEFTOVERS_CHILDREN, /* a subreaper: the command's group and the orphans that came to us */
	LEFTOVERS_GROUP, /* else: the command's group */
};

/*
 * Asks the leftovers to end: TERM, and CONT so that a stopped process can. The command has been
 * reaped.
 */
void leftovers_terminate(enum leftovers_reach reach, pid_t command);

/* Whether the command's group still has members, where we are not told of their ends. */
bool leftovers_has_group(pid_t command);

#endif
