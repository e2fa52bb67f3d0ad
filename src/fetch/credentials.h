#ifndef FETCH_CREDENTIALS_H
#define FETCH_CREDENTIALS_H

#include <stdbool.h>

#include "aws/credentials.h"
#include "aws/endpoint.h"
#include "base/bounds.h"
#include "fetch/call.h"
#include "fetch/peer.h"
#include "fetch/scratch.h"

/* The steps of EC2 instance metadata, version 2 (EC2 User Guide, "Use IMDSv2"). */
enum imds_step {
	IMDS_TOKEN,
	IMDS_REGION,
	IMDS_ROLE,
	IMDS_KEYS,
};

/*
 * The credentials of this process, and the call that gets them from the container's agent, from STS
 * or from IMDS. PID 1 knows nothing of them: they are in the fetcher only.
 */
struct identity {
	char *const *environ;
	struct scratch *scratch; /* the session's */
	bool is_known; /* now has the credentials */
	bool has_warned; /* that they have expired */
	unsigned generation; /* how often credentials were got */
	struct secret token; /* Authorization, web identity, or the session of IMDS */
	struct buf arena;
	struct credentials now;
	struct credential_plan plan;
	struct endpoint sts;
	struct peer peer;
	struct call call;

	/* IMDS: which step is next, and what it said. */
	enum imds_step step;
	bool wants_region;
	struct span region; /* empty: it was not asked for */
	struct span role;
	char region_text[ENDPOINT_REGION_MAX];
	char role_text[ROLE_NAME_MAX];

	char token_text[TOKEN_FILE_MAX];
	char body[TOKEN_FILE_MAX * 3 + STS_FORM_MAX];
	/* What was got, twice: a renewal does not move what messages may still redact. */
	char bytes[2 * CREDENTIALS_MAX];
};

/* Finds out the source and reads the token file that it needs; nobody is asked. */
bool credentials_plan(
	struct identity *i, char *const *environ, struct scratch *scratch, struct err *e);

/* Makes i->call ready to be moved; i->peer is resolved, and i->sts known where STS is asked. */
void credentials_start(struct identity *i);

/*
 * A request that was signed with the credentials of this generation was refused because they have
 * expired: asks once more, unless newer ones are there or under way. False when the source has
 * nothing newer to give.
 */
bool credentials_renew(struct identity *i, unsigned generation);

/*
 * Takes the credentials of a response. They count as a whole: until then, and when it fails, those
 * before are untouched.
 */
enum call_result credentials_take(struct call *call, struct err *e);

/* How IMDS is asked (fetch/imds.c); the owner of the call is the identity. */
extern const struct call_ops imds_ops;

#endif
