#ifndef FETCH_ACCESS_H
#define FETCH_ACCESS_H

#include <stdbool.h>

#include "aws/endpoint.h"
#include "base/bounds.h"
#include "base/clock.h"
#include "base/err.h"
#include "fetch/peer.h"
#include "fetch/session.h"
#include "net/chain.h"

/*
 * The way to AWS: what holds for all connections, the region, and the credentials. Points into
 * itself: never copy one by assignment.
 */
struct access {
	char *const *environ;
	bool allow_http; /* a plain-http AWS endpoint that is not this machine */
	struct peer_terms terms;
	struct trust_store trust_store; /* a bundle that replaces the roots */
	struct chain_proof chain_proof;
	struct resolver resolver;
	char user_agent[USER_AGENT_MAX];
	struct span region; /* empty: not known yet */
	const char *region_source;
	struct session session;
};

/* What a program decides itself. */
struct access_settings {
	char *const *environ;
	const char *user_agent; /* "antechamber/1.0" */
	unsigned attempts_max; /* of one request */
	struct deadline deadline;
	bool allow_http;
};

/* Nothing is read yet but AWS_SDK_UA_APP_ID, of which a bad one is left out with a warning. */
void access_init(struct access *a, const struct access_settings *settings);

/*
 * The region, the source of the credentials and the trust anchors, from the environment; their
 * files are read. ERR_USAGE names the variable.
 */
bool access_plan(struct access *a, struct err *e);

/* AWS_CA_BUNDLE, else SSL_CERT_FILE, else the roots that are built in. Part of access_plan. */
bool access_plan_trust(struct access *a, struct err *e);

/* The region of the variables, if they have one. Part of access_plan. */
bool access_plan_region(struct access *a, struct err *e);

void access_set_region(struct access *a, struct span region, const char *source);

/*
 * Finds the addresses of a URL's host, or of the proxy to it. The name of a host that we composed
 * is not looked for in search domains.
 */
bool access_locate(const struct access *a, const struct url *url, bool is_composed, struct peer *p,
	struct err *e);

/*
 * The same for an AWS endpoint. ERR_USAGE: it is plain http, not this machine, and not allowed.
 */
bool access_locate_endpoint(
	const struct access *a, const struct endpoint *endpoint, struct peer *p, struct err *e);

/* Finds where to ask for credentials, and makes their call ready to be moved. */
bool access_locate_credentials(struct access *a, struct err *e);

/* Asks EC2 instance metadata for the region, and gets the credentials on the way. */
bool access_ask_instance(struct access *a, struct err *e);

#endif
