#ifndef CTL_COLLECT_H
#define CTL_COLLECT_H

#include <stdbool.h>

#include "base/err.h"
#include "ctl/command.h"
#include "ctl/format/pairs.h"

/*
 * The secrets of the services that the words name, for env and export: of a key that several have,
 * the last one counts, with chamber's warning. Sorted by key.
 */
bool collect_services(const struct ctl *c, struct pairs *pairs, struct err *e);

#endif
