#ifndef CTL_CHANGE_H
#define CTL_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "ctl/command.h"
#include "ctl/format/pairs.h"

/* Many secrets that are written to one service: what import and copy share. */

enum change_kind {
	CHANGE_NEW,
	CHANGE_UPDATE,
	CHANGE_NONE, /* the service has the value already */
};

struct change {
	enum change_kind kind;
	struct span key;
	struct span value;
	struct span type; /* empty: that of --type */
	struct item before; /* without a name: there is nothing */
};

struct changes {
	struct span service;
	struct change *change; /* sorted by key */
	size_t count;
	size_t unchanged; /* of them */
};

/* Whether the store can have each of the values (put_check); nobody is asked. */
bool change_check(
	const struct ctl *c, struct span service, const struct pairs *pairs, struct err *e);

/* Finds out what writing the pairs to the service would change; nothing is written. */
bool change_plan(const struct ctl *c, struct span service, const struct pairs *pairs,
	struct changes *changes, struct err *e);

/* Whether each key that is there has the type that is to be written. */
bool change_check_types(const struct ctl *c, const struct changes *changes, struct err *e);

/* Prints the keys, and what would happen to each, for --dry-run. */
bool change_print(const struct ctl *c, const struct changes *changes, struct err *e);

/*
 * Writes what is new or differs, with a progress line. When it fails or a signal ends it, the error
 * says how many were written and which key comes next; a second run does what is left.
 */
bool change_apply(
	const struct ctl *c, const struct changes *changes, const char *doing, struct err *e);

#endif
