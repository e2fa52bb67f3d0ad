#include "base/quote.h"
#include "ctl/format/character.h"
#include "ctl/format/reader.h"

/*
 * The part of YAML 1.2 that holds what JSON's objects of strings hold: one mapping of scalars. All
 * scalars are text as they are written; what would be null is an error.
 */

/* The production c-printable, of which the byte order mark is only allowed at the start. */
static bool
is_printable(uint32_t code)
{
	if (code == '\t' || code == '\n' || code == '\r' || code == 0x85)
		return true;
	return !character_is_control(code) && code != 0xfeff && code != 0xfffe && code != 0xffff;
}

static bool
check_printable(const struct reader *r)
{
	struct span rest = r->text;
	struct character c;
	while (character_take(&rest, &c)) {
		if (!is_printable(c.code))
			return reader_fail_at(r, (size_t)(c.bytes.p - r->text.p),
				"a character that YAML allows only as an escape");
	}
	return true;
}

static bool
is_blank_at(const struct reader *r, size_t ahead)
{
	const size_t at = r->at + ahead;
	return at >= r->text.n || character_is_in(r->text.p[at], SPAN(" \t\r\n"));
}

/* "---", "- ": an indicator and a blank or the end of the line after it. */
static bool
is_mark(const struct reader *r, struct span mark)
{
	return span_starts_with(reader_rest(r), mark) && is_blank_at(r, mark.n);
}

static bool
is_at_comment(const struct reader *r)
{
	return reader_peek(r) == '#' &&
	       (r->at == 0 || character_is_in(r->text.p[r->at - 1], SPAN(" \t\r\n")));
}

/* Blanks, a comment and the line break. */
static bool
take_line_end(struct reader *r)
{
	reader_skip_blanks(r);
	if (is_at_comment(r))
		r->at += reader_line(r).n;
	return reader_take_break(r) || r->at == r->text.n;
}

/*
 * Takes empty lines and comments, then the blanks that indent the next line: *indent is how many.
 * At the end of the text *indent is 0.
 */
static bool
take_indentation(struct reader *r, size_t *indent)
{
	size_t start;
	do {
		start = r->at;
	} while (r->at < r->text.n && take_line_end(r));
	r->at = start;
	while (reader_take(r, SPAN(" ")))
		;
	*indent = r->at - start;
	return reader_peek(r) != '\t' || reader_fail(r, "a tab; YAML is indented with blanks");
}

/* What a key and a value cannot begin with here. NULL: it can. */
static const char *
foreign(const struct reader *r)
{
	if (is_mark(r, SPAN("-")))
		return "a sequence";
	if (is_mark(r, SPAN("?")))
		return "a complex key";
	switch (reader_peek(r)) {
	case '&':
		return "an anchor";
	case '*':
		return "an alias";
	case '!':
		return "a tag";
	case '{':
		return "a flow mapping";
	case '[':
		return "a flow sequence";
	case '%':
	case '@':
	case '`':
	case ',':
	case ']':
	case '}':
		return "a character that must be in quotes at this place";
	default:
		return NULL;
	}
}

/* Up to ": " or a ":" that ends the line. */
static bool
read_plain_key(struct reader *r, struct span *key)
{
	const size_t start = r->at;
	const size_t end = r->at + reader_line(r).n;
	while (r->at < end && !is_at_comment(r) && !is_mark(r, SPAN(":")))
		r->at++;
	*key = span_trim((struct span){ r->text.p + start, r->at - start });
	if (span_eq(*key, SPAN("<<")))
		return reader_fail_at(r, start, "a merge key: " YAML_FLAT);
	return true;
}

static bool
read_key(struct reader *r, struct span *key)
{
	const char *what = foreign(r);
	const size_t start = r->at;
	const char first = reader_peek(r);
	if (what != NULL)
		return reader_fail(r, "%s: " YAML_FLAT, what);
	if (first == '"' || first == '\'' ? !yaml_quoted(r, key) : !read_plain_key(r, key))
		return false;
	reader_skip_blanks(r);
	if (!is_mark(r, SPAN(":")))
		return reader_fail_at(r, start, "a key, ':' and a blank are expected");
	r->at++;
	return true;
}

/* Where nothing follows the key: what is on the lines below, or nothing. */
static bool
fail_missing(struct reader *r, size_t indent)
{
	struct reader below = *r;
	size_t depth;
	if (!take_line_end(&below) || !take_indentation(&below, &depth))
		return false;
	if (depth > indent || (depth == indent && is_mark(&below, SPAN("-"))))
		return reader_fail_at(r, below.at, "a nested value: " YAML_FLAT);
	return reader_fail(r, "no value, where text is expected; \"\" is the empty text");
}

static bool
is_null(struct span value)
{
	return span_eq(value, SPAN("~")) || span_eq(value, SPAN("null")) ||
	       span_eq(value, SPAN("Null")) || span_eq(value, SPAN("NULL"));
}

static bool
read_plain_value(struct reader *r, size_t indent, struct span *value)
{
	const char *what = foreign(r);
	const size_t start = r->at;
	if (what != NULL)
		return reader_fail(r, "%s: " YAML_FLAT, what);
	if (!yaml_plain(r, indent, value))
		return false;
	return !is_null(*value) ||
	       reader_fail_at(r, start, "null, where text is expected; \"\" is the empty text");
}

static bool
read_value(struct reader *r, size_t indent, struct span *value)
{
	while (reader_take(r, SPAN(" ")))
		;
	const char first = reader_peek(r);
	if (first == '|' || first == '>')
		return yaml_block(r, indent, value);
	if (is_blank_at(r, 0) && first != '\t')
		return fail_missing(r, indent);
	if (is_at_comment(r))
		return fail_missing(r, indent);
	if (first == '\t')
		return reader_fail(r, "a tab; YAML has blanks before a value");
	if (first == '"' || first == '\'' ? !yaml_quoted(r, value)
					  : !read_plain_value(r, indent, value))
		return false;
	return take_line_end(r) || reader_fail(r, "text after the value");
}

static bool
read_pair(struct reader *r, size_t indent)
{
	struct quoted_long q;
	struct span key = { 0 };
	struct span value = { 0 };
	if (!read_key(r, &key))
		return false;
	if (!read_value(r, indent, &value))
		return err_ctx(r->e, "key %s", quote_name(&q, key));
	pairs_add(r->pairs, key, value);
	return true;
}

/* Directives, and the "---" that may begin the document. */
static bool
take_start(struct reader *r)
{
	size_t indent;
	if (!take_indentation(r, &indent))
		return false;
	while (indent == 0 && reader_peek(r) == '%') {
		r->at += reader_line(r).n;
		if (!take_indentation(r, &indent))
			return false;
	}
	if (indent == 0 && is_mark(r, SPAN("---"))) {
		r->at += 3;
		return take_line_end(r) ||
		       reader_fail(r, "the document must begin on the line after '---'");
	}
	r->at -= indent;
	return true;
}

/* "..." ends the document, and nothing may follow; "---" would begin another. */
static bool
read_end(struct reader *r)
{
	size_t indent;
	if (is_mark(r, SPAN("...")))
		r->at += 3;
	if (take_line_end(r) && !take_indentation(r, &indent))
		return false;
	return r->at == r->text.n || reader_fail(r, "a second document: " YAML_FLAT);
}

static bool
read_mapping(struct reader *r)
{
	size_t outer;
	size_t indent;
	if (!take_indentation(r, &outer))
		return false;
	r->at -= outer;
	while (take_indentation(r, &indent)) {
		if (r->at == r->text.n)
			return true;
		if (indent == 0 && (is_mark(r, SPAN("...")) || is_mark(r, SPAN("---"))))
			return read_end(r);
		if (indent != outer)
			return reader_fail(r,
				"a line indented by %zu, but the keys are indented by %zu: %s",
				indent, outer, YAML_FLAT);
		if (!read_pair(r, indent))
			return false;
	}
	return false;
}

bool
yaml_read(struct reader *r)
{
	if (!take_start(r))
		return false;
	struct reader ahead = *r;
	size_t indent;
	if (!take_indentation(&ahead, &indent))
		return false;
	/* JSON is YAML; its errors say what is expected more precisely. */
	if (reader_peek(&ahead) == '{')
		return json_read(r) || err_hint(r->e, YAML_FLAT ", and JSON");
	return check_printable(r) && read_mapping(r);
}
