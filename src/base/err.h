#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

#include "base/bounds.h"

/*
 * What went wrong, in the classes that matter to the callers: the exit code (EXIT STATUS)
 * and whether trying again can help.
 */
enum err_kind {
	ERR_NONE,
	ERR_USAGE, /* 100: command line, environment, configuration */
	ERR_REFUSED, /* 100: the peer said no and will say no again */
	ERR_LIMIT, /* 100: a bound of base/bounds.h */
	ERR_TRANSIENT, /* 111: may pass; worth another attempt */
	ERR_THROTTLED, /* 111: may pass; the peer asks for more time */
	ERR_FINAL, /* 111: may pass, but another attempt now is of no use */
	ERR_NOT_EXECUTABLE, /* 126 */
	ERR_NOT_FOUND, /* 127 */
};

/* Filled where it happens, given context on the way up, printed once by the role. */
struct err {
	enum err_kind kind;
	int number; /* the errno value that it came from, 0 for none */
	char text[LOG_MESSAGE_MAX];
	char hint[320];
};

/* Sets the innermost "WHERE: WHY". Always false, so that "return err_set(...)" reads well. */
bool err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Whether memory or descriptors are lacking: whatever was tried, it may succeed the next time. */
bool err_is_shortage(int number);

/* Sets the text of errno value number. A shortage is ERR_FINAL, unless it is ERR_TRANSIENT. */
bool err_number(struct err *e, enum err_kind kind, int number);

/* The same, after "WHAT: ". */
bool err_sys(struct err *e, enum err_kind kind, int number, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Puts "what the caller was doing: " in front. Always false. */
bool err_ctx(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Says what to do about it; the first hint stays. Always false. */
bool err_hint(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Whether another attempt may help. */
bool err_is_retryable(const struct err *e);

/* The exit code (the manual page's EXIT STATUS). */
int err_exit_code(const struct err *e);

/* Exit codes that are ours, not the command's. */
#define EXIT_REFUSED 100
#define EXIT_TEMPORARY 111
#define EXIT_NOT_EXECUTABLE 126
#define EXIT_NOT_FOUND 127

#endif
