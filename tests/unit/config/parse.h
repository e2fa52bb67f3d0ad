#ifndef UNIT_CONFIG_PARSE_H
#define UNIT_CONFIG_PARSE_H

#include <stdbool.h>

#include "config/config.h"
#include "config/options.h"

/* One parse, as the tests of config_parse write it. */

#define WORDS_MAX 24

/* The outcome of the last parse. */
extern struct config parsed;
extern struct err parse_error;

/*
 * Parses "antechamber" and the words of a line, parted by single blanks ("<>" is an empty word),
 * with the variables of another line, parted by '|'; NULL: none. The result is parsed or
 * parse_error; its texts are good until the next parse.
 */
bool parse(const char *line, const char *environ_line);

/* The same, where a failure ends the test. */
void parse_good(const char *line, const char *environ_line);

/* Parses a line that is to be refused with this text (exit code 100). */
void parse_bad(const char *line, const char *environ_line, const char *text);

/* A good value of an option, without blanks, which is not its default. */
const char *parse_sample(const struct option *o);

/*
 * A parse whose texts are taken out of c, in their order into text, so that two of them can be
 * compared byte by byte.
 */
struct parse_outcome {
	struct config c;
	char text[256];
};

/* Parses a line that must be good. */
void parse_outcome(struct parse_outcome *out, const char *line, const char *environ_line);

#endif
