#ifndef INIT_EXPLAIN_H
#define INIT_EXPLAIN_H

#include "config/config.h"
#include "init/super.h"

/* What init says of a start that failed, where the fetcher or the launcher could not say it. */

/*
 * The process that the start waited for, the fetcher or the launcher, ended with this status of
 * wait(2) while the machine was in this state. Nothing is said where it has spoken for itself.
 */
void explain_end(const struct super *s, const struct config *c, int status);

/* A signal ended the start, and the process did not end in time. */
void explain_stop(const struct super *s, const struct config *c);

/* It did not end within the time that there is for the start. */
void explain_deadline(const struct super *s, const struct config *c);

/* No child is left although one was waited for. */
void explain_alone(const struct super *s, const struct config *c);

#endif
