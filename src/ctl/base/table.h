#ifndef CTL_BASE_TABLE_H
#define CTL_BASE_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "ctl/base/text.h"

/*
 * Rows of a listing: printed as chamber prints its tables, columns apart by tabs, or as JSON for
 * programs (--format json). Rows keep their order.
 */

enum table_kind {
	TABLE_TEXT,
	TABLE_NUMBER,
	TABLE_TIME, /* local in the table, RFC 3339 in UTC in JSON (ctl/base/time.h) */
};

/* What the cells below one header are. The header's words begin with capitals: "LastModified". */
struct table_column {
	const char *header;
	enum table_kind kind;
};

/* Text is borrowed. A text whose p is NULL, and TIME_NONE, are not known: empty, null in JSON. */
struct table_cell {
	struct span text; /* TABLE_TEXT */
	int64_t number; /* TABLE_NUMBER, and TABLE_TIME: milliseconds since 1970 */
};
#define TABLE_CELL_TEXT(span) ((struct table_cell){ .text = (span) })
#define TABLE_CELL_NUMBER(value) ((struct table_cell){ .number = (value) })

struct table {
	const struct table_column *column;
	size_t columns;
	struct table_cell *cell; /* of all rows, one row after the other */
	size_t cells;
	size_t cap;
};

/* No row yet; the columns, at least one, are borrowed. */
void table_init(struct table *t, const struct table_column *column, size_t columns);

/* Adds a row: a cell for each column. */
void table_row(struct table *t, const struct table_cell *cells);

/*
 * Appends the headers and the rows, a line each. What would break the line or the terminal is
 * escaped: \t, \n, \r, and \xNN for other control characters, bidirectional ones included, and what
 * is not UTF-8.
 */
void table_write(const struct table *t, struct text *out);

/*
 * Appends an array with an object for each row, a line each. Its members are the headers in lower
 * snake case, "last_modified". Text is exact, but what is not UTF-8 becomes U+FFFD.
 */
void table_write_json(const struct table *t, struct text *out);

#endif
