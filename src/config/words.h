#ifndef CONFIG_WORDS_H
#define CONFIG_WORDS_H

#include "config/options.h"

/* The state of reading a command line: what it says besides what it sets in c. */
struct words {
	struct config *c;
	char *const *next; /* the word after the one that is being read */
	uint64_t seen; /* bit i: the option of that index was given */
	bool has_command;
	bool has_separator; /* -- */
	bool wants_help;
	bool wants_version;
	bool failed;
	struct err *e; /* of the first error; points to later after it */
	struct err later;
};

/* Reads w->next (argv without its first word, ended by NULL) into w->c. */
void words_read(struct words *w);

/*
 * Notes whether a step was good. The first error is the one that is reported; what follows it is
 * still read, so that --log-format is known for the report.
 */
void words_judge(struct words *w, bool ok);

/* option_set, whose error says whose value it is: place is "--retries" or a variable. */
bool words_set(const struct option *o, struct config *c, const char *place, struct span value,
	struct err *e);

/* Adds a service as it is written. ERR_LIMIT. */
bool words_add_service(struct config *c, struct span service, struct err *e);

#endif
