#ifndef FETCH_FETCHER_H
#define FETCH_FETCHER_H

#include <stdbool.h>

#include "base/secret.h"
#include "config/config.h"
#include "config/placeholder.h"
#include "fetch/access.h"
#include "fetch/assemble.h"
#include "fetch/ecs_task.h"
#include "fetch/loader.h"
#include "fetch/paramfile.h"
#include "fetch/references.h"
#include "sandbox/sandbox.h"

/* When each phase had ended, for `check`. */
struct fetch_times {
	clock_ms planned;
	clock_ms located;
	clock_ms fetched;
};

/*
 * All memory of the fetcher, mapped when the role starts: pages that are not touched cost nothing,
 * and the process ends before the command starts. Points into itself.
 */
struct fetcher {
	const struct config *config;
	unsigned service_count; /* that are loaded: none with the backend null */
	struct fetch_times times;

	struct access access; /* the way to AWS, with the credentials and the store */

	/* What is found out before anything is fetched. */
	struct placeholder_needs needs;
	struct placeholder_values values;
	char k8s_namespace[NAMESPACE_MAX];
	bool asks_task; /* the task metadata, for the region or names */
	struct ecs_task task;
	struct endpoint endpoint; /* of the services' backend */
	struct peer peer;

	/* What is fetched. */
	struct loader loader[SERVICES_MAX]; /* one for each service */
	struct awscall service_call[CONNECTIONS_MAX]; /* which they share */
	struct loader_queue queue; /* the services that wait for one */
	struct references references;
	struct paramfile paramfile;

	struct secret_list secrets;

	/* What came of it. */
	struct assembly assembly;
	char block[BLOCK_MAX];
};

/* Maps one, all zeros. NULL: ERR_FINAL, there is no room for it. */
struct fetcher *fetcher_map(struct err *e);

/* Everything that can be known without asking anybody; files are read here and only here. */
bool fetcher_plan(struct fetcher *f, const struct config *c, struct err *e);

/* Whether AWS is asked for anything: not with the backends null and file alone. */
bool fetcher_asks_aws(const struct fetcher *f);

/* Replaces the placeholders and reads the services' names. */
bool fetcher_name_services(struct fetcher *f, struct err *e);

/*
 * Adds the TCP ports that the start may connect to, as far as the environment says. What is wrong
 * there is ignored, since it is an error again where it is used.
 */
void fetcher_collect_ports(struct fetcher *f, struct sandbox_ports *ports, struct err *ignored);

/* Finds the region, the services' names and the addresses; asks name servers and metadata. */
bool fetcher_locate(struct fetcher *f, struct err *e);

/* Fetches. */
bool fetcher_fetch(struct fetcher *f, struct err *e);

/* All of it, in order, with the sandbox's steps between, and the block at the end. */
bool fetcher_run(struct fetcher *f, const struct config *c, struct buf *block, struct err *e);

#endif
