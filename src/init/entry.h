#ifndef INIT_ENTRY_H
#define INIT_ENTRY_H

#include <stdint.h>

/*
 * The signal mask that the process was started with, bit n-1 for signal n. The entry point of the
 * executable, antechamber_start, stores it when it blocks every signal, before the C library
 * starts.
 */
extern uint64_t entry_signal_mask __attribute__((visibility("hidden")));

/* What the kernel returned for that: 0, or a negative errno value and nothing is blocked. */
extern int entry_result __attribute__((visibility("hidden")));

#endif
