#include "ctl/base/table.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "ctl/base/memory.h"
#include "ctl/base/time.h"
#include "json/json.h"
#include "json/utf8.h"

/* Go's text/tabwriter, as chamber sets it: columns end at tab stops, two blanks apart at least. */
#define TAB_WIDTH 8
#define PADDING 2

void
table_init(struct table *t, const struct table_column *column, size_t columns)
{
	*t = (struct table){ .column = column, .columns = columns };
}

void
table_row(struct table *t, const struct table_cell *cells)
{
	if (t->columns > t->cap - t->cells) {
		const size_t cap = 2 * (t->cap + 16 * t->columns);
		t->cell = memory_grow(t->cell, t->cells * sizeof(*cells), cap * sizeof(*cells));
		t->cap = cap;
	}
	memcpy(t->cell + t->cells, cells, t->columns * sizeof(*cells));
	t->cells += t->columns;
}

static void
put_number(struct text *out, int64_t number)
{
	/* Its magnitude, which the smallest of all has too when it is computed without a sign. */
	const uint64_t magnitude = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
	text_printf(out, "%s%llu", number < 0 ? "-" : "", (unsigned long long)magnitude);
}

/*
 * A terminal may obey C0, DEL and C1 (U+0080 to U+009F). The bidirectional controls (U+061C, U+200E
 * and U+200F, U+202A to U+202E, U+2066 to U+2069) make it show another order than there is, and
 * U+2028 and U+2029 end a line.
 */
static bool
is_control(struct span character)
{
	/* The bytes of UTF-8 as one number. */
	static const uint32_t range[][2] = {
		{ 0x00, 0x1f },
		{ 0x7f, 0x7f },
		{ 0xc280, 0xc29f },
		{ 0xd89c, 0xd89c },
		{ 0xe2808e, 0xe2808f },
		{ 0xe280a8, 0xe280ae },
		{ 0xe281a6, 0xe281a9 },
	};
	uint32_t number = 0;
	for (size_t i = 0; i < character.n; i++)
		number = number << 8 | (unsigned char)character.p[i];
	for (size_t i = 0; i < sizeof(range) / sizeof(*range); i++) {
		if (number >= range[i][0] && number <= range[i][1])
			return true;
	}
	return false;
}

static void
put_escaped(struct text *out, struct span bytes)
{
	if (bytes.n == 1 && *bytes.p == '\t')
		text_put_str(out, "\\t");
	else if (bytes.n == 1 && *bytes.p == '\n')
		text_put_str(out, "\\n");
	else if (bytes.n == 1 && *bytes.p == '\r')
		text_put_str(out, "\\r");
	else
		for (size_t i = 0; i < bytes.n; i++)
			text_printf(out, "\\x%02x", (unsigned)(unsigned char)bytes.p[i]);
}

static void
put_printable(struct text *out, struct span s)
{
	while (s.n > 0) {
		const size_t valid = utf8_length(s);
		const struct span character = { s.p, valid > 0 ? valid : 1 };
		if (valid == 0 || is_control(character))
			put_escaped(out, character);
		else
			text_put(out, character);
		s = span_skip(s, character.n);
	}
}

static void
put_cell(struct text *out, enum table_kind kind, const struct table_cell *cell)
{
	switch (kind) {
	case TABLE_TEXT:
		put_printable(out, cell->text);
		break;
	case TABLE_NUMBER:
		put_number(out, cell->number);
		break;
	case TABLE_TIME:
		time_put_local(out, cell->number);
		break;
	}
}

/* Characters, all of them valid: one for each byte that does not continue another. */
static size_t
count_characters(struct span s)
{
	size_t count = 0;
	for (size_t i = 0; i < s.n; i++)
		count += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return count;
}

/* How far from a column's start the next one is: the longest cell decides. */
static size_t
column_width(const struct table *t, size_t column, struct text *scratch)
{
	size_t longest = strlen(t->column[column].header);
	for (size_t i = column; i < t->cells; i += t->columns) {
		text_clear(scratch);
		put_cell(scratch, t->column[column].kind, &t->cell[i]);
		const size_t length = count_characters(text_span(scratch));
		longest = length > longest ? length : longest;
	}
	return (longest + PADDING + TAB_WIDTH - 1) / TAB_WIDTH * TAB_WIDTH;
}

/* What follows a cell that began at offset: tabs up to the next column, or the line's end. */
static void
end_cell(struct text *out, size_t offset, const size_t *width)
{
	if (width == NULL) {
		text_put_char(out, '\n');
		return;
	}
	struct span cell = span_skip(text_span(out), offset);
	size_t left = *width - count_characters(cell);
	for (; left > 0; left -= left < TAB_WIDTH ? left : TAB_WIDTH)
		text_put_char(out, '\t');
}

void
table_write(const struct table *t, struct text *out)
{
	struct text scratch = { 0 };
	/* The last column has no end. */
	size_t *width = memory_get(t->columns * sizeof(*width));
	for (size_t i = 0; i + 1 < t->columns; i++)
		width[i] = column_width(t, i, &scratch);
	for (size_t i = 0; i < t->columns; i++) {
		const size_t offset = out->n;
		text_put_str(out, t->column[i].header);
		end_cell(out, offset, i + 1 < t->columns ? &width[i] : NULL);
	}
	for (size_t i = 0, column = 0; i < t->cells; i++) {
		const size_t offset = out->n;
		const bool is_last = column + 1 == t->columns;
		put_cell(out, t->column[column].kind, &t->cell[i]);
		end_cell(out, offset, is_last ? NULL : &width[column]);
		column = is_last ? 0 : column + 1;
	}
}

static void
put_json_text(struct text *out, struct span s, struct text *scratch)
{
	if (s.p == NULL) {
		text_put_str(out, "null");
		return;
	}
	text_clear(scratch);
	while (s.n > 0) {
		const size_t valid = utf8_length(s);
		text_put(scratch, valid > 0 ? (struct span){ s.p, valid } : SPAN("\xef\xbf\xbd"));
		s = span_skip(s, valid > 0 ? valid : 1);
	}
	/* A control character becomes six: \u001f. */
	struct buf b = text_room(out, 6 * scratch->n + 2);
	json_put_string(&b, text_span(scratch));
	text_wrote(out, &b);
}

/* "LastModified" as "last_modified". */
static void
put_member_name(struct text *out, const char *header)
{
	text_put_char(out, '"');
	for (const char *c = header; *c != '\0'; c++) {
		if (c > header && ascii_lower(*c) != *c && ascii_lower(c[-1]) == c[-1])
			text_put_char(out, '_');
		text_put_char(out, ascii_lower(*c));
	}
	text_put_str(out, "\":");
}

static void
put_json_cell(
	struct text *out, enum table_kind kind, const struct table_cell *cell, struct text *scratch)
{
	switch (kind) {
	case TABLE_TEXT:
		put_json_text(out, cell->text, scratch);
		break;
	case TABLE_NUMBER:
		put_number(out, cell->number);
		break;
	case TABLE_TIME:
		text_clear(scratch);
		time_put_utc(scratch, cell->number);
		if (scratch->n == 0)
			text_put_str(out, "null");
		else
			text_printf(out, "\"%.*s\"", (int)scratch->n, scratch->p);
		break;
	}
}

void
table_write_json(const struct table *t, struct text *out)
{
	struct text scratch = { 0 };
	text_put_char(out, '[');
	for (size_t i = 0, column = 0; i < t->cells; i++) {
		if (column == 0)
			text_put_str(out, i == 0 ? "\n{" : ",\n{");
		else
			text_put_char(out, ',');
		put_member_name(out, t->column[column].header);
		put_json_cell(out, t->column[column].kind, &t->cell[i], &scratch);
		column = column + 1 == t->columns ? 0 : column + 1;
		if (column == 0)
			text_put_char(out, '}');
	}
	text_put_str(out, t->cells > 0 ? "\n]\n" : "]\n");
}
