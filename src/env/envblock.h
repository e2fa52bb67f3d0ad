#ifndef ENV_ENVBLOCK_H
#define ENV_ENVBLOCK_H

#include "base/bounds.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/*
 * What the fetcher hands to the launcher: "NAME=value" entries, each ended by NUL, nothing else
 * (execline's idea: an environment is bytes). The names are strictly ascending by their bytes, so
 * that one pass shows that none is given twice, and no hash is needed that a fetcher under an
 * attacker's control could overload. The end of the block is the end of the file. Pure: no system
 * calls, no state.
 */

/*
 * Appends one entry; the caller puts them in order. Refused (ERR_REFUSED, the name quoted, the
 * value never printed): a name that is empty or holds '=' or NUL, one that the dynamic loader obeys
 * (LD_*, GLIBC_TUNABLES), a value with NUL. ERR_LIMIT: an entry above ENV_STRING_MAX, a block above
 * the buffer.
 */
bool envblock_put(struct buf *block, struct span name, struct span value, struct err *e);

/* An entry of a block: its name begins the whole string, "NAME=value" ended by NUL. */
struct envblock_entry {
	struct span name;
	struct span value;
};

/* The entries of a checked block, ascending by name. They borrow from the block. */
struct envblock_list {
	struct envblock_entry entry[ENVIRON_MAX];
	size_t count;
};

/*
 * Checks a block that came from another process by the same rules, entry by entry, and that the
 * names ascend and the last byte is NUL; the empty block is good. Lists its entries. ERR_REFUSED;
 * ERR_LIMIT: more than ENVIRON_MAX entries.
 */
bool envblock_read(struct span block, struct envblock_list *list, struct err *e);

/* The index of the entry of that name, or list->count when there is none. */
size_t envblock_find(const struct envblock_list *list, struct span name);

/*
 * Whether a name that is not inherited is made of [A-Za-z0-9_.-], as every name is that a
 * parameter's becomes. ERR_REFUSED.
 */
bool envblock_check_new_name(struct span name, struct err *e);

/* The part of an entry before its first '='; the whole of it when there is none. */
struct span envblock_name(struct span entry);

#endif
