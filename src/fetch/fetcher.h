#ifndef FETCH_FETCHER_H
#define FETCH_FETCHER_H

#include <stdbool.h>

#include "aws/placeholder.h"
#include "aws/service.h"
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
 * All memory of the fetcher on one page: untouched pages cost nothing, and the process ends before the
 * command starts. The steps below fill it from top to bottom.
 */
struct fetcher {
	const struct config *config;
	struct deadline deadline;
	struct fetch_times times;

	/* What is to be asked, and of whom: fetch/plan.c. */
	struct trust trust;
	struct placeholder_needs needs;
	struct placeholder_values values;
	char k8s_namespace[NAMESPACE_MAX];
	struct service service[SERVICES_MAX];
	struct span path[SERVICES_MAX]; /* "/svc/" of each; empty for other backends */
	struct span written[SERVICES_MAX]; /* as the messages name it */
	char expanded[SERVICES_MAX][SERVICE_NAME_MAX + LABEL_MAX + 2];
	char doing[SERVICES_MAX][2 * QUOTE_MAX + 64];
	struct span region;
	const char *region_source;
	struct endpoint endpoint;
	struct peer peer;

	/* Those who ask: fetch/talk.c. */
	struct identity identity;
	struct metadata metadata;
	struct awscall_shared shared;
	struct loader loader[SERVICES_MAX];
	struct references references;
	struct paramfile paramfile;

	/* What came of it. */
	struct json_doc doc;
	struct failure failure;
	struct store store;
	struct assembly assembly;
	char block[BLOCK_MAX];
};

/* Everything that can be known without asking anybody; files are read here and only here. */
bool fetcher_plan(struct fetcher *f, const struct config *c, struct err *e);

/* Whether AWS is asked for anything: not with the backends null and file alone. */
bool fetcher_asks_aws(const struct fetcher *f);

/* Replaces the placeholders and reads the services' names. */
bool fetcher_name_services(struct fetcher *f, struct err *e);

/* Whether an endpoint in the clear is this machine's, or allowed. */
bool fetcher_check_clear(
	const struct fetcher *f, const struct peer *p, const struct endpoint *ep, struct err *e);

/* Finds the region, the services' names and the addresses; asks name servers and metadata. */
bool fetcher_locate(struct fetcher *f, struct err *e);

/* Fetches. */
bool fetcher_talk(struct fetcher *f, struct err *e);

/* All of it, in order, with the sandbox's steps between, and the block at the end. */
bool fetcher_run(struct fetcher *f, const struct config *c, struct buf *block, struct err *e);

#endif
