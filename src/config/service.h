#ifndef CONFIG_SERVICE_H
#define CONFIG_SERVICE_H

#include <stdbool.h>

#include "base/bounds.h"
#include "base/err.h"
#include "base/span.h"

/*
 * A service of the command line: NAME or NAME:LABEL. Points into lower and into the text that it
 * was parsed from: never copy one by assignment.
 */
struct service {
	struct span written; /* all of it, as the messages name it */
	struct span name; /* lower-cased, in lower */
	struct span label; /* its case kept; empty: none */
	char lower[SERVICE_NAME_MAX];
};

/*
 * Reads a service whose placeholders are replaced already (contract section 3): the name is parts
 * of [A-Za-z0-9_.-] with single slashes between them, lower-cased as chamber does; the label 1 to
 * LABEL_MAX of the same characters. Borrows written. Pure. ERR_USAGE says what is wrong with which
 * service; ERR_LIMIT: above SERVICE_NAME_MAX or LABEL_MAX.
 */
bool service_parse(struct span written, struct service *s, struct err *e);

#endif
