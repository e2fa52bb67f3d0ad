#ifndef FETCH_ECS_TASK_H
#define FETCH_ECS_TASK_H

#include <stdbool.h>

#include "aws/endpoint.h"
#include "fetch/call.h"
#include "fetch/peer.h"
#include "fetch/scratch.h"

/*
 * What the ECS task metadata endpoint, version 4, says of this task (ECS Developer Guide): the
 * region, for tasks whose agent sets none, and the names for placeholders.
 */
struct ecs_task {
	struct scratch *scratch;
	struct span region; /* the results; empty where the response has none */
	struct span service;
	struct span family;
	struct span cluster;
	struct url url; /* with the target /task below what the variable says */
	struct buf names;
	struct peer peer;
	struct call call;
	char target[URL_MAX + 8];
	char bytes[ECS_NAMES_MAX];
};

/* Whether there is such an endpoint: ECS_CONTAINER_METADATA_URI_V4. */
bool ecs_task_is_there(char *const *environ);

/* Reads the endpoint's URL. ERR_USAGE. */
bool ecs_task_plan(
	struct ecs_task *t, char *const *environ, struct scratch *scratch, struct err *e);

/* Makes t->call ready to be moved; t->peer is resolved. */
void ecs_task_start(struct ecs_task *t);

#endif
