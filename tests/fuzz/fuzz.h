#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * A target is one file <name>_fuzz.c that defines this function and its own name in the list of
 * meson.build; <name>.dict (words of the language) and seeds/<name>/ are optional.
 * It is called with bytes in memory of exactly their size and returns 0. It must neither keep
 * state between calls nor stop at anything but a broken promise.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program unless the claim holds; libFuzzer then keeps the input. */
static inline void
fuzz_check(bool holds, const char *claim)
{
	if (holds)
		return;
	fprintf(stderr, "broken promise: %s\n", claim);
	abort();
}

#endif
