/*
 * jsmn's code, once and in this file alone. It must come before json.h, which would take the
 * declarations without the code; its conversions are its own affair.
 */
#define JSMN_STATIC
#define JSMN_PARENT_LINKS
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include <jsmn.h>
#pragma GCC diagnostic pop

#include "json/json.h"

#include <limits.h>

#include "json/jsonlint.h"
#include "json/utf8.h"

bool
json_parse(struct json_doc *doc, struct span text, struct json_value *root, struct err *e)
{
	/* jsmn counts bytes in an int. */
	if (text.n > INT_MAX)
		return err_set(
			e, ERR_LIMIT, "JSON: %zu bytes, at most %d are read", text.n, INT_MAX);
	if (!jsonlint(text, e))
		return false;

	jsmn_parser parser;
	jsmn_init(&parser);
	doc->text = text;
	doc->count = jsmn_parse(&parser, text.p, text.n, doc->token, JSON_TOKENS_MAX);
	if (doc->count == JSMN_ERROR_NOMEM)
		return err_set(
			e, ERR_LIMIT, "JSON: more than %d values and names", JSON_TOKENS_MAX);
	if (doc->count < 1 || parser.pos != text.n)
		return err_set(e, ERR_TRANSIENT, "not JSON: the tokens do not cover the text");
	*root = (struct json_value){ doc, 0 };
	return true;
}

static const jsmntok_t *
token_of(struct json_value v)
{
	return &v.doc->token[v.index];
}

struct span
json_raw(struct json_value v)
{
	if (v.doc == NULL)
		return (struct span){ NULL, 0 };
	const jsmntok_t *t = token_of(v);
	return (struct span){ v.doc->text.p + t->start, (size_t)(t->end - t->start) };
}

/* true, false, null and numbers are one type to jsmn; after lint their first bytes differ. */
static enum json_type
primitive_type(char first)
{
	switch (first) {
	case 'n':
		return JSON_NULL;
	case 't':
	case 'f':
		return JSON_BOOL;
	default:
		return JSON_NUMBER;
	}
}

enum json_type
json_type(struct json_value v)
{
	switch (token_of(v)->type) {
	case JSMN_OBJECT:
		return JSON_OBJECT;
	case JSMN_ARRAY:
		return JSON_ARRAY;
	case JSMN_STRING:
		return JSON_STRING;
	case JSMN_PRIMITIVE:
	case JSMN_UNDEFINED:
		break;
	}
	return primitive_type(v.doc->text.p[token_of(v)->start]);
}

const char *
json_type_name(enum json_type type)
{
	switch (type) {
	case JSON_NULL:
		return "null";
	case JSON_BOOL:
		return "a boolean";
	case JSON_NUMBER:
		return "a number";
	case JSON_STRING:
		return "a string";
	case JSON_ARRAY:
		return "an array";
	case JSON_OBJECT:
		break;
	}
	return "an object";
}

/* The first token that is not inside v; tokens are in the order of the text. */
static int
index_behind(struct json_value v)
{
	int end = token_of(v)->end;
	int i = v.index + 1;
	while (i < v.doc->count && v.doc->token[i].start < end)
		i++;
	return i;
}

bool
json_next(struct json_value container, int *at, struct json_value *name, struct json_value *value)
{
	const struct json_doc *doc = container.doc;
	/* The token 0 is the root, which no container holds. */
	int i = *at == 0 ? container.index + 1 : *at;
	if (i >= doc->count || doc->token[i].start >= token_of(container)->end)
		return false;
	if (json_type(container) == JSON_OBJECT)
		*name = (struct json_value){ doc, i++ };
	*value = (struct json_value){ doc, i };
	*at = index_behind(*value);
	return true;
}

bool
json_member(struct json_value object, const char *name, enum json_type type,
	struct json_value *value, struct err *e)
{
	if (json_type(object) != JSON_OBJECT)
		return err_set(e, ERR_TRANSIENT, "%s where an object with \"%s\" is expected",
			json_type_name(json_type(object)), name);

	struct json_value each_name;
	struct json_value each;
	*value = (struct json_value){ NULL, 0 };
	for (int at = 0; json_next(object, &at, &each_name, &each);) {
		if (!json_string_is(each_name, span_of(name)))
			continue;
		if (value->doc != NULL)
			return err_set(e, ERR_TRANSIENT, "member \"%s\": given twice", name);
		*value = each;
	}
	if (value->doc == NULL)
		return true;
	enum json_type found = json_type(*value);
	if (found == JSON_NULL)
		value->doc = NULL;
	return found == type || found == JSON_NULL ||
	       err_set(e, ERR_TRANSIENT, "member \"%s\": %s where %s is expected", name,
		       json_type_name(found), json_type_name(type));
}

bool
json_need(struct json_value object, const char *name, enum json_type type, struct json_value *value,
	struct err *e)
{
	if (!json_member(object, name, type, value, e))
		return false;
	return value->doc != NULL || err_set(e, ERR_TRANSIENT, "member \"%s\": missing", name);
}

/*
 * Takes "uXXXX", and the "\uXXXX" of a low surrogate with it, off *rest (RFC 8259 section 7). Lint
 * has seen the digits and the pair.
 */
static void
unescape_unicode(struct span *rest, struct buf *b)
{
	uint64_t code;
	uint64_t low;
	span_hex(span_skip(*rest, 1), 4, &code);
	*rest = span_skip(*rest, 5);
	if (code >= 0xd800 && code <= 0xdbff) {
		span_hex(span_skip(*rest, 2), 4, &low);
		*rest = span_skip(*rest, 6);
		code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
	}
	utf8_put(b, (uint32_t)code);
}

/* Takes the next character or escape off *rest, which is not empty, and appends what it means. */
static void
unescape_one(struct span *rest, struct buf *b)
{
	if (rest->p[0] != '\\') {
		size_t length = utf8_length(*rest);
		buf_put(b, (struct span){ rest->p, length });
		*rest = span_skip(*rest, length);
		return;
	}

	*rest = span_skip(*rest, 1);
	if (rest->p[0] == 'u') {
		unescape_unicode(rest, b);
		return;
	}
	size_t i = span_find(SPAN("bfnrt"), rest->p[0]);
	buf_put_char(b, i < 5 ? "\b\f\n\r\t"[i] : rest->p[0]);
	*rest = span_skip(*rest, 1);
}

void
json_unescape(struct json_value string, struct buf *b)
{
	struct span rest = json_raw(string);
	while (rest.n > 0)
		unescape_one(&rest, b);
}

bool
json_string_is(struct json_value v, struct span text)
{
	if (json_type(v) != JSON_STRING)
		return false;
	struct span rest = json_raw(v);
	while (rest.n > 0) {
		char bytes[4];
		struct buf one = BUF(bytes);
		unescape_one(&rest, &one);
		if (!span_starts_with(text, buf_span(&one)))
			return false;
		text = span_skip(text, one.len);
	}
	return text.n == 0;
}

void
json_put_string(struct buf *b, struct span s)
{
	buf_put_char(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == '"' || c == '\\')
			buf_printf(b, "\\%c", c);
		else if ((unsigned char)c < 0x20)
			buf_printf(b, "\\u00%02x", (unsigned)(unsigned char)c);
		else
			buf_put_char(b, c);
	}
	buf_put_char(b, '"');
}
