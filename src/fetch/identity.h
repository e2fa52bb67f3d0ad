#ifndef FETCH_IDENTITY_H
#define FETCH_IDENTITY_H

#include <stdbool.h>

#include "aws/credentials.h"
#include "aws/endpoint.h"
#include "aws/failure.h"
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
 * Who we are: the credentials, and the call that gets them. Nothing here is known to PID 1: it lives in
 * the fetcher only.
 */
struct identity {
	char *const *environ;
	struct credential_plan plan;
	struct credentials now;
	bool is_known;
	bool was_stale; /* an answer that was over already was seen */
	bool wants_region; /* of the instance metadata */
	enum identity_step step;
	struct endpoint sts;
	struct peer peer;
	struct call call;
	struct json_doc *doc; /* scratch, shared with all that read answers one by one */
	struct failure *failure; /* likewise */
	struct secret token; /* Authorization, web identity, or the metadata's session */
	size_t region_len;
	size_t role_len;
	char region[ENDPOINT_REGION_MAX + 1];
	char role[256];
	struct buf arena;
	char token_text[TOKEN_FILE_MAX];
	char body[TOKEN_FILE_MAX * 3 + 4096];
	/* What was got, twice: a renewal does not move what messages may still redact. */
	char bytes[2 * CREDENTIALS_MAX];
};

/* Finds out the source and reads the token file it needs. Opens files, asks nobody. */
bool identity_plan(struct identity *i, char *const *environ, struct err *e);

/* Whether it takes a request to know the credentials. */
bool identity_needs_call(const struct identity *i);

bool identity_is_known(const struct identity *i);
const struct credentials *identity_credentials(const struct identity *i);

/*
 * Names the peer that is asked; sts is needed for web identity only. Then the caller resolves
 * i->peer, and identity_start makes i->call ready to be driven.
 */
void identity_set_peer(struct identity *i, struct trust trust);
void identity_start(struct identity *i, unsigned attempts_max);

/* The session is over: asks once more. False when the source has nothing newer to give. */
bool identity_renew(struct identity *i);

/* The region that the instance metadata gave, when wants_region was set. */
struct span identity_region(const struct identity *i);

#endif
