#include "sandbox/privileges.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"
#include "sandbox/kernel.h"

/* capset(2), version 3: two words of 32 capabilities each. */
static const struct kernel_cap_header self_caps = { KERNEL_CAP_VERSION_3, 0 };

/*
 * Whether this process can change its ids. The parent's capabilities are ours, so CAP_KILL tells
 * whether the parent can still end us afterwards.
 */
static bool
may_change_ids(void)
{
	const uint32_t needed =
		1u << KERNEL_CAP_SETUID | 1u << KERNEL_CAP_SETGID | 1u << KERNEL_CAP_KILL;
	struct kernel_cap_data caps[2];
	if (geteuid() != 0 || syscall(SYS_capget, &self_caps, caps) != 0)
		return false;
	return (caps[0].effective & needed) == needed;
}

/*
 * With the ids and capabilities of this moment. The resolver takes a file that it must not read for
 * one that does not exist, and asks 127.0.0.1.
 */
static bool
can_read(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return errno != EACCES;
	close(fd);
	return true;
}

/*
 * Raw system calls: the C library's would change every thread, and there is one. Root is given up
 * for the file accesses alone first, and for good when those still work.
 */
static bool
become_nobody(void)
{
	const unsigned id = PRIVILEGES_NOBODY;
	const unsigned keep = (unsigned)-1;
	if (syscall(SYS_setgroups, 0, NULL) != 0 || syscall(SYS_setresgid, id, id, id) != 0 ||
		syscall(SYS_setresuid, keep, id, keep) != 0)
		return false;

	bool can_stay = can_read("/etc/resolv.conf") && can_read("/etc/hosts");
	unsigned real = can_stay ? id : keep;
	unsigned effective = can_stay ? id : 0;
	return syscall(SYS_setresuid, real, effective, real) == 0 && can_stay;
}

/*
 * A change of ids makes the kernel forget the parent-death signal, so it is set again. A parent
 * that dies in between is noticed by nobody, and the fetcher ends at its deadline.
 */
static bool
change_ids(void)
{
	int death_signal = 0;
	if (prctl(PR_GET_PDEATHSIG, &death_signal) != 0)
		return false;
	bool changed = become_nobody();
	if (death_signal != 0 && prctl(PR_SET_PDEATHSIG, (unsigned long)death_signal) != 0)
		log_debug("sandbox: the parent-death signal could not be set again");
	return changed;
}

static bool
drop_capabilities(void)
{
	const struct kernel_cap_data none[2] = { { 0 } };
	return syscall(SYS_capset, &self_caps, none) == 0;
}

bool
privileges_drop(struct err *e)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) != 0)
		return err_sys(e, ERR_REFUSED, errno, "no_new_privs");

	bool is_root = geteuid() == 0;
	bool may_change = may_change_ids();
	bool changed = may_change && change_ids();
	if (is_root && !changed)
		log_debug("sandbox: the fetcher stays root");
	/* Root that could not leave because of a file's mode needs its capabilities to read it. */
	if ((!may_change || changed) && !drop_capabilities())
		log_debug("sandbox: the fetcher keeps its capabilities");

	if (prctl(PR_SET_DUMPABLE, 0UL, 0UL, 0UL, 0UL) != 0)
		return err_sys(e, ERR_REFUSED, errno, "not dumpable");
	return true;
}
