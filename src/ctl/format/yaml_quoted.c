#include "ctl/format/character.h"
#include "ctl/format/reader.h"

/*
 * Takes the line breaks and the blanks around them: one break is read as a blank, and of more the
 * first is left out (YAML 1.2 section 6.5). Blanks before it are removed down to kept bytes: those
 * were written as escapes.
 */
static void
fold(struct reader *r, struct text *value, size_t kept)
{
	size_t breaks = 0;
	while (value->n > kept && character_is_in(value->p[value->n - 1], SPAN(" \t")))
		value->n--;
	while (reader_take_break(r)) {
		breaks++;
		reader_skip_blanks(r);
	}
	if (breaks == 1)
		text_put_char(value, ' ');
	for (; breaks > 1; breaks--)
		text_put_char(value, '\n');
}

/* A backslash at the end of a line: the break is left out, and the blanks that indent the next. */
static bool
take_escaped_break(struct reader *r, struct text *value)
{
	if (!reader_take_break(r))
		return false;
	reader_skip_blanks(r);
	while (reader_take_break(r)) {
		text_put_char(value, '\n');
		reader_skip_blanks(r);
	}
	return true;
}

/* \xNN, \uNNNN and \UNNNNNNNN. JSON's pairs of surrogates are one character. */
static bool
read_hex_escape(struct reader *r, size_t digits, struct text *value)
{
	uint64_t code;
	uint64_t low = 0;
	const size_t start = r->at;
	if (span_hex(span_skip(reader_rest(r), 1), digits, &code) < digits)
		return reader_fail(r, "an escape with less than %zu hexadecimal digits", digits);
	r->at += 1 + digits;
	if (code >= 0xd800 && code <= 0xdbff && reader_take(r, SPAN("\\u")) &&
		span_hex(reader_rest(r), 4, &low) == 4 && low >= 0xdc00 && low <= 0xdfff) {
		r->at += 4;
		code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
	}
	if (code == 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return reader_fail_at(r, start, "an escape of a character that text must not have");
	character_put(value, (uint32_t)code);
	return true;
}

/* After the backslash (YAML 1.2 section 5.7). */
static bool
read_escape(struct reader *r, struct text *value)
{
	static const struct span names = { "abt\tnvfre \"/\\N_LP", 17 };
	static const uint32_t codes[] = { '\a', '\b', '\t', '\t', '\n', '\v', '\f', '\r', 0x1b, ' ',
		'"', '/', '\\', 0x85, 0xa0, 0x2028, 0x2029 };
	_Static_assert(sizeof(codes) / sizeof(*codes) == 17, "each name has a code");
	const size_t i = span_find(names, reader_peek(r));
	if (i < names.n) {
		character_put(value, codes[i]);
		r->at++;
		return true;
	}
	switch (reader_peek(r)) {
	case 'x':
		return read_hex_escape(r, 2, value);
	case 'u':
		return read_hex_escape(r, 4, value);
	case 'U':
		return read_hex_escape(r, 8, value);
	case '0':
		return reader_fail(r, "an escape of a character that text must not have");
	default:
		return take_escaped_break(r, value) || reader_fail(r, "an unknown escape");
	}
}

/* One byte, one escape or the breaks at the end of a line. */
static bool
read_one(struct reader *r, char quote, struct text *value, size_t *kept)
{
	const char c = reader_peek(r);
	if (c == '\n' || c == '\r') {
		fold(r, value, *kept);
		return true;
	}
	r->at++;
	if (c != '\\' || quote == '\'') {
		text_put_char(value, c);
		return true;
	}
	if (!read_escape(r, value))
		return false;
	*kept = value->n;
	return true;
}

bool
yaml_quoted(struct reader *r, struct span *value)
{
	struct text t = { 0 };
	const size_t start = r->at++;
	const char quote = r->text.p[start];
	size_t kept = 0;
	while (r->at < r->text.n) {
		if (quote == '\'' && reader_take(r, SPAN("''"))) {
			text_put_char(&t, '\'');
			continue;
		}
		if (reader_peek(r) == quote) {
			r->at++;
			*value = text_span(&t);
			return true;
		}
		if (!read_one(r, quote, &t, &kept))
			return false;
	}
	return reader_fail_at(r, start, "a quote (%c) without its end", quote);
}

/* The part of a line before " #" and before the blanks at its end. */
static bool
take_plain_line(struct reader *r, struct text *value)
{
	struct span line = reader_line(r);
	for (size_t i = 0; i < line.n; i++) {
		const bool is_last = i + 1 == line.n;
		if (line.p[i] == ':' && (is_last || character_is_in(line.p[i + 1], SPAN(" \t"))))
			return reader_fail_at(r, r->at + i,
				"':' and a blank in a value that is not in quotes: " YAML_FLAT);
		if (line.p[i] == '#' && i > 0 && character_is_in(line.p[i - 1], SPAN(" \t")))
			line.n = i;
	}
	r->at += line.n;
	text_put(value, span_trim(line));
	return true;
}

/* Takes what is between a line of a value and the next one; false: there is no next one. */
static bool
take_continuation(struct reader *r, size_t indent, struct text *value)
{
	struct reader ahead = *r;
	size_t breaks = 0;
	size_t start = 0;
	while (reader_take_break(&ahead)) {
		breaks++;
		start = ahead.at;
		reader_skip_blanks(&ahead);
	}
	size_t depth = start;
	while (depth < ahead.at && r->text.p[depth] == ' ')
		depth++;
	if (breaks == 0 || depth - start <= indent || ahead.at == r->text.n ||
		reader_peek(&ahead) == '#')
		return false;
	fold(r, value, value->n);
	return true;
}

bool
yaml_plain(struct reader *r, size_t indent, struct span *value)
{
	struct text t = { 0 };
	do {
		if (!take_plain_line(r, &t))
			return false;
	} while (take_continuation(r, indent, &t));
	*value = text_span(&t);
	return true;
}
