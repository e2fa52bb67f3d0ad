#ifndef BASE_STOP_H
#define BASE_STOP_H

#include <poll.h>

/*
 * How the fetcher hears that it is to stop. Every signal is blocked in it; TERM, INT, QUIT and HUP
 * are let in while it waits and at no other time, so no other call of it is ever interrupted.
 */

/* Installs the handlers. Call it once, with every signal blocked, before the sandbox. */
void stop_watch(void);

/*
 * For a process that does nothing but write: where they are not blocked, the four signals end it as
 * by default, and as PID 1, which has no default actions, with 128+n.
 */
void stop_ends_us(void);

/*
 * poll(2) that one of the four signals interrupts: -1 and EINTR, also when it was sent before the
 * call. Any other errno is final: there is no waiting, and the caller has to end with an error.
 */
int stop_poll(struct pollfd *fds, nfds_t count, int timeout_ms);

/* The first of the four signals that came, 0 when none did. */
int stop_signal(void);

#endif
