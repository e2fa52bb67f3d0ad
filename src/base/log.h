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

/* Whether a line may wait a moment for room on stderr. It may, but for PID 1 in its loop. */
void log_patience(bool waits);

bool log_is_on(enum log_level level);

/* "antechamber: error: TEXT" and, where there is one, "antechamber: hint: HINT". */
void log_error(const struct err *e);

void log_at(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
#define log_warning(...) log_at(LOG_WARNING, __VA_ARGS__)
#define log_info(...) log_at(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_at(LOG_DEBUG, __VA_ARGS__)

/* What a line says beside its message, which says it all by itself. */
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

/* For the one message whose text is chamber's, byte for byte (contract section 3). */
#define log_verbatim(level, fields, count, ...) \
	log_write(&(struct log_event){ level, true, fields, count }, __VA_ARGS__)

#endif
