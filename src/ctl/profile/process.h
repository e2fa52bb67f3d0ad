#ifndef CTL_PROFILE_PROCESS_H
#define CTL_PROFILE_PROCESS_H

#include <stdbool.h>

#include "aws/credentials.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"

/* A credential_process of a profile (AWS SDKs and Tools Reference Guide, "Process credential
 * provider"). */

/* As the SDK for Go has it. */
#define PROCESS_TIMEOUT_MS 60000
/* Its output: the keys, and JSON around them. */
#define PROCESS_OUTPUT_MAX (2 * CREDENTIALS_MAX)

/*
 * Runs a command by /bin/sh, as the SDK for Go does, and appends its standard output. It inherits
 * stderr, and standard input if that is a terminal: a value that is piped into antechamberctl is
 * not for it. What it leaves running in the background when it ends is not waited for.
 * ERR_REFUSED: an exit code other than 0; ERR_USAGE: it cannot be found or executed; ERR_FINAL: a
 * signal ended it, or the time is up, and it was killed; ERR_LIMIT: too much output.
 */
bool process_run(const char *command, char *const *environ, clock_ms timeout, struct buf *output,
	struct err *e);

/*
 * Reads the output. Pure, but for secret_keep; the keys go to arena. ERR_REFUSED: malformed, with
 * nothing of the output in the message.
 */
bool process_read(struct span output, struct buf *arena, struct credentials *c, struct err *e);

#endif
