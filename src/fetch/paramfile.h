#ifndef FETCH_PARAMFILE_H
#define FETCH_PARAMFILE_H

#include <stdbool.h>

#include "base/err.h"
#include "fetch/loader.h"

/*
 * --backend file:PATH: JSON as `aws ssm get-parameters-by-path --recursive` prints it, so that the
 * same image runs where there is no AWS.
 */
struct paramfile {
	const char *path;
	struct span text;
	char bytes[PARAM_FILE_MAX];
};

/* Reads the file. ERR_USAGE, ERR_LIMIT. */
bool paramfile_read(struct paramfile *f, const char *path, struct err *e);

/*
 * Adds what is under the loaders' paths, by the rules of a response of Parameter Store, in one walk
 * through the file. ERR_USAGE for a file that is not such JSON.
 */
bool paramfile_load(const struct paramfile *f, const struct loader *loader, size_t count,
	struct session *s, struct err *e);

#endif
