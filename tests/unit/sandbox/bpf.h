#ifndef TESTS_UNIT_SANDBOX_BPF_H
#define TESTS_UNIT_SANDBOX_BPF_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "sandbox/filter.h"

/* What a filter is given about a call; struct seccomp_data of linux/seccomp.h. */
struct bpf_call {
	int32_t nr;
	uint32_t arch;
	uint64_t instruction_pointer;
	uint64_t args[6];
};

/* No verdict of a filter has this value. */
#define BPF_BROKEN 0xdeadbeefu

/*
 * Runs a program as the kernel would. BPF_BROKEN: it leaves its own bounds or the call's, or has an
 * instruction that filters of ours do not use. It ends, as jumps only go forward.
 */
static inline uint32_t
bpf_run(const struct filter *f, const struct bpf_call *call)
{
	uint32_t a = BPF_BROKEN;
	for (size_t pc = 0; pc < f->count; pc++) {
		const struct kernel_bpf *i = &f->code[pc];
		bool holds = false;
		switch (i->code) {
		case KERNEL_BPF_LOAD:
			if (i->k % 4 != 0 || i->k > sizeof(*call) - 4)
				return BPF_BROKEN;
			memcpy(&a, (const char *)call + i->k, sizeof(a));
			continue;
		case KERNEL_BPF_AND:
			a &= i->k;
			continue;
		case KERNEL_BPF_RETURN:
			return i->k;
		case KERNEL_BPF_IF_EQUAL:
			holds = a == i->k;
			break;
		case KERNEL_BPF_IF_AT_LEAST:
			holds = a >= i->k;
			break;
		default:
			return BPF_BROKEN;
		}
		pc += holds ? i->jump_true : i->jump_false;
	}
	return BPF_BROKEN;
}

#endif
