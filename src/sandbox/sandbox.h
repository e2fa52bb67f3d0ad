#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include <stdbool.h>

#include "base/err.h"
#include "config/config.h"

/*
 * The fetcher's jail (contract section 9). It is put on in two steps, never comes off, and ends
 * with the process; the parent is not touched. A process of one thread calls each once, so:
 *
 *   first             read every file: tokens, CA bundles, --backend file:, namespaces
 *   sandbox_resolve   before the first name is resolved
 *   then              names are resolved; the region, where only a metadata service knows it
 *   sandbox_talk      before code of ours parses the first byte of any other peer
 *   last              sockets, poll, the clock, getrandom, the block, stderr, exit
 *
 * After the first step only the resolver's files can be opened, the uid may be another one, and
 * what was readable to root alone is out of reach. After the second nothing can be opened, no
 * name server can be asked. No memory can be mapped in either.
 *
 * SANDBOX_AUTO: what is missing is one warning that names it, and the call is true. A kernel
 * without Landlock lacks nothing (a line for --verbose), nor does a process that cannot change its
 * uid. SANDBOX_REQUIRE: the first thing that is missing is ERR_REFUSED with a hint. SANDBOX_OFF:
 * nothing is done.
 *
 * A refused call fails with EPERM; one that only an attacker makes (sandbox/seccomp.c, "never")
 * ends the process with SIGSYS. SIGXFSZ is ignored from the first step on: a block that is too
 * large is EFBIG, not death.
 */

/*
 * no_new_privs, not dumpable, no capabilities, resource limits, an unprivileged uid where that is
 * possible, Landlock, the filter of the first stage.
 */
bool sandbox_resolve(enum sandbox_mode mode, struct err *e);

/* Takes away what only the resolver needs: files and UDP. */
bool sandbox_talk(enum sandbox_mode mode, struct err *e);

#endif
