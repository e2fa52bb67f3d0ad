#include "json/jsonlint.h"

#include <stddef.h>
#include <stdint.h>

#include "json/utf8.h"

/* What the grammar of RFC 8259 allows at a place between two of its tokens. */
enum expect {
	EXPECT_VALUE,
	EXPECT_FIRST_ITEM, /* after '[' */
	EXPECT_FIRST_NAME, /* after '{' */
	EXPECT_NAME, /* after a comma of an object */
	EXPECT_COLON,
	EXPECT_COMMA, /* or the end of the array or object */
	EXPECT_NOTHING, /* the value is complete */
};

struct lint {
	struct span text;
	size_t at;
	enum expect expect;
	unsigned depth;
	bool is_object[JSON_DEPTH_MAX]; /* the open arrays and objects, outermost first */
	struct err *e;
};

static bool
fail(struct lint *l, const char *why)
{
	return err_set(l->e, ERR_TRANSIENT, "not JSON: byte %zu: %s", l->at + 1, why);
}

/* The byte to look at; NUL at the end, which the grammar allows nowhere. */
static char
peek(const struct lint *l)
{
	return l->at < l->text.n ? l->text.p[l->at] : '\0';
}

static bool
take(struct lint *l, char c)
{
	if (l->at == l->text.n || l->text.p[l->at] != c)
		return false;
	l->at++;
	return true;
}

/* RFC 8259 section 2: ws. */
static void
skip_blanks(struct lint *l)
{
	while (take(l, ' ') || take(l, '\t') || take(l, '\n') || take(l, '\r'))
		;
}

static bool
lint_digits(struct lint *l)
{
	if (!ascii_is_digit(peek(l)))
		return fail(l, "a digit is expected");
	while (ascii_is_digit(peek(l)))
		l->at++;
	return true;
}

/* Section 6. */
static bool
lint_number(struct lint *l)
{
	take(l, '-');
	if (!take(l, '0') && !lint_digits(l))
		return false;
	if (take(l, '.') && !lint_digits(l))
		return false;
	if (!take(l, 'e') && !take(l, 'E'))
		return true;
	if (!take(l, '+'))
		take(l, '-');
	return lint_digits(l);
}

/* What follows the place. */
static struct span
rest_of(const struct lint *l)
{
	return span_skip(l->text, l->at);
}

static bool
lint_hex4(struct lint *l, uint64_t *code)
{
	size_t digits = span_hex(rest_of(l), 4, code);
	l->at += digits;
	return digits == 4 || fail(l, "\\u without four hexadecimal digits");
}

/* After "\u". A high surrogate must be followed by the escape of a low one (section 7). */
static bool
lint_unicode_escape(struct lint *l)
{
	uint64_t code;
	uint64_t low = 0;
	if (!lint_hex4(l, &code))
		return false;
	if (code < 0xd800 || code > 0xdfff)
		return true;
	bool pair = code <= 0xdbff && take(l, '\\') && take(l, 'u');
	if (pair && !lint_hex4(l, &low))
		return false;
	return (low >= 0xdc00 && low <= 0xdfff) || fail(l, "a lone surrogate");
}

/* After the backslash. */
static bool
lint_escape(struct lint *l)
{
	if (take(l, 'u'))
		return lint_unicode_escape(l);
	if (span_find(SPAN("\"\\/bfnrt"), peek(l)) == 8)
		return fail(l, "an unknown escape");
	l->at++;
	return true;
}

/* Section 7. */
static bool
lint_string(struct lint *l)
{
	if (!take(l, '"'))
		return fail(l, "a string is expected");
	while (!take(l, '"')) {
		if (l->at == l->text.n)
			return fail(l, "a string without an end");
		if (take(l, '\\')) {
			if (!lint_escape(l))
				return false;
			continue;
		}
		if ((unsigned char)peek(l) < 0x20)
			return fail(l, "a control character in a string");
		size_t length = utf8_length(rest_of(l));
		if (length == 0)
			return fail(l, "a string that is not UTF-8");
		l->at += length;
	}
	return true;
}

static bool
lint_literal(struct lint *l)
{
	struct span literals = SPAN("true false null");
	struct span literal;
	while (span_word(&literals, " ", &literal)) {
		if (span_starts_with(rest_of(l), literal)) {
			l->at += literal.n;
			return true;
		}
	}
	return fail(l, "a value is expected");
}

static bool
open_container(struct lint *l, bool is_object)
{
	if (l->depth == JSON_DEPTH_MAX)
		return err_set(l->e, ERR_LIMIT, "JSON: byte %zu: nested deeper than %d levels",
			l->at + 1, JSON_DEPTH_MAX);
	l->is_object[l->depth++] = is_object;
	l->expect = is_object ? EXPECT_FIRST_NAME : EXPECT_FIRST_ITEM;
	l->at++;
	return true;
}

static bool
after_value(struct lint *l)
{
	l->expect = l->depth == 0 ? EXPECT_NOTHING : EXPECT_COMMA;
	return true;
}

static bool
close_container(struct lint *l)
{
	l->depth--;
	l->at++;
	return after_value(l);
}

static bool
lint_value(struct lint *l)
{
	char c = peek(l);
	if (c == '{' || c == '[')
		return open_container(l, c == '{');
	bool ok;
	if (c == '"')
		ok = lint_string(l);
	else if (c == '-' || ascii_is_digit(c))
		ok = lint_number(l);
	else
		ok = lint_literal(l);
	return ok && after_value(l);
}

static bool
lint_name(struct lint *l)
{
	l->expect = EXPECT_COLON;
	return lint_string(l);
}

static bool
lint_comma(struct lint *l)
{
	bool is_object = l->is_object[l->depth - 1];
	if (peek(l) == (is_object ? '}' : ']'))
		return close_container(l);
	l->expect = is_object ? EXPECT_NAME : EXPECT_VALUE;
	if (!take(l, ','))
		return fail(l, is_object ? "a comma or } is expected" : "a comma or ] is expected");
	return true;
}

/* One token of the grammar. */
static bool
lint_token(struct lint *l)
{
	switch (l->expect) {
	case EXPECT_VALUE:
		return lint_value(l);
	case EXPECT_FIRST_ITEM:
		return peek(l) == ']' ? close_container(l) : lint_value(l);
	case EXPECT_FIRST_NAME:
		return peek(l) == '}' ? close_container(l) : lint_name(l);
	case EXPECT_NAME:
		return lint_name(l);
	case EXPECT_COLON:
		l->expect = EXPECT_VALUE;
		return take(l, ':') || fail(l, "a colon is expected");
	case EXPECT_COMMA:
		return lint_comma(l);
	case EXPECT_NOTHING:
		break;
	}
	return fail(l, "more text after the value");
}

static bool
lint(struct lint *l)
{
	skip_blanks(l);
	while (l->at < l->text.n) {
		if (!lint_token(l))
			return false;
		skip_blanks(l);
	}
	return l->expect == EXPECT_NOTHING || fail(l, "the text ends too early");
}

bool
jsonlint_find(struct span text, size_t *at, struct err *e)
{
	struct lint l = { .text = text, .expect = EXPECT_VALUE, .e = e };
	bool ok = lint(&l);
	*at = l.at;
	return ok;
}

bool
jsonlint(struct span text, struct err *e)
{
	size_t at;
	return jsonlint_find(text, &at, e);
}
