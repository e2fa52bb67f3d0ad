#ifndef SANDBOX_LIMITS_H
#define SANDBOX_LIMITS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bounds.h"
#include "base/err.h"

/* Open descriptors: stderr, the block, two connections for each service, the resolver's few. */
#define LIMITS_DESCRIPTORS (2 * SERVICES_MAX + 16)

/*
 * Sets the resource limits for good: no core, no new process, LIMITS_DESCRIPTORS, files of at most
 * file_max bytes, an address space that may grow by FETCHER_GROWTH_MAX. What is mapped now is the
 * executable, its stack and what pages_map has mapped. A limit that is already lower stays. SIGXFSZ
 * is ignored, so that a write beyond the file size is EFBIG.
 */
bool limits_lower(size_t file_max, struct err *e);

#endif
