#ifndef CTL_AWS_CLIENT_H
#define CTL_AWS_CLIENT_H

#include <stdbool.h>

#include "aws/endpoint.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/span.h"
#include "ctl/profile/sts.h"
#include "json/json.h"

/*
 * One request to AWS after the other, by the code of the fetcher: credentials, regions, endpoints,
 * trust, proxies, retries and messages are antechamber's, and profiles come on top
 * (ctl/profile/profile.h). Connections are kept between requests.
 */

struct client;

struct client_settings {
	char *const *environ;
	unsigned attempts_max; /* of one request */
	clock_ms timeout_ms; /* of one request with its attempts and credentials; 0: no limit */
	bool allow_http; /* a plain-http AWS endpoint that is not this machine */
};

/*
 * Reads what the environment and the profile configure; nobody is asked yet. NULL and the error: a
 * bad variable, file or profile. The client lives until the process ends.
 */
struct client *client_open(const struct client_settings *settings, struct err *e);

struct client_question {
	enum endpoint_service service;
	const char *target; /* "AmazonSSM.PutParameter" */
	const char *doing; /* "write db-password of kops": begins the error */
	struct span body; /* JSON */
	const char *kms; /* the action that the key's policy must allow too; NULL: none */
	/*
	 * Reads a response, which is asked for again where it returns ERR_TRANSIENT: nothing of one
	 * that fails may stay. NULL: the caller reads it, for what must not be done twice.
	 */
	bool (*read)(void *owner, struct json_value root, struct err *e);
	void *owner;
};

/*
 * Asks, and waits for the response; throttling and failures that may pass are ridden out. *root is
 * good until the next question. The error of a refusal has AWS's code and message, and a hint at
 * the policy where access was denied.
 */
bool client_ask(
	struct client *c, const struct client_question *q, struct json_value *root, struct err *e);

/* The error code of the last question that was refused, "ParameterNotFound"; else empty. */
struct span client_code(const struct client *c);

/* Who signs the requests: asks STS. What *caller points into stays. */
bool client_caller(struct client *c, struct caller_identity *caller, struct err *e);

/* The region that is asked, found out where no variable and no profile has it. */
bool client_region(struct client *c, struct span *region, struct err *e);

#endif
