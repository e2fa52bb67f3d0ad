#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

/*
 * stderr: one line an event, one write(2) a line (contract section 10). A stderr that nobody reads
 * costs a line, never the start of the command: a line that cannot be written soon is dropped.
 */

enum log_level {
	LOG_ERROR,
	LOG_WARNING,
	LOG_INFO, /* the one line of a good start */
	LOG_DEBUG, /* --verbose */
};

/* What a message speaks of, a member of its own with --log-format json. */
struct log_field {
	const char *name;
	struct span value;
};

/* Lines above max are not written. Call once, when the configuration is known. */
void log_setup(enum log_level max, bool json);

/* Names the process in --log-format json; a literal. Default "main". */
void log_role(const char *role);

/* How long a line may wait for room on stderr. Default 100; PID 1 in its loop has 0. */
void log_patience(int milliseconds);

bool log_is_on(enum log_level level);

/* "antechamber: error: TEXT" and, where there is one, "antechamber: hint: HINT". */
void log_error(const struct err *e);

void log_warning(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The same with fields, which only JSON shows; the message says it all by itself. */
void log_event(enum log_level level, const struct log_field *fields, unsigned count,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/*
 * A line that stands without "antechamber: " and level in text form, for the one message whose
 * text is chamber's, byte for byte (contract section 3).
 */
void log_verbatim(enum log_level level, const struct log_field *fields, unsigned count,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#endif
