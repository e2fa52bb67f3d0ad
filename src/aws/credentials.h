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
 * key's id is treated as a secret too, and never printed.
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

/* What the environment configures. Everything borrows from the environment. */
struct credential_plan {
	enum credential_source source;
	struct credentials fixed; /* SOURCE_STATIC */
	const char *role_arn; /* SOURCE_WEB_IDENTITY */
	const char *session_name; /* NULL: ours */
	const char *token_file; /* SOURCE_WEB_IDENTITY, SOURCE_CONTAINER; NULL: none */
	const char *token; /* SOURCE_CONTAINER; NULL: none */
	const char *variable; /* the one that holds the URL; NULL: none */
	bool relative; /* SOURCE_CONTAINER: at the ECS agent's address */
	struct url url; /* SOURCE_CONTAINER, SOURCE_IMDS */
	char url_text[URL_MAX]; /* what url points into, when it was put together here */
};

/*
 * Chooses the source and reads what configures it. Pure, but for secret_keep. ERR_USAGE: half of
 * the static pair, a key that no header field takes, a token file without a role, a bad URI; and
 * nothing configured at all, which lists the variables that were looked at.
 */
bool credential_plan(char *const *environ, struct credential_plan *plan, struct err *e);

/*
 * What a key, a token or a role's name has to be: printable ASCII without blanks. An error of the
 * kind says which byte is another one.
 */
bool credential_check_bytes(struct span value, enum err_kind kind, struct err *e);

/*
 * The error of a start where every source is unset and the metadata service is off or unreachable.
 */
bool credential_none(char *const *environ, struct err *e);

/* The name of a source, for --verbose and check. */
const char *credential_source_name(enum credential_source source);

/*
 * Reads the response of a container or metadata credentials endpoint (SDK reference guide,
 * "Container credential provider"). The bytes go to arena and are kept secret. ERR_TRANSIENT:
 * malformed; ERR_REFUSED: a 200 whose Code is not "Success", which is how the metadata service
 * refuses; scratch is for its text and should have room for a whole body.
 */
bool credential_read_json(struct json_value response, struct buf *scratch, struct buf *arena,
	struct credentials *c, struct err *e);

/*
 * Reads STS's response to AssumeRoleWithWebIdentity, XML or JSON by its first byte.
 * ERR_TRANSIENT: malformed.
 */
bool credential_read_sts(struct span body, struct json_doc *scratch, struct buf *arena,
	struct credentials *c, struct err *e);

/*
 * Appends the form that asks STS for credentials (AWS STS API Reference,
 * AssumeRoleWithWebIdentity).
 */
void credential_put_sts_form(
	struct buf *b, const char *role_arn, const char *session_name, struct secret token);

#endif
