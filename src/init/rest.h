#ifndef INIT_REST_H
#define INIT_REST_H

#include <stdbool.h>
#include <sys/types.h>

/* What is left when the command has ended (contract section 2, --grace). */

/* How far we reach. */
enum rest_reach {
	REST_NAMESPACE, /* PID 1: every process, whatever its session */
	REST_CHILDREN, /* a subreaper: the command's group and the orphans that came to us */
	REST_GROUP, /* else: the command's group */
};

/* Asks what is left to end: TERM, and CONT so that a stopped process can. app has been reaped. */
void rest_terminate(enum rest_reach reach, pid_t app);

/* Whether the command's group still has members; who adopts orphans need not ask. */
bool rest_has_group(pid_t app);

#endif
