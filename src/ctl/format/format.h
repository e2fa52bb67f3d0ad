#ifndef CTL_FORMAT_FORMAT_H
#define CTL_FORMAT_FORMAT_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"
#include "ctl/base/text.h"
#include "ctl/format/pairs.h"

/*
 * The formats of export, env and import. All functions are pure, and none puts a value into an
 * error: an error names the key, or the line and the column.
 */

/* A format of export. */
struct format {
	const char *name;
	/*
	 * Appends the file to out. The pairs are sorted and their keys differ. False: the format
	 * cannot hold a pair (ERR_USAGE, which names the key), and what was appended is useless.
	 */
	bool (*write)(const struct pairs *sorted, struct text *out, struct err *e);
};

/* By name, in any letter case; NULL: there is none. */
const struct format *format_find(struct span name);

/* The names of all formats, with a comma between them: for help and hints. */
#define FORMAT_NAMES "json, yaml, csv, tsv, dotenv, tfvars, java-properties"

/* What import reads. */
enum format_file {
	FORMAT_FILE_JSON,
	FORMAT_FILE_YAML, /* JSON too */
	FORMAT_FILE_DOTENV,
};

/*
 * The kind of a file: by the end of its name (.json, .yaml, .yml, .env, and .env at its start),
 * else, as for standard input ("-"), by what it holds.
 */
enum format_file format_guess(struct span filename, struct span text);

/*
 * Appends what the file holds to *pairs, in its order. No key is empty and none is there twice;
 * keys and values are UTF-8 without NUL. They point into text or into memory that stays. False: the
 * file has a fault (ERR_USAGE); nothing of it is to be used.
 */
bool format_read(enum format_file kind, struct span text, struct pairs *pairs, struct err *e);

/* What the command env writes. */
struct shell_style {
	bool escapes_strings; /* --escape-strings: NAME="value", as dotenv */
	bool preserves_case; /* --preserve-case: names are not written in upper case */
};

/* Appends a line "export NAME=value" for each pair. As the writers above. */
bool shell_write(
	const struct pairs *sorted, struct shell_style style, struct text *out, struct err *e);

/*
 * Finds two keys that become the same variable, as a-b and a_b do (and A_b, unless case is
 * preserved). False: there are none. For a warning: dotenv and env write both, and readers take the
 * second.
 */
bool shell_names_clash(
	const struct pairs *pairs, bool preserves_case, struct span *first, struct span *second);

#endif
