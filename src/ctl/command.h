#ifndef CTL_COMMAND_H
#define CTL_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"
#include "ctl/aws/store.h"
#include "ctl/base/table.h"

/* What every command is and what all of them use. Each command has a file of its own. */

struct options;

/* One run of the program. */
struct ctl {
	const struct options *options;
	char *const *environ;
	const char *const *word; /* what the command is given */
	size_t words;
	struct store store; /* after ctl_open */
	int exit_code; /* where all went well: diff has one of its own */
};

struct ctl_command {
	const char *name; /* "tag read": two words */
	const char *arguments; /* for the help */
	const char *summary;
	size_t least; /* words */
	size_t most;
	bool (*run)(struct ctl *c, struct err *e);
};

extern const struct ctl_command ctl_command_table[];
extern const size_t ctl_command_count;

/* The commands, each in the file of its name. */
bool command_write(struct ctl *c, struct err *e);
bool command_read(struct ctl *c, struct err *e);
bool command_list(struct ctl *c, struct err *e);
bool command_list_services(struct ctl *c, struct err *e);
bool command_find(struct ctl *c, struct err *e);
bool command_history(struct ctl *c, struct err *e);
bool command_env(struct ctl *c, struct err *e);
bool command_export(struct ctl *c, struct err *e);
bool command_import(struct ctl *c, struct err *e);
bool command_delete(struct ctl *c, struct err *e);
bool command_tag_read(struct ctl *c, struct err *e);
bool command_tag_write(struct ctl *c, struct err *e);
bool command_tag_delete(struct ctl *c, struct err *e);
bool command_diff(struct ctl *c, struct err *e);
bool command_copy(struct ctl *c, struct err *e);
bool command_policy(struct ctl *c, struct err *e);
bool command_completion(struct ctl *c, struct err *e);
bool command_exec(struct ctl *c, struct err *e);

/* Reads credentials and profile, for the backend of the options; nobody is asked yet. */
bool ctl_open(struct ctl *c, struct err *e);

/*
 * The service of a word: checked by antechamber's rules, lower-cased unless --keep-case. *label is
 * empty where the word has none; NULL: one is refused. Lives as memory_get's.
 */
bool ctl_service(const struct ctl *c, const char *word, struct span *service, struct span *label,
	struct err *e);

/* The same for one that is written to: names that AWS refuses are refused here. */
bool ctl_new_service(const struct ctl *c, const char *word, struct span *service, struct err *e);

/* A key: letters, digits and "_.-", lower-cased unless --keep-case. */
bool ctl_key(const struct ctl *c, struct span word, struct span *key, struct err *e);

/*
 * A value that was given as a word, which is blanked: ps(1) shows the words of a process. Lives as
 * memory_get's.
 */
struct span ctl_take_value(const char *word);

/* Prints a listing, as a table or, with --format json, as JSON. */
bool ctl_print_table(const struct ctl *c, const struct table *t, struct err *e);

/*
 * The KMS key that write uses: --key-id, CHAMBER_KMS_KEY_ALIAS, chamber's default. Empty with
 * Secrets Manager without --key-id: chamber's are keys of parameters.
 */
struct span ctl_kms_key(const struct ctl *c);

/* "there is no key db-password in prod/webapp". Always false. */
bool ctl_missing(struct span service, struct span key, struct err *e);

#endif
