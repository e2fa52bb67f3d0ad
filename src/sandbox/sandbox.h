#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "config/config.h"

/*
 * The fetcher's jail (the manual page's SECURITY CONSIDERATIONS). It is put on in two steps, never
 * comes off, and ends with the process; the parent is not touched. A process of one thread calls
 * each once, in this order:
 *
 *   first             read every file: tokens, CA bundles, --backend file:, hosts, resolv.conf
 *   sandbox_resolve   before the first byte from the network
 *   then              names are resolved; the region, where only a metadata service knows it
 *   sandbox_talk      before code of ours parses the first byte of any other peer
 *   last              sockets, poll, the clock, getrandom, the block, stderr, exit
 *
 * After the first step nothing can be opened, after the second no name server can be asked over
 * UDP. No memory can be mapped in either. Only descriptors 2 and 3, stderr and the block, can be
 * written with write(2), and nothing read with read(2).
 *
 * Every layer counts: limits, no_new_privs, the uid (of root alone: another user has none to
 * change), capabilities, not dumpable, Landlock, seccomp. SANDBOX_AUTO: what is missing is one
 * warning that names it, and the call is true. SANDBOX_REQUIRE: the first thing that is missing is
 * ERR_REFUSED with a hint. SANDBOX_OFF: nothing is done. With --verbose, the first step says which
 * layers hold.
 *
 * A refused call fails with EPERM, what Landlock refuses with EACCES; a call that only an attacker
 * makes (sandbox/seccomp.c, "never") ends the process with SIGSYS. SIGXFSZ is ignored from the
 * first step on: a block that is too large is EFBIG, not death.
 */

/* More than the ports of all endpoints, metadata services and proxies that a start has. */
#define SANDBOX_PORTS_MAX 32

/* TCP ports that may be connected to, where the kernel's Landlock knows ports. */
struct sandbox_ports {
	size_t count;
	uint16_t port[SANDBOX_PORTS_MAX];
};

/* Adds a port that is not there yet. */
void sandbox_add_port(struct sandbox_ports *ports, unsigned port);

/*
 * All layers, with the filter of the first stage. No file becomes larger than file_max. What the
 * process needs to map with pages_map, it has mapped.
 */
bool sandbox_resolve(
	enum sandbox_mode mode, size_t file_max, const struct sandbox_ports *ports, struct err *e);

/* Takes away what only the resolver needs: UDP, and ports that are not among these. */
bool sandbox_talk(enum sandbox_mode mode, const struct sandbox_ports *ports, struct err *e);

#endif
