#ifndef CONFIG_PLACEHOLDER_H
#define CONFIG_PLACEHOLDER_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/*
 * {NAME}, {k8s:namespace}, {ecs:service}, {ecs:family} and {ecs:cluster} in a service of the
 * command line. What replaces one is taken as it is: a brace in it starts no placeholder. Pure: the
 * caller reads the sources, and only those that a scan found to be needed.
 */

struct placeholder_needs {
	bool k8s_namespace; /* the service account's namespace file */
	bool ecs_task; /* the task metadata */
};

struct placeholder_values {
	char *const *environ;
	struct span k8s_namespace; /* the file's text; line ends and blanks around it are ignored */
	struct span ecs_service;
	struct span ecs_family;
	struct span ecs_cluster; /* of an ARN, here as above, the part after the last '/' counts */
};

/*
 * Checks the placeholders of text and adds what they need to *needs (whose members it never
 * clears). ERR_USAGE: an unmatched brace, an empty or unknown placeholder; the message
 * names it.
 */
bool placeholder_scan(struct span text, struct placeholder_needs *needs, struct err *e);

/*
 * Appends text with its placeholders replaced. ERR_USAGE as above, and when a variable is unset or
 * empty or a source has no value (the message names it); ERR_LIMIT when b is too small.
 */
bool placeholder_expand(
	struct span text, const struct placeholder_values *values, struct buf *b, struct err *e);

#endif
