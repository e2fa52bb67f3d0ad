#ifndef FETCH_REFERENCES_H
#define FETCH_REFERENCES_H

#include <stdbool.h>

#include "aws/ssm.h"
#include "config/config.h"
#include "env/reference.h"
#include "fetch/awscall.h"
#include "fetch/peer.h"
#include "fetch/store.h"

/* One variable. */
struct reference_use {
	struct span id; /* what is asked for */
	const struct reference_group *group;
	unsigned resolved; /* in which round; 0: not yet */
	struct reference reference;
	struct span variable;
	struct span value; /* as inherited, for messages */
};

/* What is asked of one service in one region, one request after the other. */
struct reference_group {
	struct references *all;
	enum reference_kind kind;
	struct span region; /* empty: the configured one */
	unsigned round; /* the request under way, from 1 */
	unsigned batch_count;
	struct reference_use
		*batch[SSM_BATCH_MAX]; /* what it is for; at first the first variable */
	struct endpoint endpoint;
	struct peer peer;
	struct awscall aws;
};

struct references {
	unsigned use_count;
	unsigned group_count;
	size_t bytes_len;
	struct reference_use use[REFERENCES_MAX];
	struct reference_group group[REFERENCE_GROUPS_MAX];
	char bytes[REFERENCE_BYTES_MAX];
};

/*
 * Finds the references among the inherited variables, without those that --unset removes or --keep
 * leaves as they are. ERR_USAGE names the
 * variable; ERR_LIMIT.
 */
bool references_find(struct references *r, const struct config *c, struct err *e);

/* Finds the endpoint of each group in its region. The error names a variable of the group's. */
bool references_locate(
	struct references *r, const struct config *c, struct span region, struct err *e);

/* Makes the group's call ready to be moved (fetch/reference_ask.c). */
void reference_start(struct reference_group *g, struct session *s);

/* Puts a variable in front of an error. Always false. */
bool reference_name(const struct reference_use *use, struct err *e);

#endif
