#include "ctl/format/character.h"
#include "ctl/format/reader.h"

/* The scalars that '|' and '>' begin (YAML 1.2 section 8.1). */

struct block {
	bool is_folded;
	char chomping; /* '-', '+', or NUL for one line break at the end */
	size_t indent; /* of its lines; 0: to be found */
};

/* "|", "|-", ">2+" and so on, up to the end of the line. */
static bool
read_header(struct reader *r, size_t indent, struct block *b)
{
	*b = (struct block){ .is_folded = reader_peek(r) == '>' };
	r->at++;
	for (int i = 0; i < 2; i++) {
		const char c = reader_peek(r);
		if (c >= '1' && c <= '9' && b->indent == 0)
			b->indent = indent + (size_t)(c - '0');
		else if ((c == '-' || c == '+') && b->chomping == '\0')
			b->chomping = c;
		else
			break;
		r->at++;
	}
	const size_t end = r->at;
	reader_skip_blanks(r);
	if (reader_peek(r) == '#' && r->at > end)
		r->at += reader_line(r).n;
	return reader_take_break(r) || r->at == r->text.n ||
	       reader_fail(r, "text after the beginning of a block");
}

static size_t
take_blanks(struct reader *r)
{
	const size_t start = r->at;
	while (reader_take(r, SPAN(" ")))
		;
	return r->at - start;
}

/* The first line that is not empty says how far the lines are indented. */
static bool
find_indent(const struct reader *r, size_t outer, struct block *b)
{
	struct reader ahead = *r;
	size_t most = 0;
	size_t blanks = take_blanks(&ahead);
	while (reader_take_break(&ahead)) {
		most = blanks > most ? blanks : most;
		blanks = take_blanks(&ahead);
	}
	if (ahead.at == ahead.text.n || blanks <= outer) {
		b->indent = outer + 1;
		return true;
	}
	b->indent = blanks;
	return most <= blanks ||
	       reader_fail_at(&ahead, ahead.at,
		       "an empty line above is indented more than the first line of the block");
}

static void
put_breaks(struct text *value, size_t count)
{
	for (; count > 0; count--)
		text_put_char(value, '\n');
}

/* Takes empty lines; false: what follows is not a line of the block, or nothing. */
static bool
take_to_line(struct reader *r, const struct block *b, size_t *empty)
{
	for (;;) {
		const size_t start = r->at;
		while (r->at - start < b->indent && reader_take(r, SPAN(" ")))
			;
		if (r->at - start == b->indent && reader_line(r).n > 0)
			return true;
		if (!reader_take_break(r)) {
			r->at = start;
			return false;
		}
		++*empty;
	}
}

static void
read_lines(struct reader *r, const struct block *b, struct text *value)
{
	bool is_first = true;
	bool folds = false; /* whether the line before may be joined with the next */
	bool has_break = false;
	size_t empty = 0;
	while (take_to_line(r, b, &empty)) {
		const struct span line = reader_line(r);
		const bool is_text = !character_is_in(line.p[0], SPAN(" \t"));
		if (!is_first && !(folds && is_text))
			text_put_char(value, '\n');
		else if (!is_first && empty == 0)
			text_put_char(value, ' ');
		put_breaks(value, empty);
		text_put(value, line);
		r->at += line.n;
		has_break = reader_take_break(r);
		folds = b->is_folded && is_text;
		is_first = false;
		empty = 0;
	}
	if (b->chomping != '-' && has_break)
		text_put_char(value, '\n');
	if (b->chomping == '+')
		put_breaks(value, empty);
}

bool
yaml_block(struct reader *r, size_t indent, struct span *value)
{
	struct block b;
	struct text t = { 0 };
	if (!read_header(r, indent, &b))
		return false;
	if (b.indent == 0 && !find_indent(r, indent, &b))
		return false;
	read_lines(r, &b, &t);
	*value = text_span(&t);
	return true;
}
