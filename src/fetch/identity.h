#ifndef FETCH_IDENTITY_H
#define FETCH_IDENTITY_H

#include <stdbool.h>

#include "aws/credentials.h"
#include "aws/endpoint.h"
#include "base/bounds.h"
#include "fetch/call.h"
#include "fetch/peer.h"

/* The steps of EC2 instance metadata, version 2 (EC2 User Guide, "Use IMDSv2"). */
enum identity_step {
	IDENTITY_ONLY_STEP, /* all other sources */
	IDENTITY_IMDS_TOKEN,
	IDENTITY_IMDS_REGION,
	IDENTITY_IMDS_ROLE,
	IDENTITY_IMDS_KEYS,
};

/*
 * Who we are: the credentials, and the call that gets them. Nothing here is known to PID 1: it
 * lives in the fetcher only.
 */
struct identity {
	char *const *environ;
	bool is_known; /* now holds the credentials */
	bool was_stale; /* it was said that they have expired */
	unsigned generation; /* how often credentials were got */
	bool wants_region; /* of the instance metadata */
	enum identity_step step;
	struct secret token; /* Authorization, web identity, or the metadata's session */
	struct span region; /* what it said; empty: it was not asked */
	struct span role;
	struct buf arena;
	struct credentials now;
	char region_text[ENDPOINT_REGION_MAX];
	char role_text[256];
	struct credential_plan plan;
	struct endpoint sts;
	struct peer peer;
	struct call call;
	char token_text[TOKEN_FILE_MAX];
	char body[TOKEN_FILE_MAX * 3 + 4096];
	/* What was got, twice: a renewal does not move what messages may still redact. */
	char bytes[2 * CREDENTIALS_MAX];
};

/* Finds out the source and reads the token file it needs. Opens files, asks nobody. */
bool identity_plan(struct identity *i, char *const *environ, struct err *e);

/* Makes i->call ready to be driven; i->peer is resolved, and i->sts known where STS is asked. */
void identity_start(struct identity *i);

/*
 * A request that was signed with the credentials of this generation was refused because they have
 * expired: asks once more, unless newer ones are there or under way. False when the source has
 * nothing newer to give.
 */
bool identity_renew(struct identity *i, unsigned generation);

#endif
