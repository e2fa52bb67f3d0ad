#ifndef CTL_PROFILE_INI_H
#define CTL_PROFILE_INI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"

/*
 * The format of ~/.aws/config and ~/.aws/credentials (AWS SDKs and Tools Reference Guide, "Shared
 * config and credentials files", and what the AWS CLI and the SDK for Go read beyond that page):
 *
 *   [section]           a comment begins a line with # or ;
 *   name = value        the first = or : separates; a comment ends it with # or ; after a blank
 *   name =
 *     nested = value    deeper than the setting, whose own value is empty
 *
 * Blanks around names and values do not count, nor does the case of names. A section may occur
 * again. A deeper line below a value continues that value in some readers and is ignored by others;
 * it is reported here, for the reader of that setting to refuse.
 */

/* A setting, or the beginning of a section. It points into the text. */
struct ini_entry {
	const char *path; /* the file, for messages */
	unsigned line;
	unsigned continued; /* a line that is deeper than this setting and its value; 0: none */
	struct span section; /* what the brackets hold */
	struct span parent; /* of a nested setting; empty: it is not nested */
	struct span name; /* empty: the section's beginning */
	struct span value;
};

/* All of a file in its order; begins as all zeros. */
struct ini {
	struct ini_entry *entry;
	size_t count;
	size_t cap;
};

/*
 * Pure. The text must stay. ERR_USAGE, with path and line and nothing of the text, for a line that
 * is neither section, setting nor comment, a setting outside a section, a control character.
 */
bool ini_read(const char *path, struct span text, struct ini *ini, struct err *e);

#endif
