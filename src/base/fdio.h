#ifndef BASE_FDIO_H
#define BASE_FDIO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/* read(2) and write(2) in full; EINTR is handled here and nowhere else. */

/* Writes all of s at the descriptor's offset. The error names what. */
bool fdio_write_all(int fd, struct span s, const char *what, struct err *e);

/*
 * Appends what the file holds from the descriptor's offset on. The error names what: of this kind
 * when it cannot be read, ERR_LIMIT when it has more bytes than b has room for.
 */
bool fdio_read_all(int fd, const char *what, enum err_kind kind, struct buf *b, struct err *e);

/*
 * Appends the whole file at path to b. ERR_USAGE when it cannot be opened or read, ERR_LIMIT when
 * it has more bytes than b has room for. A directory is refused by read(2). Nothing blocks: a FIFO
 * is opened without waiting for a writer.
 */
bool fdio_read_file(const char *path, struct buf *b, struct err *e);

#endif
