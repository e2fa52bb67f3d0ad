#ifndef CTL_SERVICES_H
#define CTL_SERVICES_H

#include <stdbool.h>

#include "base/err.h"
#include "ctl/command.h"

/* The whole store, for list-services and find. */

/*
 * Walks the store below a prefix of names, with a progress line. What is not below a service
 * (parameters without a path) is left out. The items are sorted by name.
 */
bool services_walk(const struct ctl *c, struct span prefix, struct items *items, struct err *e);

/* "prod/webapp" of "/prod/webapp/db-password"; a secret is itself a service. */
struct span services_of(const struct item *item);

/* Prints names below one header, sorted and each once. */
bool services_print(const struct ctl *c, struct span *name, size_t count, struct err *e);

#endif
