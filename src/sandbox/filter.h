#ifndef SANDBOX_FILTER_H
#define SANDBOX_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sandbox/kernel.h"

/*
 * An assembler for seccomp filters, pure. A filter is a list of lines; the first line that fits
 * a system call decides, and when none does the verdict of filter_end.
 */

/* The kernel takes 4096; the longest of ours has about 320, and 3 KiB of stack hold this. */
#define FILTER_MAX 384

struct filter {
	struct kernel_bpf code[FILTER_MAX];
	unsigned short count;
	bool has_number; /* A holds the call's number where the next line begins */
	bool overflow; /* sticky: the program is not whole and must not be used */
};

/*
 * (argument & mask) == value, of the argument's lower 32 bits: the kernel ignores the upper ones of
 * every argument that is looked at, because it is an int or its flags are there.
 */
struct filter_check {
	uint32_t mask;
	uint32_t value;
	uint8_t argument; /* 0 to 5 */
};

/* Begins a program: a call of another architecture, or of x32, ends the process. */
void filter_begin(struct filter *f, uint32_t foreign);

/* A line: the call number nr for which all of the checks hold gets the verdict. */
void filter_line(struct filter *f, uint32_t nr, const struct filter_check *checks, size_t count,
	uint32_t verdict);

void filter_end(struct filter *f, uint32_t verdict);

#endif
