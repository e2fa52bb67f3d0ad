#ifndef UNIT_BASE_COMPARES_H
#define UNIT_BASE_COMPARES_H

#include <stddef.h>

/*
 * How often names were compared since the last call of compares_begin: the count that must not
 * grow with the square of the variables. Of calls from another file than base/span.c; the test is
 * linked with --wrap.
 */
void compares_begin(void);
size_t compares_count(void);

#endif
