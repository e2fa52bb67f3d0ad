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
	OPTION_UNSET,
	OPTION_REMAP,
	OPTION_REWRITE,
	OPTION_IGNORED, /* bool: that it was given */
};

/* An entry of the table. The texts are the program's own. */
struct option {
	const char *name;
	const char *value; /* what the help shows; the choices of OPTION_CHOICE, by '|' */
	const char *chamber_twin; /* chamber's variable, "" where there is none */
	const char *aws_twin; /* AWS's */
	const char *fallback; /* the default, as one would write it; "" leaves zero */
	const char *help;
	enum option_kind kind;
	char letter; /* 0: none */
	uint8_t commands; /* bits 1 << enum command */
	uint8_t index; /* its place in the table, below 64 */
	uint16_t offset; /* of its member in struct config */
};

/* Walks the table in the order of the help: start with { 0 } and call until it returns false. */
bool option_next(struct option *o);

/* The entry of a long name without its dashes, or of a letter; false when there is none. */
bool option_by_name(struct span name, struct option *o);
bool option_by_letter(char letter, struct option *o);

/* Flags may stand without a value. */
bool option_is_flag(const struct option *o);

/* Several values are one list in the variable, separated by blanks or commas. */
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
