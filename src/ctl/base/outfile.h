#ifndef CTL_BASE_OUTFILE_H
#define CTL_BASE_OUTFILE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

/*
 * Writes content to the file at path, or to standard output where path is NULL or "-".
 *
 * A file is replaced as a whole or not at all, also when a signal ends the process meanwhile: the
 * content goes to a new file beside it, mode 0600, which then takes its name. A symbolic link stays
 * one. What is not a regular file (a FIFO, a device, /dev/stdout, /dev/fd/63) is written to.
 *
 * Errors: ERR_USAGE where the place is wrong, ERR_FINAL where it may pass: no space left, a pipe
 * that nobody reads (without a SIGPIPE).
 */
bool outfile_write(const char *path, struct span content, struct err *e);

/* Writes to standard output: outfile_write(NULL, ...). */
bool outfile_print(struct span content, struct err *e);

#endif
