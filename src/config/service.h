#ifndef CONFIG_SERVICE_H
#define CONFIG_SERVICE_H

#include <stdbool.h>

#include "base/bounds.h"
#include "base/err.h"
#include "base/span.h"
#include "config/config.h"

/*
 * A service of the command line: NAME or NAME:LABEL. Points into text and into what it was parsed
 * from: never copy one by assignment.
 */
struct service {
	struct span written; /* all of it, as the messages name it */
	struct span name; /* what is asked for, in text: lower-cased unless --keep-case */
	struct span label; /* its case kept; empty: none */
	bool is_lowered; /* the name was not written in lower case */
	char text[SERVICE_NAME_MAX];
};

/*
 * Reads a service whose placeholders are replaced already. Its name: parts of [A-Za-z0-9_.-] with
 * single slashes between them; with --backend secretsmanager [A-Za-z0-9/_+=.@!-]. Lower-cased, as
 * chamber does, unless --keep-case. The label: 1 to LABEL_MAX of [A-Za-z0-9_.-]. Borrows written.
 * Pure. ERR_USAGE says what is wrong with which service; ERR_LIMIT: above SERVICE_NAME_MAX
 * (SECRET_NAME_MAX) or LABEL_MAX.
 */
bool service_parse(struct span written, const struct config *c, struct service *s, struct err *e);

/*
 * Judges the services' names where the backend null loads nothing, and so nobody else does. What
 * would have to be read or asked for a placeholder is taken to be good.
 */
bool service_check_unused(const struct config *c, struct err *e);

#endif
