#include "base/quote.h"
#include "ctl/base/memory.h"
#include "ctl/format/reader.h"
#include "json/json.h"
#include "json/jsonlint.h"

/*
 * A walk over the members of one object, which lint has accepted as a whole. It makes no tokens
 * of the file: their number has a bound, which fits what AWS sends, while a file may have any
 * number of keys.
 */

static void
skip_blanks(struct reader *r)
{
	while (reader_take(r, SPAN(" ")) || reader_take_break(r) || reader_take(r, SPAN("\t")))
		;
}

/* The string at r->at with its quotes. */
static struct span
take_string(struct reader *r)
{
	const size_t start = r->at++;
	while (reader_peek(r) != '"')
		r->at += reader_peek(r) == '\\' ? 2 : 1;
	r->at++;
	return (struct span){ r->text.p + start, r->at - start };
}

/* Unescaped. NUL is what no parameter and no variable can hold. */
static bool
read_string(struct reader *r, struct span *value)
{
	static struct json_doc doc;
	struct json_value root;
	const size_t start = r->at;
	if (!json_parse(&doc, take_string(r), &root, r->e))
		return reader_place(r, start);
	struct text t = { 0 };
	struct buf b = text_room(&t, json_raw(root).n);
	json_unescape(root, &b);
	text_wrote(&t, &b);
	*value = text_span(&t);
	return span_find(*value, '\0') == value->n ||
	       reader_fail_at(r, start, "a string with a NUL character (\\u0000)");
}

/* A number, true or false, as it is written. */
static struct span
take_word(struct reader *r)
{
	const struct span rest = reader_rest(r);
	const size_t n = span_alnum(rest, "+-.");
	r->at += n;
	return (struct span){ rest.p, n };
}

static bool
read_value(struct reader *r, struct span key, struct span *value)
{
	struct quoted_long q;
	switch (reader_peek(r)) {
	case '"':
		return read_string(r, value) || err_ctx(r->e, "key %s", quote_name(&q, key));
	case '{':
		return reader_fail(
			r, "key %s: an object, where text is expected", quote_name(&q, key));
	case '[':
		return reader_fail(
			r, "key %s: an array, where text is expected", quote_name(&q, key));
	case 'n':
		return reader_fail(r,
			"key %s: null, where text is expected; \"\" is the empty text",
			quote_name(&q, key));
	default:
		*value = take_word(r);
		return true;
	}
}

static bool
read_member(struct reader *r)
{
	struct span key = { 0 };
	struct span value = { 0 };
	if (!read_string(r, &key))
		return false;
	skip_blanks(r);
	reader_take(r, SPAN(":"));
	skip_blanks(r);
	if (!read_value(r, key, &value))
		return false;
	pairs_add(r->pairs, key, value);
	return true;
}

bool
json_read(struct reader *r)
{
	size_t at;
	if (!jsonlint_find(r->text, &at, r->e)) {
		r->e->kind = ERR_USAGE;
		return reader_place(r, at);
	}
	skip_blanks(r);
	if (!reader_take(r, SPAN("{")))
		return reader_fail(r, "an object of keys and texts is expected");
	skip_blanks(r);
	while (!reader_take(r, SPAN("}"))) {
		if (!read_member(r))
			return false;
		skip_blanks(r);
		reader_take(r, SPAN(","));
		skip_blanks(r);
	}
	return true;
}
