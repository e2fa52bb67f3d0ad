#ifndef FETCH_METADATA_H
#define FETCH_METADATA_H

#include <stdbool.h>

#include "aws/endpoint.h"
#include "fetch/call.h"
#include "fetch/peer.h"

/*
 * What the ECS task metadata endpoint, version 4, says of this task (ECS Developer Guide): the
 * region, for tasks whose agent sets none, and the names for placeholders.
 */
struct metadata {
	struct span region; /* the results; empty where the answer has none */
	struct span service;
	struct span family;
	struct span cluster;
	struct url url; /* with the target /task below what the variable says */
	struct buf names;
	struct peer peer;
	char target[URL_MAX + 8];
	char bytes[8 * 1024];
	struct call call;
};

/* Whether there is such an endpoint: ECS_CONTAINER_METADATA_URI_V4. */
bool metadata_is_there(char *const *environ);

/* Reads the endpoint's URL. ERR_USAGE. */
bool metadata_plan(struct metadata *m, char *const *environ, struct err *e);

/* Makes m->call ready to be driven; m->peer is resolved. */
void metadata_start(struct metadata *m);

#endif
