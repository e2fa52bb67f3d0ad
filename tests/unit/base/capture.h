#ifndef UNIT_BASE_CAPTURE_H
#define UNIT_BASE_CAPTURE_H

#include <stddef.h>

/* What a test's subject writes to stderr, one write(2) at a time. */

/*
 * From here on stderr is a socket that keeps each write apart. Capture nothing that may fail an
 * assert: its message would go the same way.
 */
void capture_begin(void);

/* Gives stderr back. Returns how many writes there were. */
unsigned capture_end(void);

/* The n-th write, from 0, as a string; "" beyond the last one. Good until the next begin. */
const char *capture_line(unsigned n);

#endif
