#include "ctl/format/reader.h"

#include <stdarg.h>

#include "base/bounds.h"
#include "base/buf.h"
#include "json/utf8.h"

struct span
reader_rest(const struct reader *r)
{
	return span_skip(r->text, r->at);
}

struct span
reader_line(const struct reader *r)
{
	struct span line = reader_rest(r);
	line.n = span_find(line, '\n');
	line.n = span_find(line, '\r');
	return line;
}

char
reader_peek(const struct reader *r)
{
	return r->at < r->text.n ? r->text.p[r->at] : '\0';
}

bool
reader_take(struct reader *r, struct span s)
{
	if (!span_starts_with(reader_rest(r), s))
		return false;
	r->at += s.n;
	return true;
}

bool
reader_take_break(struct reader *r)
{
	return reader_take(r, SPAN("\r\n")) || reader_take(r, SPAN("\n")) ||
	       reader_take(r, SPAN("\r"));
}

void
reader_skip_blanks(struct reader *r)
{
	while (reader_peek(r) == ' ' || reader_peek(r) == '\t')
		r->at++;
}

bool
reader_fail_at(const struct reader *r, size_t at, const char *fmt, ...)
{
	char text[LOG_MESSAGE_MAX];
	struct buf b = BUF(text);
	va_list ap;
	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	err_set(r->e, ERR_USAGE, "%s", buf_str(&b));
	return reader_place(r, at);
}

/* Lines as editors count them; columns are characters, the first is 1. */
bool
reader_place(const struct reader *r, size_t at)
{
	struct reader before = { .text = { r->text.p, at } };
	size_t line = 1;
	size_t column = 1;
	while (before.at < at) {
		if (reader_take_break(&before)) {
			line++;
			column = 1;
			continue;
		}
		size_t length = utf8_length(reader_rest(&before));
		before.at += length > 0 ? length : 1;
		column++;
	}
	return err_ctx(r->e, "line %zu, column %zu", line, column);
}
