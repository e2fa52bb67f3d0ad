#ifndef FETCH_ASSEMBLE_H
#define FETCH_ASSEMBLE_H

#include <stdbool.h>

#include "base/bounds.h"
#include "base/buf.h"
#include "base/err.h"
#include "config/config.h"
#include "fetch/store.h"

/* A variable of the child, and where it comes from. */
struct variable {
	struct span name;
	struct span value;
	const struct param *param;
	bool overwrites_inherited;
};

/* The variables that the loaded parameters make, the last word of each. */
struct assembly {
	struct variable variable[PARAMS_MAX];
	size_t count;
	size_t names_len;
	char names[PARAM_BYTES_MAX];
};

/* What the messages and the rules need to know. */
struct assemble_terms {
	const struct config *config;
	const struct span *path; /* of each service, "/svc/"; how much of a name is not the key */
	const struct span *written; /* each service as the messages name it */
};

/*
 * Makes variables of the parameters, service by service in the order written (contract section 3):
 * within a service sorted by name, the last one wins, with a warning that names both; over the inherited
 * environment and earlier services with chamber's warning. Sorts the store. ERR_LIMIT.
 */
bool assemble(struct assembly *a, struct store *s, const struct assemble_terms *t, struct err *e);

/* Writes the block for the launcher; the refusals are envblock_put's, with the parameter's name. */
bool assemble_block(const struct assembly *a, struct buf *block, struct err *e);

#endif
