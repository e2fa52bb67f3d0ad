#ifndef FETCH_LOADER_H
#define FETCH_LOADER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bounds.h"
#include "config/service.h"
#include "fetch/awscall.h"

/*
 * Loads one service into the store: from Parameter Store page by page (fetch/parameters.c), from
 * Secrets Manager in one response (fetch/secret.c). A file is loaded by fetch/paramfile.c for all
 * services at once, without a call.
 */
struct loader {
	unsigned index; /* of the service on the command line */
	bool recursive;
	bool is_secret;
	struct service service; /* with index and recursive the owner's to set */
	struct span path; /* "/svc/"; empty: a secret's members have no path */
	char doing[2 * QUOTE_LONG_MAX + 64]; /* "load parameters under /svc/", for messages */
	char written[SERVICE_NAME_MAX + LABEL_MAX + 2]; /* what service borrows */
	char path_text[SERVICE_NAME_MAX + 2];

	unsigned page; /* responses of Parameter Store that were read */
	size_t token_len;
	char token[PAGE_TOKEN_MAX]; /* NextToken, for the next page */
	uint64_t seen[PAGES_MAX]; /* digests of the tokens */
};

/* GetParametersByPath of one service. */
extern const struct awscall_op parameters_op;

/* GetSecretValue of the secret that has the service's name; a label is its version stage. */
extern const struct awscall_op secret_op;

/* Begins anew, by the service's name; is_secret: it names a secret. */
void loader_init(struct loader *l, bool is_secret);

/* Makes a call for it ready to be moved. The doing of terms is the loader's own. */
void loader_start(struct loader *l, struct awscall *aws, struct awscall_terms terms);

/* Services that wait for a call: as many are fetched at a time as there are connections. */
struct loader_queue {
	struct loader *next;
	struct loader *end;
};

/* Makes a call that has loaded its service go on with the next one of the queue. */
void loader_share(struct awscall *aws, struct loader_queue *queue);

/* Whether a parameter of this name is where the loader looks. */
bool loader_covers(const struct loader *l, struct span name);

/* Says that a parameter or a member (what) has a name of which no variable can be made. */
void loader_skip(const char *what, struct span name);

/*
 * Adds a parameter to the store, unless its name does not fit the rule: then there is a warning.
 * ERR_TRANSIENT: it is not what was asked for.
 */
bool loader_add(const struct loader *l, struct store *s, struct span name, struct json_value value,
	struct err *e);

/* Hints at --keep-case where that may be why nothing was found. Always false. */
bool loader_hint_case(const struct loader *l, struct err *e);

/*
 * Says that a service without parameters is empty, where a person may wonder why: the name was
 * lower-cased, or the line of the end counts several services. With --fail-if-empty it is an error.
 */
bool loader_tell_empty(const struct loader *l, const struct config *c, struct err *e);

#endif
