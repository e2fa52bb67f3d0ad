#ifndef CTL_OPTIONS_H
#define CTL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/span.h"
#include "config/options.h"
#include "ctl/command.h"

/* What the command line and the environment say. Texts borrow from both; NULL: not given. */
struct options {
	const char *backend;
	uint64_t retries; /* attempts for a request, at least 1 */
	clock_ms timeout_ms; /* of a request with its attempts; 0: no limit */
	bool retry_mode; /* given, without effect, as the next one */
	bool min_throttle_delay;
	bool keep_case; /* names are taken as written, not lower-cased */
	bool allow_http;
	bool quiet;
	bool verbose;

	/* What is read and listed. */
	bool expand;
	bool by_time;
	bool by_user;
	bool by_version;
	bool by_value;
	bool secrets;
	bool values;
	const char *format; /* of a listing: table, json; of export */
	uint64_t version; /* read; 0: the present one */

	/* What is written. */
	const char *type;
	const char *tier;
	const char *key_id;
	const char *tags;
	uint64_t expect_version;
	bool expects_version;
	bool has_key_id; /* it is not chamber's default, which is for parameters */
	bool singleline;
	bool skip_unchanged;
	bool normalize_keys;
	bool overwrite;
	bool dry_run;
	bool all;
	bool exact_key;
	bool yes;
	bool delete_other_tags;

	/* env and export. */
	bool preserve_case;
	bool escape_strings;
	const char *output_file;
};

struct ctl_option {
	const char *name; /* without "--" */
	char letter; /* 0: none; it may mean something else in another command, as in chamber */
	/*
	 * Of antechamber's, those for flags, seconds and what has no effect; a choice, which is one
	 * of value, and a text are a const char *, and a count is a uint64_t.
	 */
	enum option_kind kind;
	size_t offset; /* in struct options */
	size_t given; /* of a bool that says whether it is on the command line; 0: none */
	uint64_t least; /* OPTION_COUNT */
	const char *commands; /* the names of those that have it, with commas; NULL: all */
	const char *value; /* what --help shows after the name; NULL: none */
	const char *variable[3]; /* that set it: antechamber's, chamber's, AWS's; NULL: none */
	const char *fallback;
	const char *help;
};

extern const struct ctl_option ctl_option_table[];
extern const size_t ctl_option_count;

/* Whether the command of that name has the option. */
bool ctl_option_is_of(const struct ctl_option *o, const char *command);

/* What a command line has beside options. */
struct words {
	const struct ctl_command *command; /* NULL: none, where help or the version is wanted */
	const char **word; /* after the command's name */
	size_t count;
	bool wants_help;
	bool wants_version;
	struct options options;
};

/*
 * Takes a command line apart. Options that all commands have may stand anywhere before "--", those
 * of one command after its name. An option that is not given is read from its variables.
 * ERR_USAGE names the option, variable or word and what to write instead.
 */
bool options_parse(
	int argc, char *const *argv, char *const *environ, struct words *words, struct err *e);

#endif
