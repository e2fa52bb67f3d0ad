#ifndef INIT_TERMINAL_H
#define INIT_TERMINAL_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * The controlling terminal and its foreground process group. SIGTTOU must be blocked: a process
 * that passes the terminal on is usually in the background.
 */

/*
 * Opens the controlling terminal, close-on-exec, wherever the standard streams point; where the
 * container has no /dev/tty, one of the standard streams that is that terminal is copied. -1:
 * there is none.
 */
int terminal_open(void);

/* Puts group `to` in the foreground if `from` is there now. False: it was not, or it failed. */
bool terminal_pass(int tty, pid_t from, pid_t to);

/*
 * Makes this process a group of its own, in the foreground if its parent's group, before, is there.
 * For the process that is to become the command, every signal blocked.
 */
void terminal_become_job(pid_t before);

#endif
