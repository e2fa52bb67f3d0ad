#ifndef CTL_PUT_H
#define CTL_PUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "ctl/command.h"

/* One secret that is written: what write, import and copy share. */
struct put {
	struct span service;
	struct span key;
	struct span value;
	struct span type; /* empty: that of --type */
	struct tags tags; /* of a new key */
	bool expects_version;
	uint64_t expect_version; /* 0: there must be none */
};

/*
 * Whether the store can have the value, as far as that is known without asking: not empty, UTF-8
 * without NUL, and within the limit of --tier. ERR_USAGE and ERR_LIMIT name the key.
 */
bool put_check(const struct ctl *c, const struct put *p, struct err *e);

/* Whether what the store has can become it: a parameter keeps its type, for example. */
bool put_check_before(
	const struct ctl *c, const struct put *p, const struct item *before, struct err *e);

/*
 * Writes a value that was checked; before is what the store has (an item without a name: nothing).
 * *version is the new one. Somebody else who creates the key meanwhile is no error, unless a
 * version was expected: theirs becomes an earlier version.
 */
bool put_write(const struct ctl *c, const struct put *p, const struct item *before,
	uint64_t *version, struct err *e);

/* What is sent for that; borrows from before. */
struct store_write put_make(const struct ctl *c, const struct put *p, const struct item *before);

#endif
