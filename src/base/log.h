#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

/*
 * stderr: one line an event, one write(2) a line (DIAGNOSTICS). A stderr that nobody reads costs
 * lines, never the start of the command: all lines of a process together wait a fifth of a second
 * at most. A line that finds no room is dropped, and a later one says how many were.
 */

enum log_level {
	LOG_ERROR,
	LOG_WARNING,
	LOG_INFO, /* the one line of a good start */
	LOG_DEBUG, /* --verbose */
};

/* What a message is about, a member of its own with --log-format json. */
struct log_field {
	const char *name;
	struct span value;
};

/* Lines above max are not written. Call once, when the configuration is known. */
void log_setup(enum log_level max, bool json);

/* The program in front of each line, a literal. Default "antechamber". */
void log_program(const char *name);

/* Called before each line is written, to make room for it on the terminal; NULL: nothing is. */
void log_before_line(void (*call)(void));

/* Names the process in --log-format json; a literal. Default "main". */
void log_role(const char *role);

/* Whether a line may wait for room on stderr: it may, except in PID 1 once the command runs. */
void log_patience(bool waits);

bool log_is_on(enum log_level level);

/* "antechamber: error: TEXT" and, where there is one, "antechamber: hint: HINT". */
void log_error(const struct err *e);

void log_at(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
#define log_warning(...) log_at(LOG_WARNING, __VA_ARGS__)
#define log_info(...) log_at(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_at(LOG_DEBUG, __VA_ARGS__)

/* What a line has besides its message, which is complete by itself. */
struct log_event {
	enum log_level level;
	bool is_verbatim; /* in text form without "antechamber: " and level */
	const struct log_field *fields; /* only JSON shows them */
	unsigned count;
};

void log_write(const struct log_event *event, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#define log_event(level, fields, count, ...) \
	log_write(&(struct log_event){ level, false, fields, count }, __VA_ARGS__)

/* For the one message whose text is chamber's, byte for byte (DIAGNOSTICS). */
#define log_verbatim(level, fields, count, ...) \
	log_write(&(struct log_event){ level, true, fields, count }, __VA_ARGS__)

#endif
