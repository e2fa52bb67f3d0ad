#ifndef CONFIG_OPTIONS_H
#define CONFIG_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "config/config.h"

/*
 * The one table of options: parsing, environment twins, defaults, the help text and the check of
 * the manual page are made from it.
 */

enum option_kind {
	OPTION_FLAG, /* bool */
	OPTION_COUNT, /* unsigned, at least 1 */
	OPTION_SECONDS, /* clock_ms, fractions allowed */
	OPTION_CHOICE, /* an enum: the place of the word in value */
	OPTION_TEXT, /* const char * */
	OPTION_SIGNAL, /* int */
	OPTION_BACKEND,
	OPTION_TRISTATE, /* enum subreaper_mode */
	OPTION_NAMES, /* struct name_list */
	OPTION_REMAP,
	OPTION_REWRITE,
	OPTION_IGNORED, /* bool: that it was given */
};

/* Short texts are in the table itself: a pointer to one, with its relocation, takes more room. */
struct option {
	char name[20]; /* without its dashes */
	char fallback[10]; /* the default, as one would write it; "" leaves zero */
	char letter; /* 0: none */
	uint8_t commands; /* bits 1 << enum command */
	uint16_t offset; /* of its member in struct config */
	enum option_kind kind;
	const char *value; /* what the help shows; the choices of OPTION_CHOICE, by '|' */
	const char *chamber_twin; /* chamber's variable; NULL where there is none */
	const char *aws_twin; /* AWS's */
	const char *help;
};

#define OPTION_COUNT_MAX 64 /* a bit each in a word (config/words.h) */

/* In the order of the help. An entry's index is its place in the table. */
extern const struct option option_table[];
extern const size_t option_count;

size_t option_index(const struct option *o);

/* The entry of a long name without its dashes, or of a letter; NULL when there is none. */
const struct option *option_by_name(struct span name);
const struct option *option_by_letter(char letter);

/* Flags may be given without a value. */
bool option_is_flag(const struct option *o);

/* Several values are one list in the variable, but never on the command line. */
#define OPTION_SEPARATORS " \t\n,"
bool option_is_list(const struct option *o);

/* "ANTECHAMBER_NO_CLOBBER" for no-clobber; ended by NUL in name. "" for options without a twin. */
#define OPTION_TWIN_MAX 40
void option_twin(const struct option *o, char name[OPTION_TWIN_MAX]);

/*
 * Sets the option's member of c. value ends with NUL in memory (it is the end of a word or of
 * a variable) unless the option is a list. ERR_USAGE, and ERR_LIMIT for a list that is too long:
 * the error says what is expected, not whose value it is.
 */
bool option_set(const struct option *o, struct config *c, struct span value, struct err *e);

#endif
