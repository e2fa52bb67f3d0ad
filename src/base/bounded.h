#ifndef BASE_BOUNDED_H
#define BASE_BOUNDED_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/span.h"

/*
 * A write(2) that gives up. poll(2) promises room for a byte, not for a line, and between the two
 * calls another process may take the room; the open file description is not ours alone, so it
 * cannot be made non-blocking. A timer interrupts the write instead. That works for terminals,
 * pipes and sockets, without /proc; a file system that hangs holds up everybody.
 */

/*
 * Writes and returns how much was written, -1 for nothing. Waits about patience_ms at most, some
 * milliseconds at least. Every signal that arrives meanwhile, a SIGALRM of somebody else included,
 * is pending afterwards if it was blocked before. Where the kernel has no timers, there is no
 * bound.
 */
ssize_t bounded_write(int fd, struct span bytes, int patience_ms);

/*
 * For a process that the sandbox will keep from making timers: makes one for all later writes, the
 * first of the process, so that the sandbox knows its number, BOUNDED_TIMER. From here on SIGALRM
 * is let in, and does nothing.
 */
void bounded_prepare(void);
#define BOUNDED_TIMER 0

#endif
