#ifndef CTL_AWS_SECRETS_JOB_H
#define CTL_AWS_SECRETS_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ctl/aws/secrets_common.h"

/* Writing to a secret; for ctl/aws/secrets*.c alone. */

/* How often the edit is made again. */
#define SECRETS_ATTEMPTS_MAX 8

/* One edit of a secret. */
struct secrets_job {
	const struct store *store;
	struct span service;
	const char *doing;
	struct span kms_key; /* of a new secret; empty: the account's default */
	struct secrets_edit edit;
	uint64_t *version; /* that each change's key gets or, where it is removed, had */

	struct secrets_version base; /* that the edit is made on */
	bool was_checked; /* that it may be written to */
	bool has_no_stage; /* CHAMBERn finds no room */
	struct span own[SECRETS_ATTEMPTS_MAX]; /* the versions that were written here */
	size_t attempts;
};

/* Reads the secret as it is now into the base. */
bool secrets_job_read(struct secrets_job *j, struct err *e);

/* Makes the edit on the base and writes it, until it has replaced nothing that it does not have. */
bool secrets_job_run(struct secrets_job *j, struct err *e);

/* Writes the text of a secret; *is_new: it was not there before. */
bool secrets_put(struct secrets_job *j, struct span text, bool *is_new, struct err *e);

/* Asks what is known of the secret without its value; verb begins the error. */
bool secrets_describe(
	const struct secrets_job *j, const char *verb, struct json_value *root, struct err *e);

#endif
