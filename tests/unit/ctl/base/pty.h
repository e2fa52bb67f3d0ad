#ifndef UNIT_CTL_BASE_PTY_H
#define UNIT_CTL_BASE_PTY_H

#include <stdbool.h>
#include <sys/types.h>
#include <termios.h>

/*
 * A terminal for tests: the test process is its session's leader, as a shell is, and runs code in a
 * child with a process group of its own in the foreground. No test waits for time to pass: for text
 * that is printed, or for a change of the child's state.
 */

/* Runs the tests in a session with a terminal; what main() is to return. */
int pty_run(int (*tests)(void));

/* The code that runs in the child; what it returns is the exit code. What it writes to the
 * descriptor is what pty_result returns. */
typedef int pty_body(int result);

enum pty_place {
	PTY_FOREGROUND,
	PTY_BACKGROUND,
	PTY_ORPHANED, /* a session of its own, the terminal's all the same: no shell continues it */
};

/* Its standard streams are the terminal. */
pid_t pty_start(pty_body *body, enum pty_place place);

void pty_foreground(pid_t child);

/* Waits until the text comes from the terminal, after what was expected before. */
void pty_expect(const char *text);

/* The same for what is there already; false when it is not. */
bool pty_shows_next(const char *text);

/* Whether it came at any time since pty_start. */
bool pty_has_shown(const char *text);

void pty_type(const char *text, size_t n);
#define PTY_TYPE(literal) pty_type("" literal, sizeof(literal) - 1)

/* Waits until the child ends, is stopped or continued: as waitpid(2). */
int pty_wait(pid_t child);

/* All that the child wrote to its descriptor, once it ended. */
const char *pty_result(void);

/* The modes of the terminal; those that a new child finds. */
struct termios pty_modes(void);
void pty_set_modes(const struct termios *modes);
/* Whether the terminal is as it was when the child was started. */
bool pty_is_as_found(void);

/* Hangs up: only for an orphaned child, whose terminal is its own. */
void pty_hang_up(void);

#endif
