#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bounds.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/span.h"

enum command {
	COMMAND_EXEC,
	COMMAND_INIT,
	COMMAND_CHECK,
	COMMAND_COPY,
	COMMAND_VERSION,
	COMMAND_HELP,
};

enum backend {
	BACKEND_SSM,
	BACKEND_SECRETS_MANAGER,
	BACKEND_FILE,
	BACKEND_NULL,
};

/* How a parameter's name becomes a variable's (OPTIONS, --env-names). */
enum env_names {
	ENV_NAMES_CHAMBER,
	ENV_NAMES_POSIX,
	ENV_NAMES_KEEP,
};

enum sandbox_mode {
	SANDBOX_AUTO,
	SANDBOX_REQUIRE,
	SANDBOX_OFF,
};

enum log_format {
	LOG_FORMAT_TEXT,
	LOG_FORMAT_JSON,
};

enum supervise_mode {
	SUPERVISE_AUTO, /* supervise as PID 1, plain execve otherwise */
	SUPERVISE_ALWAYS,
	SUPERVISE_NEVER,
};

enum subreaper_mode {
	SUBREAPER_AUTO, /* on when supervising and not PID 1 */
	SUBREAPER_ON,
	SUBREAPER_OFF,
};

/* The kernel's signals are 1 to 64 on x86-64 and aarch64. */
#define SIGNAL_MAX 64

/* What concerns the life of the command: all that `antechamber init` knows. */
struct supervision {
	enum supervise_mode mode;
	bool signal_group;
	enum subreaper_mode subreaper;
	int parent_death_signal; /* 0: none */
	bool remap_exit[256]; /* codes that are reported as 0 */
	uint8_t rewrite[SIGNAL_MAX +
			1]; /* the signal to forward; itself unless rewritten, 0 drops */
	clock_ms grace_ms;
};

/* Names of variables; one that ends in '*' matches every name that begins with the rest. */
struct name_list {
	struct span name[NAMES_MAX];
	size_t count;
};

/* Which part of the inherited environment the command gets, and what wins. */
struct environment_rules {
	bool pristine;
	bool no_clobber;
	bool strict;
	bool references; /* a resolved one replaces its variable, whatever the rules but keep */
	const char *strict_value;
	struct name_list keep; /* stay as they were inherited */
	struct name_list unset; /* are not inherited */
};

/*
 * Everything the command line and the environment say of antechamber itself. AWS_* variables are
 * read by the modules of aws/ that own their meaning. Strings and spans borrow from argv and
 * environ, which live as long as the process.
 */
struct config {
	enum command command;
	enum command help_of; /* COMMAND_HELP: of which command, or COMMAND_HELP for all */
	clock_ms started; /* for the deadline, and the time that the start took */

	char *const *environ; /* as inherited, ends with NULL */
	char *const *argv; /* the command to run, the words after --; ends with NULL; NULL: none */
	const char *copy_path; /* COMMAND_COPY */

	struct span service[SERVICES_MAX]; /* as written, with placeholders and labels */
	size_t service_count;
	bool services_hidden; /* ANTECHAMBER_SERVICES names some that do not count */

	enum backend backend;
	const char *backend_file; /* BACKEND_FILE */
	bool recursive;
	enum env_names env_names;
	struct environment_rules rules;
	bool fail_if_empty;
	bool keep_case; /* services' names are taken as written, not lower-cased */
	unsigned retries; /* attempts for a request, at least 1 */
	clock_ms timeout_ms; /* 0: none */
	enum sandbox_mode sandbox;
	bool allow_http;
	struct supervision supervision;
	bool quiet;
	bool verbose;
	enum log_format log_format;
	bool retry_mode_given; /* chamber's options without effect: said once */
	bool throttle_delay_given;
};

/*
 * Reads argv (argc words, ended by NULL) and the environment. The command line takes precedence
 * over ANTECHAMBER_*, then chamber's variables, then AWS_*, then the default. Pure. ERR_USAGE names
 * the option or the variable and what to write instead; c->log_format is good even then, since the
 * message is written in that format.
 */
bool config_parse(
	int argc, char *const *argv, char *const *environ, struct config *c, struct err *e);

/*
 * For `check`, which supervises no command: the options of supervision, which it takes so that it
 * can be written like exec, have no effect.
 */
void config_drop_supervision(struct config *c);

/* Which lines are written: --quiet takes precedence over --verbose. */
enum log_level config_log_level(const struct config *c);

/* Whether something is to be fetched before the command starts. */
bool config_fetches(const struct config *c);

#endif
