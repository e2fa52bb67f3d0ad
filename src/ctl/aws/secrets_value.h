#ifndef CTL_AWS_SECRETS_VALUE_H
#define CTL_AWS_SECRETS_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "ctl/aws/store.h"
#include "ctl/base/text.h"

/*
 * The value of a secret that holds a service, as chamber v3 has it: a JSON object whose members are
 * the keys. One more, _chamber_metadata, is a string with JSON again:
 * {"KEY":{"created":"RFC 3339","created_by":"ARN","version":N}}. Keys that somebody else put into
 * the secret are not in it. Nobody is asked here.
 */

/* The name of the member that is not a key. */
#define SECRETS_METADATA SPAN("_chamber_metadata")

/* A key. */
struct secrets_member {
	struct span name;
	struct span json; /* its value, as it is in the secret */
	struct span value; /* a string's text; the JSON of anything else */
};

/* What the metadata say of a key. */
struct secrets_note {
	struct span key;
	struct span json; /* as it is in the metadata */
	struct span user; /* p is NULL: not known */
	uint64_t version; /* 0: not known */
	int64_t time;
};

struct secrets_value {
	struct secrets_member *member; /* in the order of the secret, without the metadata */
	size_t members;
	struct secrets_note *note;
	size_t notes;
	bool has_metadata;
};

/*
 * Takes a secret's text apart; the result lives as memory_get's, and points into text. ERR_REFUSED:
 * it is not a JSON object, has a member twice, or its metadata are damaged.
 */
bool secrets_value_read(struct span text, struct secrets_value *v, struct err *e);

/* NULL: there is none. */
const struct secrets_member *secrets_value_find(const struct secrets_value *v, struct span key);
const struct secrets_note *secrets_value_note(const struct secrets_value *v, struct span key);

/* The item of a key, with its value; *item is zero when there is no such key. */
void secrets_value_item(const struct secrets_value *v, struct span key, struct item *item);

/* All items, with or without values. */
void secrets_value_items(const struct secrets_value *v, bool with_values, struct items *items);

/* What becomes of one key. */
struct secrets_change {
	struct span key;
	struct span value; /* p is NULL: it is removed */
};

/* What is to become of a secret, and who wants it. Each key is there once. */
struct secrets_edit {
	const struct secrets_change *change;
	size_t changes;
	struct span user;
	int64_t time;
};

/* The version that a key gets when it is written. */
uint64_t secrets_value_next(const struct secrets_value *v, struct span key);

/*
 * Appends the secret with the edit in it. Everything else is kept: members that are no strings and
 * what the metadata say of other keys have the same JSON as before.
 */
void secrets_value_put(
	const struct secrets_value *v, const struct secrets_edit *edit, struct text *out);

/*
 * Whether v has the edit, or was written by somebody who had read it. version has for each change
 * the version that the key got or, where it was removed, had.
 */
bool secrets_value_has(
	const struct secrets_value *v, const struct secrets_edit *edit, const uint64_t *version);

#endif
