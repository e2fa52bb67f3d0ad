#ifndef CHECK_H
#define CHECK_H

#include "config/config.h"
#include "init/roles.h"

/*
 * The command `check`: the same processes as exec, with other roles. What fetches also judges what
 * exec would start and writes a report to the memory file; what would start the command prints that
 * file to stdout. So PID 1 stays reachable by signals, and parses nothing from the network.
 */

/* The fetch role: 0 when exec would have started the command, else exec's exit code. */
int check_fetch(const struct config *c, int report_fd);

/* The launch role: 0 when all of the report was written. */
int check_print(const struct config *c, int report_fd, const struct launch_terms *terms);

#endif
