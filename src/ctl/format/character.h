#ifndef CTL_FORMAT_CHARACTER_H
#define CTL_FORMAT_CHARACTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "ctl/base/text.h"
#include "ctl/format/pairs.h"

/* Text as a sequence of Unicode characters. */

struct character {
	uint32_t code;
	struct span bytes; /* its UTF-8, in the text */
};

/* What a byte that is not UTF-8 is read as: no character, and above all of them. */
#define CHARACTER_NONE 0x110000u

/*
 * Takes the first character off *rest; false when *rest is empty. A byte that begins no UTF-8
 * sequence is taken alone, as CHARACTER_NONE.
 */
bool character_take(struct span *rest, struct character *c);

/* Appends a code point (no surrogate) as UTF-8. */
void character_put(struct text *t, uint32_t code);

/*
 * Appends "\u" with four hexadecimal digits, and above U+FFFF with those of two surrogates: as
 * JSON, Java's properties and others write it.
 */
void character_put_escape(struct text *t, uint32_t code);

/*
 * Where c is one of chars, appends a backslash and the letter at the same place of letters, which
 * is as long. False: it is none of them, and nothing is appended.
 */
bool character_put_named(
	struct text *t, const struct character *c, struct span chars, const char *letters);

/* Whether c is one of chars. */
bool character_is_in(char c, struct span chars);

/* C0 controls, DEL and C1 controls. */
bool character_is_control(uint32_t code);

/* Whether s is UTF-8. */
bool character_is_text(struct span s);

/*
 * For formats that hold text only: whether all keys and values are UTF-8. The error names the key
 * and the format.
 */
bool character_check(const struct pairs *pairs, const char *format, struct err *e);

#endif
