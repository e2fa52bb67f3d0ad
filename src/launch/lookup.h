#ifndef LAUNCH_LOOKUP_H
#define LAUNCH_LOOKUP_H

#include "base/buf.h"
#include "base/err.h"

/*
 * Finds the program of a command as execvp(3) does: a name with a slash is used as it is, any other
 * is looked for along path (NULL: /usr/local/bin:/bin:/usr/bin). Returns the path found: the name
 * itself, or what was put into out (a path that does not fit counts as absent).
 * NULL: ERR_NOT_FOUND, ERR_NOT_EXECUTABLE (a directory, no execute permission), each with a hint.
 */
const char *lookup_command(const char *path, const char *name, struct buf *out, struct err *e);

/*
 * Whether the kernel would find a way to run the executable file at path, as far as its first bytes
 * say: the interpreter of a script, or of a program that is linked dynamically, is there; a text
 * has a #! line. Otherwise the error is that of execute(). A file that cannot be read passes.
 */
bool lookup_interpreter(const char *path, struct err *e);

#endif
