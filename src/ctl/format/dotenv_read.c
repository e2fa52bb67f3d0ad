#include "base/quote.h"
#include "ctl/format/reader.h"

/*
 * Lines NAME=value or export NAME=value. There is no standard; this is what python-dotenv and
 * docker compose have in common, and what dotenv_write writes. Nothing is expanded: $NAME stays as
 * it is.
 */

/*
 * After a backslash. Between single quotes only the first two are escapes; a backslash before
 * something else stays, as in a shell.
 */
static void
take_escape(struct reader *r, char quote, struct text *value)
{
	const struct span escapes = { "\\'\"$`nrtabfv", quote == '"' ? 12 : 2 };
	const size_t i = span_find(escapes, reader_peek(r));
	if (i == escapes.n) {
		text_put_char(value, '\\');
		return;
	}
	text_put_char(value, "\\'\"$`\n\r\t\a\b\f\v"[i]);
	r->at++;
}

/* May go on over lines. In a file of Windows, where these end in "\r\n", the value has "\n". */
static bool
read_quoted(struct reader *r, struct span *value)
{
	struct text t = { 0 };
	const size_t start = r->at++;
	const char quote = r->text.p[start];
	while (r->at < r->text.n && reader_peek(r) != quote) {
		if (reader_take(r, SPAN("\r\n")))
			text_put_char(&t, '\n');
		else if (reader_take(r, SPAN("\\")))
			take_escape(r, quote, &t);
		else
			text_put_char(&t, r->text.p[r->at++]);
	}
	if (r->at == r->text.n)
		return reader_fail_at(r, start, "a quote (%c) without its end", quote);
	r->at++;
	*value = text_span(&t);
	return true;
}

/* Up to the end of the line or a '#' after a blank, without blanks at its ends. */
static struct span
take_bare(struct reader *r)
{
	struct span value = reader_line(r);
	r->at += value.n;
	for (size_t i = 1; i < value.n; i++) {
		const bool is_after_blank = value.p[i - 1] == ' ' || value.p[i - 1] == '\t';
		if (value.p[i] == '#' && is_after_blank)
			value.n = i;
	}
	return span_trim(value);
}

/* After a quoted value: a comment at most. */
static bool
read_end(struct reader *r)
{
	reader_skip_blanks(r);
	const struct span rest = reader_line(r);
	if (rest.n > 0 && rest.p[0] != '#')
		return reader_fail(r, "text after the closing quote");
	r->at += rest.n;
	return true;
}

static bool
read_value(struct reader *r, struct span *value)
{
	/* The '#' of "NAME= # why" is after a blank, too. */
	const bool is_after_blank = r->at > 0 && r->text.p[r->at - 1] != '=';
	switch (reader_peek(r)) {
	case '"':
	case '\'':
		return read_quoted(r, value) && read_end(r);
	case '#':
		if (is_after_blank) {
			*value = SPAN("");
			return read_end(r);
		}
		break;
	default:
		break;
	}
	*value = take_bare(r);
	return true;
}

static bool
read_variable(struct reader *r)
{
	struct quoted_long q;
	struct span value = { 0 };
	if (reader_take(r, SPAN("export ")) || reader_take(r, SPAN("export\t")))
		reader_skip_blanks(r);
	struct span name = reader_rest(r);
	name.n = span_alnum(name, "_.-");
	if (name.n == 0)
		return reader_fail(r, "a name is expected (letters, digits, '_', '.' and '-')");
	r->at += name.n;
	reader_skip_blanks(r);
	if (!reader_take(r, SPAN("=")))
		return reader_fail(r, "after the name %s, '=' is expected", quote_name(&q, name));
	reader_skip_blanks(r);
	if (!read_value(r, &value))
		return err_ctx(r->e, "key %s", quote_name(&q, name));
	pairs_add(r->pairs, name, value);
	return true;
}

bool
dotenv_read(struct reader *r)
{
	while (r->at < r->text.n) {
		reader_skip_blanks(r);
		if (reader_peek(r) == '#')
			r->at += reader_line(r).n;
		if (reader_take_break(r) || r->at == r->text.n)
			continue;
		if (!read_variable(r))
			return false;
		/* reader_line leaves nothing else. */
		reader_take_break(r);
	}
	return true;
}
