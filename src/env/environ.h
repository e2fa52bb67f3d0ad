#ifndef ENV_ENVIRON_H
#define ENV_ENVIRON_H

#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "config/config.h"
#include "env/envblock.h"

/*
 * The command's environment, in two steps: what becomes of each loaded variable, which `check`
 * reports, and then the array itself. Pure.
 */

enum environ_fate {
	ENVIRON_ADDED, /* not inherited: the command gets it */
	ENVIRON_OVERWRITES, /* replaces an inherited one, an empty one too */
	ENVIRON_KEPT, /* --keep, --no-clobber: the inherited one stays */
	ENVIRON_IGNORED, /* --strict: not inherited */
};

struct environ_plan {
	struct envblock_list loaded;
	uint8_t fate[ENVIRON_MAX]; /* enum environ_fate of loaded.entry[i] */
	uint32_t by_name[ENVIRON_MAX]; /* --strict: the places of what is inherited, sorted */
};

/*
 * Checks the block (envblock_read) and decides for each of its entries by the rules, after
 * --unset. Of an inherited name that is given twice the first counts, as for getenv(3). With
 * --references an inherited one that is a reference is replaced whatever else the rules say, but
 * for --keep: the block has its resolved form. ERR_REFUSED, each naming the variable and no value:
 * what envblock_read refuses; a name that is not inherited and not one that a parameter can become;
 * with --strict a sentinel that nothing fills, and a loaded name that is inherited with another
 * value. ERR_LIMIT: with --strict more than ENVIRON_MAX inherited.
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
