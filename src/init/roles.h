#ifndef INIT_ROLES_H
#define INIT_ROLES_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"

/* What init and the roles that it starts know of each other, and nothing else. */

/* What antechamber found at its start and the command must find again. */
struct inherited {
	uint64_t signal_mask; /* bit n-1 for signal n, as the kernel has it */
	bool sigchld_ignored;
};

/* How the launcher is to start the command. */
struct launch_terms {
	const struct inherited *inherited;
	bool supervised; /* in a process of its own, no longer the one that was started */
};

struct init_roles {
	/*
	 * Runs in a process of its own, writes the block to block_fd and returns an exit code;
	 * 0 is the commit, after anything else block_fd is never read. NULL: nothing to fetch.
	 */
	int (*fetch)(const struct config *c, int block_fd);
	/*
	 * Starts the command with what block_fd holds (-1: nothing). Returns only when that failed,
	 * with an exit code, after it said why.
	 */
	int (*launch)(const struct config *c, int block_fd, const struct launch_terms *terms);
};

#endif
