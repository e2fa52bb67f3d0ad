#ifndef FETCH_FETCHER_H
#define FETCH_FETCHER_H

#include <stdbool.h>

#include "base/secret.h"
#include "config/placeholder.h"
#include "config/config.h"
#include "fetch/assemble.h"
#include "fetch/awscall.h"
#include "fetch/identity.h"
#include "fetch/loader.h"
#include "fetch/metadata.h"
#include "fetch/paramfile.h"
#include "fetch/references.h"
#include "fetch/store.h"

/* The namespace file holds one DNS label. */
#define NAMESPACE_MAX 256

/* When each phase was over, for `check`. */
struct fetch_times {
	clock_ms planned;
	clock_ms resolved;
	clock_ms fetched;
};

/*
 * All memory of the fetcher on one page: untouched pages cost nothing, and the process ends before
 * the command starts.
 */
struct fetcher {
	const struct config *config;
	struct peer_terms terms;
	struct trust_store trust_store; /* a bundle that replaces the roots */
	struct resolver resolver;
	struct span region;
	const char *region_source;
	struct placeholder_needs needs;
	bool asks_task; /* the task metadata, for the region or names */
	struct fetch_times times;

	struct placeholder_values values;
	char k8s_namespace[NAMESPACE_MAX];
	struct endpoint endpoint; /* of the services' backend */
	struct peer peer;
	struct identity identity;
	struct metadata metadata;
	struct awscall_shared shared;
	struct loader loader[SERVICES_MAX]; /* one for each service */
	struct references references;
	struct paramfile paramfile;

	struct secret_list secrets;

	/* What came of it. */
	struct store store;
	struct assembly assembly;
	char block[BLOCK_MAX];
};

/* The one there is: a process fetches once. */
extern struct fetcher fetcher;

/* Everything that can be known without asking anybody; files are read here and only here. */
bool fetcher_plan(struct fetcher *f, const struct config *c, struct err *e);

/* Whether AWS is asked for anything: not with the backends null and file alone. */
bool fetcher_asks_aws(const struct fetcher *f);

/* Replaces the placeholders and reads the services' names. */
bool fetcher_name_services(struct fetcher *f, struct err *e);

/* Finds the region, the services' names and the addresses; asks name servers and metadata. */
bool fetcher_locate(struct fetcher *f, struct err *e);

/* Fetches. */
bool fetcher_talk(struct fetcher *f, struct err *e);

/* All of it, in order, with the sandbox's steps between, and the block at the end. */
bool fetcher_run(struct fetcher *f, const struct config *c, struct buf *block, struct err *e);

#endif
