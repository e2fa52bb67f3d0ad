#ifndef CTL_BASE_INPUT_H
#define CTL_BASE_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "ctl/base/text.h"

/*
 * Text that comes from a file or, for the path "-", from standard input. Reading waits: for the
 * writer of a pipe, for a person. Call before ctl/base/stop.h holds signals.
 */

/*
 * Appends all of it, exactly: at most most bytes, ERR_LIMIT names more. Where it is a terminal, a
 * line on stderr says how input ends.
 */
bool input_read(const char *path, size_t most, struct text *out, struct err *e);

/*
 * Appends the first line without its line feed (--singleline), or all where there is none. Nothing
 * after the line feed is read: it is left for the next program.
 */
bool input_read_line(const char *path, size_t most, struct text *out, struct err *e);

#endif
