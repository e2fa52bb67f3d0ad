#ifndef CTL_AWS_BODY_H
#define CTL_AWS_BODY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "ctl/base/text.h"
#include "json/json.h"

/* Bodies of requests and responses of AWS JSON services. */

/* Appends s as a JSON string. */
void body_put_string(struct text *t, struct span s);

/* Appends {"NAME":"value", and so on: the separator is a brace or a comma by what is there. */
void body_put_name(struct text *t, const char *name);
void body_put_text(struct text *t, const char *name, struct span value);

/* The text of a string in a response, in memory of memory_get_brief. */
struct span body_unescape(struct json_value string);

/* The members of a response, by body_unescape; absent: empty with p NULL, 0. */
bool body_need_text(struct json_value object, const char *name, struct span *value, struct err *e);
bool body_get_text(struct json_value object, const char *name, struct span *value, struct err *e);
bool body_get_count(struct json_value object, const char *name, uint64_t *value, struct err *e);
bool body_get_time(struct json_value object, const char *name, int64_t *ms, struct err *e);

/* The place in a list of pages; zero at first. */
struct pages {
	struct span token; /* of the next page; empty: the first one, or that was the last */
	struct span seen; /* an earlier one */
	uint64_t number;
};

/*
 * Turns to the page after a response. ERR_FINAL: its token came before, so the list has no end.
 * Each is compared with that of page 1, 2, 4, 8, ... (Brent), which finds any circle.
 */
bool pages_next(struct pages *p, struct json_value response, struct err *e);

#endif
