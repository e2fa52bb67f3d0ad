#ifndef CTL_SERVICES_H
#define CTL_SERVICES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "ctl/command.h"

/* The whole store, for list-services and find. */

/*
 * Walks the store below a prefix of names, with a progress line. What is not below a service
 * (parameters without a path) is left out. The items are sorted by name.
 */
bool services_walk(const struct ctl *c, struct span prefix, struct items *items, struct err *e);

/* The names of all services, sorted, each once; they stay after memory_forget. */
bool services_names(const struct ctl *c, struct span **names, size_t *count, struct err *e);

/* "prod/webapp" of "/prod/webapp/db-password"; a secret is itself a service. */
struct span services_of(const struct item *item);

/*
 * Reading that may take long: a signal ends it without leaving its progress line on the terminal.
 * services_end is given whether all went well so far, and with what error; where a signal came, it
 * reports what was done and ends the process.
 */
void services_begin(const char *what, uint64_t total);
bool services_end(bool ok, struct err *e);

/* Prints names below one header, sorted and each once. */
bool services_print(const struct ctl *c, struct span *name, size_t count, struct err *e);

#endif
