#ifndef FETCH_REFERENCES_H
#define FETCH_REFERENCES_H

#include <stdbool.h>

#include "config/config.h"
#include "env/reference.h"
#include "fetch/awscall.h"
#include "fetch/peer.h"
#include "fetch/store.h"

/* The names that are asked for. */
#define REFERENCE_BYTES_MAX (256 * 1024)

/* One variable. */
struct reference_use {
	struct span variable;
	struct span value; /* as inherited, for messages */
	struct reference reference;
	unsigned question;
};

/* One thing that is asked for, however many variables name it. */
struct reference_question {
	struct span id;
	struct span stage;
	struct span version;
	unsigned group;
	bool is_answered;
};

/* What is asked of one service in one region, one request after the other. */
struct reference_group {
	struct awscall aws;
	struct references *all;
	unsigned index;
	enum reference_kind kind;
	struct span region;
	unsigned next; /* the question to ask next */
	struct endpoint endpoint;
	struct peer peer;
};

struct references {
	struct store *store;
	unsigned use_count;
	unsigned question_count;
	unsigned group_count;
	struct reference_use use[REFERENCES_MAX];
	struct reference_question question[REFERENCES_MAX];
	struct reference_group group[REFERENCE_GROUPS_MAX];
	size_t bytes_len;
	char bytes[REFERENCE_BYTES_MAX];
};

/*
 * Finds the references among the inherited variables that --unset leaves. region is the one of those
 * that name none. ERR_USAGE names the variable; ERR_LIMIT.
 */
bool references_find(struct references *r, const struct config *c, struct err *e);

/* Gives the groups without a region of their own the configured one, and all their endpoints. */
bool references_locate(
	struct references *r, const struct config *c, struct span region, struct err *e);

/* Makes the calls of all groups ready to be driven. Their peers are resolved. */
void references_start(struct references *r, struct awscall_shared *shared, struct store *store);

#endif
