#ifndef FETCH_PARAMFILE_H
#define FETCH_PARAMFILE_H

#include <stdbool.h>

#include "base/err.h"
#include "fetch/store.h"

/*
 * --backend file:PATH: JSON as `aws ssm get-parameters-by-path --recursive` prints it, so that the same
 * image runs where there is no AWS (contract section 3).
 */
struct paramfile {
	const char *path;
	struct span text;
	struct json_doc *doc;
	char bytes[PARAM_FILE_MAX];
};

/* Reads the file. ERR_USAGE, ERR_LIMIT. */
bool paramfile_read(struct paramfile *f, const char *path, struct err *e);

/* One service's part of it. */
struct paramfile_question {
	unsigned service;
	struct span path; /* "/svc/" */
	bool recursive;
};

/*
 * Adds what stands under the path, by the rules of an answer of Parameter Store; *count is how many. ERR_USAGE
 * for a file that is not such JSON.
 */
bool paramfile_load(struct paramfile *f, const struct paramfile_question *q, struct store *s,
	unsigned *count, struct err *e);

#endif
