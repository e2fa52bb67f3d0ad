#ifndef SANDBOX_LIMITS_H
#define SANDBOX_LIMITS_H

#include <stdbool.h>

#include "base/bounds.h"
#include "base/err.h"

/* Open descriptors: stderr, the block, two connections for each service, the resolver's few. */
#define LIMITS_DESCRIPTORS (2 * SERVICES_MAX + 16)

/* Address space beyond the executable's own: 8 MiB of stack, as much for the C library. */
#define LIMITS_SPARE_BYTES (16 * 1024 * 1024)

/*
 * Sets the resource limits for good: no core, no new process, LIMITS_DESCRIPTORS, files of at most
 * BLOCK_MAX bytes, the address space of the executable and LIMITS_SPARE_BYTES. A limit that
 * is already lower stays. SIGXFSZ is ignored, so that a write beyond the file size is EFBIG.
 */
bool limits_lower(struct err *e);

#endif
