#ifndef FETCH_ASSEMBLE_H
#define FETCH_ASSEMBLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bounds.h"
#include "base/buf.h"
#include "base/err.h"
#include "config/config.h"
#include "fetch/loader.h"
#include "fetch/store.h"

/* What happens when a parameter sets its variable. */
enum assemble_event {
	ASSEMBLE_SETS, /* nothing else has that name */
	ASSEMBLE_OVERWRITES, /* an inherited variable, or an earlier service's */
	ASSEMBLE_COLLIDES, /* another parameter of the same service */
	ASSEMBLE_YIELDS, /* --no-clobber: to the resolved reference of that name */
};

/* A parameter and the variable that it sets. */
struct variable {
	struct span name;
	const struct param *param;
	uint16_t other; /* the parameter it collides with */
	uint8_t event; /* enum assemble_event */
	bool is_inherited; /* of the first of each name */
};

/* The variables that the loaded parameters make. */
struct assembly {
	const struct config *config; /* the owner's to set */
	const struct loader *loader; /* likewise: of each service, named and begun */
	size_t count; /* of order */
	size_t names_len;
	struct variable variable[PARAMS_MAX]; /* of each parameter, in the order that they apply */
	uint16_t order[PARAMS_MAX]; /* those that set a variable in the end, by its name */
	char names[PARAM_BYTES_MAX];
};

/*
 * Makes variables of the parameters, service by service in the order written: within a service
 * sorted by name, the last one wins, with a warning that names both; over the inherited environment
 * and earlier services with chamber's warning. Sorts the store. ERR_LIMIT.
 */
bool assemble(struct assembly *a, struct store *s, struct err *e);

/* The i-th variable by name. */
const struct variable *assemble_variable(const struct assembly *a, size_t i);

/* Writes the block for the launcher; the refusals are envblock_put's, with the parameter's name. */
bool assemble_block(const struct assembly *a, struct buf *block, struct err *e);

#endif
