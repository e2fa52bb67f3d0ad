#ifndef CTL_PROFILE_FILES_H
#define CTL_PROFILE_FILES_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"
#include "ctl/profile/ini.h"

/* A file of profiles. */
struct profile_file {
	const char *path; /* NULL: HOME is not set, and no variable names the file */
	bool is_there; /* it could be read */
	bool is_credentials;
	struct ini ini;
};

/* The two of them. What the credentials file has takes precedence, as in all SDKs. */
struct profile_files {
	struct profile_file config;
	struct profile_file credentials;
};

/*
 * Reads AWS_CONFIG_FILE, else ~/.aws/config, and AWS_SHARED_CREDENTIALS_FILE, else
 * ~/.aws/credentials. A file that is not there is an empty one; so is one that cannot be read, with
 * a warning, as the SDK for Go has it. ERR_USAGE: a malformed one.
 */
bool profile_files_read(char *const *environ, struct profile_files *files, struct err *e);

/* A path that begins with ~/ with HOME for the ~, else the path itself. */
const char *profile_path(char *const *environ, const char *path);

/* A text without a pair of quotes around it. */
struct span profile_unquote(struct span s);

bool profile_exists(const struct profile_files *files, struct span profile);

/*
 * The setting of a profile that counts: of the credentials file before the config file, and the
 * last one where it is repeated. NULL: there is none, or its value is empty.
 */
const struct ini_entry *profile_find(
	const struct profile_files *files, struct span profile, const char *name);

/* The same in one file. */
const struct ini_entry *profile_find_in(
	const struct profile_file *file, struct span profile, const char *name);

/* A setting nested in a [services NAME] section: "endpoint_url" below "ssm". */
const struct ini_entry *profile_find_service(const struct profile_files *files,
	struct span services, const char *service, const char *name);

/*
 * The error of a profile that is in neither file: names the files, and what is there instead in the
 * hint.
 */
bool profile_unknown(const struct profile_files *files, struct span profile, struct err *e);

#endif
