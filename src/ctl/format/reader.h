#ifndef CTL_FORMAT_READER_H
#define CTL_FORMAT_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"
#include "ctl/base/text.h"
#include "ctl/format/pairs.h"

/* What the readers share: a place in a text, and errors that name it. */

struct reader {
	struct span text; /* UTF-8 without NUL */
	size_t at; /* what is read next */
	struct pairs *pairs;
	struct err *e;
};

/* What was not read yet. */
struct span reader_rest(const struct reader *r);

/* What was not read yet of the line: all before the line break. */
struct span reader_line(const struct reader *r);

/* The byte to read; NUL at the end. */
char reader_peek(const struct reader *r);

/* Takes what the rest begins with; false: it begins with something else. */
bool reader_take(struct reader *r, struct span s);

/* Takes "\n", "\r\n" or "\r"; false: there is none. */
bool reader_take_break(struct reader *r);

/* Takes blanks, and tabs. */
void reader_skip_blanks(struct reader *r);

/* Sets "line L, column C: WHY" (ERR_USAGE) for the byte at an offset. Always false. */
bool reader_fail_at(const struct reader *r, size_t at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The same for the byte that is read next. */
#define reader_fail(r, ...) reader_fail_at(r, (r)->at, __VA_ARGS__)

/* Puts the line and the column of an offset before an error. Always false. */
bool reader_place(const struct reader *r, size_t at);

/*
 * The readers, one file each, for a text that reader_open has accepted. They append to r->pairs.
 * That keys are not empty and differ is checked after them.
 */
bool dotenv_read(struct reader *r);
bool json_read(struct reader *r);
bool yaml_read(struct reader *r);

/*
 * The scalars of YAML. They begin at r->at, and leave it at the line break or comment that follows
 * the value. The text points into memory that stays.
 */
bool yaml_quoted(struct reader *r, struct span *value);
/* indent: how far the key is indented; lines of the value are indented more. */
bool yaml_plain(struct reader *r, size_t indent, struct span *value);
bool yaml_block(struct reader *r, size_t indent, struct span *value);

/* What every error about something beyond a flat mapping says. */
#define YAML_FLAT "of YAML, only flat mappings of keys to text are read"

#endif
