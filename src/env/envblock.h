#ifndef ENV_ENVBLOCK_H
#define ENV_ENVBLOCK_H

#include <stdint.h>

#include "base/bounds.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/*
 * What the fetcher hands to the launcher: "NAME=value" entries, each ended by NUL, nothing else
 * (execline's idea: an environment is bytes). The end of the block is the end of the file.
 * Pure: no system calls, no state.
 */

/*
 * Appends one entry. Refused (ERR_REFUSED, the name quoted, the value never printed): a name that
 * is empty or holds '=' or NUL, one that the dynamic loader obeys (LD_*, GLIBC_TUNABLES), a value
 * with NUL. ERR_LIMIT: an entry above ENV_STRING_MAX, a block above the buffer.
 */
bool envblock_put(struct buf *block, struct span name, struct span value, struct err *e);

/*
 * Checks a block that came from another process by the same rules, entry by entry, and that no name
 * stands in it twice and the last byte is NUL; the empty block is good. ERR_REFUSED, and ERR_LIMIT
 * as envblock_index. Not reentrant: its index is a static one.
 */
bool envblock_check(struct span block, struct err *e);

/* The entries of a checked block, to be found by name. They borrow from the block. */
struct envblock_index {
	struct span entry[ENVIRON_MAX];
	size_t count;
	size_t slots; /* a power of two, at least twice count */
	uint16_t slot[2 * ENVIRON_MAX]; /* an entry's number and 1; 0: free */
};

/*
 * Checks a block like envblock_check and indexes it. ERR_LIMIT: more than ENVIRON_MAX entries. Only
 * as much of the index is touched as the entries need.
 */
bool envblock_index(struct span block, struct envblock_index *index, struct err *e);

/* The number of the entry of that name, or index->count when there is none. */
size_t envblock_find(const struct envblock_index *index, struct span name);

/* Takes the next entry off *rest, without its NUL; false at the end. Of a checked block only. */
bool envblock_next(struct span *rest, struct span *entry);

/* The part of an entry before its first '='; the whole of it when there is none. */
struct span envblock_name(struct span entry);

#endif
