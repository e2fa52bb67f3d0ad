#ifndef JSON_JSON_H
#define JSON_JSON_H

#include <stdbool.h>

/*
 * Not JSMN_STRICT: it refuses a number that ends the text, and jsonlint has refused
 * everything else that it would refuse.
 */
#define JSMN_HEADER
#define JSMN_PARENT_LINKS
#include <jsmn.h>

#include "base/bounds.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/* A cursor over one JSON text. Pure; the caller owns text and tokens, which must stay. */
struct json_doc {
	struct span text;
	int count;
	jsmntok_t token[JSON_TOKENS_MAX];
};

enum json_type {
	JSON_NULL,
	JSON_BOOL,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};

/* One value of a document. */
struct json_value {
	const struct json_doc *doc; /* NULL: the member is absent */
	int index;
};

/*
 * Lints text, then makes tokens of it; *root is the whole. The document borrows text. ERR_TRANSIENT
 * for text that is not JSON (malformed), ERR_LIMIT for more than
 * JSON_TOKENS_MAX values and names, JSON_DEPTH_MAX levels or INT_MAX bytes.
 */
bool json_parse(struct json_doc *doc, struct span text, struct json_value *root, struct err *e);

enum json_type json_type(struct json_value v);

/* "an object", "a string", ...: for messages. */
const char *json_type_name(enum json_type type);

/* A value's text, still escaped, a string's without its quotes; "" for an absent value. */
struct span json_raw(struct json_value v);

/*
 * The member of that name (compared after unescaping) of an object, with doc NULL when there is
 * none; null counts as absent. An error (ERR_TRANSIENT) when object is not an object, the name is
 * repeated or its value is of another type; the message names the member.
 */
bool json_member(struct json_value object, const char *name, enum json_type type,
	struct json_value *value, struct err *e);

/* Like json_member, and an absent one is an error too. */
bool json_need(struct json_value object, const char *name, enum json_type type,
	struct json_value *value, struct err *e);

/*
 * Walks an array or the members of an object in order: start with *at = 0 and call until it
 * returns false. For an object *name is the member's name (a string value), else it is untouched.
 */
bool json_next(
	struct json_value container, int *at, struct json_value *name, struct json_value *value);

/*
 * Appends the unescaped bytes of a string (UTF-8; \u0000 becomes a NUL byte), as many whole
 * characters as fit; of an absent one nothing. Check b->overflow.
 */
void json_unescape(struct json_value string, struct buf *b);

/* Whether v is a string that, unescaped, equals text. */
bool json_string_is(struct json_value v, struct span text);

/*
 * Appends s as a JSON string with its quotes; bytes above 0x7f are not changed, so it is JSON
 * when s is UTF-8.
 */
void json_put_string(struct buf *b, struct span s);

#endif
