#ifndef CTL_AWS_SSM_COMMON_H
#define CTL_AWS_SSM_COMMON_H

#include <stdbool.h>

#include "base/span.h"
#include "ctl/aws/store.h"
#include "ctl/base/text.h"

/* What the files of Parameter Store share; for ctl/aws/ssm*.c alone. */

/* Appends "/service/key". */
void ssm_put_name(struct text *body, struct span service, struct span key);

/* The part of a name after its last slash, pointing into it. */
struct span ssm_last_part(struct span name);

/* Whether the last question was refused with this code. */
bool ssm_is_code(const struct store *s, const char *code);

/* Appends "Tags":[...] for a body. */
void ssm_put_tags(struct text *body, const struct tag *tag, size_t count);

/* Operations of store_ops, as ctl/aws/store.h describes them. */
bool ssm_write(const struct store *s, const struct store_write *w, uint64_t *version,
	bool *is_taken, struct err *e);
bool ssm_remove(const struct store *s, struct store_removal *r, struct err *e);
bool ssm_read_tags(const struct store *s, struct span service, struct span key, struct tags *tags,
	struct err *e);
bool ssm_add_tags(const struct store *s, struct span service, struct span key,
	const struct tags *tags, struct err *e);
bool ssm_remove_tags(const struct store *s, struct span service, struct span key,
	const struct tags *tags, struct err *e);

#endif
