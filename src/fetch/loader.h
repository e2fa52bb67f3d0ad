#ifndef FETCH_LOADER_H
#define FETCH_LOADER_H

#include <stdbool.h>
#include <stdint.h>

#include "config/service.h"
#include "base/bounds.h"
#include "fetch/awscall.h"
#include "fetch/parameters.h"

/* Longest NextToken that is sent back; AWS's have a few hundred bytes. */
#define LOADER_TOKEN_MAX (8 * 1024)

/*
 * Gets one service's parameters into the store: from Parameter Store page by page, from Secrets
 * Manager in one answer, from a file (fetch/paramfile.h).
 */
struct loader {
	unsigned index; /* of the service on the command line */
	bool recursive;
	struct span path; /* "/svc/"; empty: a secret's members have no path */
	unsigned page; /* answers of Parameter Store that were read */
	size_t token_len;
	struct service service; /* with index and recursive the owner's to set */
	char doing[2 * QUOTE_LONG_MAX + 64]; /* "load parameters under /svc/", for messages */
	char written[SERVICE_NAME_MAX + LABEL_MAX + 2]; /* what service borrows */
	char path_text[SERVICE_NAME_MAX + 2];
	char token[LOADER_TOKEN_MAX]; /* of the next page */
	uint64_t seen[PAGES_MAX]; /* digests of the tokens */
	struct awscall aws;
};

/* GetParametersByPath (contract section 3). */
extern const struct awscall_op loader_pages;

/* GetSecretValue of the secret that has the service's name; a label is its version stage. */
extern const struct awscall_op loader_secret;

/*
 * Begins anew with one of the operations; for a file, loader_pages. The owner sets the awscall's
 * shared and endpoint.
 */
void loader_init(struct loader *l, const struct awscall_op *op);

/* Whether a parameter of this name stands where the loader looks. */
bool loader_covers(const struct loader *l, struct span name);

/* Says that a parameter or a member (what) has a name of which no variable can be made. */
void loader_skip(const char *what, struct span name);

/*
 * Whether a parameter of this name belongs to what was asked for: *fits is false for one to be
 * skipped, after a warning. ERR_TRANSIENT: it stands elsewhere.
 */
bool loader_judge(const struct loader *l, struct span name, bool *fits, struct err *e);

/* Adds one that loader_judge finds good to the store. */
parameters_take loader_take;

#endif
