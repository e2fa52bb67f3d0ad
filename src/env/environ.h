#ifndef ENV_ENVIRON_H
#define ENV_ENVIRON_H

#include "base/err.h"
#include "base/span.h"
#include "config/config.h"
#include "env/envblock.h"

/*
 * The command's environment (contract sections 2 and 7), in two steps: what becomes of each loaded
 * variable, which `check` tells, and then the array itself. Pure.
 */

enum environ_fate {
	ENVIRON_ADDED, /* not inherited: the command gets it */
	ENVIRON_OVERWRITES, /* in the place of an inherited one, the empty one too */
	ENVIRON_KEPT, /* --keep, --no-clobber: the inherited one stays */
	ENVIRON_IGNORED, /* --strict: nobody asked for it */
};

struct environ_plan {
	struct envblock_index loaded;
	uint8_t fate[ENVIRON_MAX]; /* enum environ_fate of loaded.entry[i] */
};

/*
 * Checks the block (envblock_check) and decides for each of its entries by the rules, after
 * --unset. Of an inherited name that stands twice the first counts, as for getenv(3). With
 * --references an inherited one that is a reference is replaced whatever else the rules say: the
 * block has its resolved form. ERR_REFUSED, each naming the variable and no value: what
 * envblock_check refuses; with --strict a sentinel that nothing fills, and a loaded name that is
 * inherited with another value.
 */
bool environ_decide(char *const *inherited, const struct environment_rules *rules,
	struct span block, struct environ_plan *plan, struct err *e);

/*
 * Writes the environment to out, ended by NULL: what is inherited in its order, but for what is
 * unset or overwritten (every entry of that name), then what is loaded. Entries without '=' stay
 * as they are. The strings stay where they are: in the inherited ones and in the block. ERR_LIMIT:
 * more than ENVIRON_MAX.
 */
bool environ_build(char *const *inherited, const struct environment_rules *rules,
	const struct environ_plan *plan, const char *out[ENVIRON_MAX + 1], struct err *e);

#endif
