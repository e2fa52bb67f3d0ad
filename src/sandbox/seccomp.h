#ifndef SANDBOX_SECCOMP_H
#define SANDBOX_SECCOMP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "sandbox/filter.h"

enum seccomp_stage {
	STAGE_RESOLVE, /* name resolution */
	STAGE_TALK, /* the conversation with the peers */
};

/*
 * Writes the filter of a stage for the process self, the only one that it may signal. Pure.
 * False: the tables have outgrown FILTER_MAX.
 */
bool seccomp_program(enum seccomp_stage stage, uint32_t self, struct filter *f);

/* Puts this process under the filter of a stage; the filters of both stages then hold. */
bool seccomp_enter(enum seccomp_stage stage, struct err *e);

#endif
