#ifndef LAUNCH_ARGSIZE_H
#define LAUNCH_ARGSIZE_H

#include <stddef.h>

#include "base/err.h"

/* What the kernel's own limits depend on, in bytes. */
struct argsize_terms {
	size_t stack_limit; /* RLIMIT_STACK */
	size_t page_size;
};

/*
 * What the kernel takes at execve(2) (its "Limits on size of arguments and environment"): strings
 * with their NULs, the path and the pointers, at most a quarter of the stack's limit, never more
 * than 6 MiB, never less than 128 KiB; one string at most 32 pages of memory. ERR_LIMIT says the
 * size and the limit, and of a string that is too long its variable or the number of the argument.
 * Pure.
 */
bool argsize_check(const char *path, char *const *argv, char *const *envp,
	const struct argsize_terms *terms, struct err *e);

#endif
