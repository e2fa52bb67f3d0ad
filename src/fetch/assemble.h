#ifndef FETCH_ASSEMBLE_H
#define FETCH_ASSEMBLE_H

#include <stdbool.h>

#include "base/bounds.h"
#include "base/buf.h"
#include "base/err.h"
#include "config/config.h"
#include "fetch/loader.h"
#include "fetch/store.h"

/* A variable of the child: its name and the parameter whose value it has. */
struct variable {
	struct span name;
	const struct param *param;
};

/* The variables that the loaded parameters make, the last word of each. */
struct assembly {
	const struct config *config; /* the owner's to set */
	const struct loader *loader; /* likewise: of each service, named and begun */
	size_t count;
	size_t names_len;
	struct variable variable[PARAMS_MAX];
	char names[PARAM_BYTES_MAX];
};

/*
 * Makes variables of the parameters, service by service in the order written (contract section 3):
 * within a service sorted by name, the last one wins, with a warning that names both; over the
 * inherited environment and earlier services with chamber's warning. Sorts the store. ERR_LIMIT.
 */
bool assemble(struct assembly *a, struct store *s, struct err *e);

/* Writes the block for the launcher; the refusals are envblock_put's, with the parameter's name. */
bool assemble_block(const struct assembly *a, struct buf *block, struct err *e);

#endif
