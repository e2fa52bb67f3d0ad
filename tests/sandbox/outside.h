#ifndef TESTS_SANDBOX_OUTSIDE_H
#define TESTS_SANDBOX_OUTSIDE_H

/*
 * What /proc says of a jailed process in each stage, and that its parent, before and after, is not
 * confined at all and can start programs. Prints what it found; returns the number of surprises.
 */
unsigned outside_check(void);

#endif
