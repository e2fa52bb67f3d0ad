#ifndef LAUNCH_EXECUTE_H
#define LAUNCH_EXECUTE_H

#include "base/err.h"
#include "init/roles.h"

/*
 * Restores the signal mask and dispositions that were inherited and executes path. Returns
 * only on failure: ERR_NOT_FOUND for a missing interpreter, ERR_NOT_EXECUTABLE, ERR_LIMIT for
 * arguments and environment that the kernel finds too large, ERR_FINAL for no memory.
 */
bool execute(const char *path, char *const *argv, char *const *envp,
	const struct inherited *inherited, struct err *e);

/* Describes the failure of an execve(2) of path with this errno value. Always false. */
bool execute_explain(int number, const char *path, struct err *e);

#endif
