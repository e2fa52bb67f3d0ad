#ifndef AWS_CREDENTIALS_H
#define AWS_CREDENTIALS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/span.h"
#include "http/url.h"
#include "json/json.h"

/*
 * The keys that sign a request. The secrets borrow from the arena they were read into. The access
 * key's id counts as a secret too: it is never printed.
 */
struct credentials {
	struct secret access_key_id;
	struct secret secret_access_key;
	struct secret session_token; /* empty: none */
	int64_t expires; /* seconds since 1970; 0: never */
};

/* Where credentials come from, the first that is configured (the manual page's ENVIRONMENT). */
enum credential_source {
	SOURCE_STATIC,
	SOURCE_WEB_IDENTITY,
	SOURCE_CONTAINER,
	SOURCE_IMDS,
};

/* What the environment says of it. Everything borrows from the environment. */
struct credential_plan {
	enum credential_source source;
	struct credentials fixed; /* SOURCE_STATIC */
	const char *role_arn; /* SOURCE_WEB_IDENTITY */
	const char *session_name; /* NULL: ours */
	const char *token_file; /* SOURCE_WEB_IDENTITY, SOURCE_CONTAINER; NULL: none */
	const char *token; /* SOURCE_CONTAINER; NULL: none */
	const char *variable; /* the one that named the URL; NULL: none did */
	bool relative; /* SOURCE_CONTAINER: at the ECS agent's address */
	struct url url; /* SOURCE_CONTAINER, SOURCE_IMDS */
	char url_text[URL_MAX]; /* what url points into, when it was put together here */
};

/*
 * Chooses the source and reads what configures it. Pure, but for secret_keep. ERR_USAGE: half of
 * the static pair, a token file without a role, a URI that is none, a token that is no legal field
 * value; and nothing configured at all, which lists what was looked at.
 */
bool credential_plan(char *const *environ, struct credential_plan *plan, struct err *e);

/*
 * What a key, a token or a role's name has to be: printable ASCII without blanks. An error of the
 * kind says which byte is another one.
 */
bool credential_check_bytes(struct span value, enum err_kind kind, struct err *e);

/* The error for a start where every source is unset and the metadata service is off or away. */
bool credential_none(char *const *environ, struct err *e);

/* The name of a source, for --verbose and check. */
const char *credential_source_name(enum credential_source source);

/*
 * Reads an answer of a container or metadata credentials endpoint (SDK reference guide, "Container
 * credential provider"). The bytes go to arena and are kept secret. ERR_TRANSIENT: malformed;
 * ERR_REFUSED: a 200 whose Code is not "Success", which is how the metadata service says no;
 * scratch is for its text and should have room for a whole body.
 */
bool credential_read_json(struct json_value answer, struct buf *scratch, struct buf *arena,
	struct credentials *c, struct err *e);

/*
 * Reads STS's answer to AssumeRoleWithWebIdentity, in XML or in JSON as its first byte tells.
 * ERR_TRANSIENT: malformed.
 */
bool credential_read_sts(struct span body, struct json_doc *scratch, struct buf *arena,
	struct credentials *c, struct err *e);

/* Appends the form that asks STS for them (AWS STS API Reference, AssumeRoleWithWebIdentity). */
void credential_put_sts_form(
	struct buf *b, const char *role_arn, const char *session_name, struct secret token);

#endif
