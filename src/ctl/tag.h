#ifndef CTL_TAG_H
#define CTL_TAG_H

#include <stdbool.h>

#include "base/err.h"
#include "ctl/aws/store.h"

/*
 * Tags on the command line, KEY=VALUE. Keys of 1 to 128 bytes and values of 1 to 256, of letters,
 * digits, blanks and "+-=._:/@", as chamber takes them. ERR_USAGE.
 */

/* A single one, appended. */
bool tag_parse(struct span word, struct tags *tags, struct err *e);

/* A list with commas, appended; NULL is the empty list. */
bool tag_parse_list(const char *text, struct tags *tags, struct err *e);

/* Checks a key alone. */
bool tag_check_key(struct span key, struct err *e);

#endif
