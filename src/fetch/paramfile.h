#ifndef FETCH_PARAMFILE_H
#define FETCH_PARAMFILE_H

#include <stdbool.h>

#include "base/err.h"
#include "fetch/loader.h"

/*
 * --backend file:PATH: JSON as `aws ssm get-parameters-by-path --recursive` prints it, so that the
 * same image runs where there is no AWS (contract section 3).
 */
struct paramfile {
	const char *path;
	struct span text;
	char bytes[PARAM_FILE_MAX];
};

/* Reads the file. ERR_USAGE, ERR_LIMIT. */
bool paramfile_read(struct paramfile *f, const char *path, struct err *e);

/*
 * Adds what stands under the loader's path, by the rules of an answer of Parameter Store. ERR_USAGE
 * for a file that is not such JSON.
 */
bool paramfile_load(const struct paramfile *f, struct loader *l, struct err *e);

#endif
