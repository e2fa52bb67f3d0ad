#ifndef CTL_AWS_SECRETS_COMMON_H
#define CTL_AWS_SECRETS_COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aws/secretsmanager.h"
#include "base/err.h"
#include "base/span.h"
#include "ctl/aws/secrets_value.h"
#include "ctl/aws/store.h"
#include "ctl/base/text.h"

/* What the files of Secrets Manager share; for ctl/aws/secrets*.c alone. */

/* One version of a secret. */
struct secrets_version {
	bool is_there; /* else all is empty: no such secret, stage or version */
	struct span id;
	struct secrets_value value;
};

struct secrets_question {
	struct secretsmanager_question what;
	const char *doing; /* begins the error: "read db-password of kops" */
	bool may_skip; /* a version that cannot be taken apart is one that is not there */
};

/* GetSecretValue; what it finds lives as memory_get's. ERR_REFUSED: it is not a JSON object. */
bool secrets_get(const struct store *s, const struct secrets_question *q,
	struct secrets_version *version, struct err *e);

/* Asks about a secret, body without its closing brace; q has target and doing. */
bool secrets_ask(const struct store *s, struct client_question *q, struct text *body,
	struct json_value *root, struct err *e);

/* Whether the last question was refused with this code. */
bool secrets_is_code(const struct store *s, const char *code);

/* Operations of store_ops, as ctl/aws/store.h describes them. */
bool secrets_find_version(
	const struct store *s, const struct store_key *k, struct item *item, struct err *e);
bool secrets_history(const struct store *s, struct span service, struct span key,
	struct items *items, struct err *e);
bool secrets_write(const struct store *s, const struct store_write *w, uint64_t *version,
	bool *is_taken, struct err *e);
bool secrets_write_all(
	const struct store *s, const struct store_write *w, size_t count, struct err *e);
bool secrets_remove(const struct store *s, struct store_removal *r, struct err *e);

#endif
