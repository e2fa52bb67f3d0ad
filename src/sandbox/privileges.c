#include "sandbox/privileges.h"

#include <errno.h>
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

bool
privileges_lock(struct err *e)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) == 0 ||
	       err_sys(e, ERR_REFUSED, errno, "no_new_privs");
}

/* The parent's capabilities are ours. */
static bool
can_be_killed(struct err *e)
{
	struct kernel_cap_data caps[2];
	if (syscall(SYS_capget, &self_caps, caps) != 0)
		return err_sys(e, ERR_REFUSED, errno, "uid");
	return (caps[0].effective >> KERNEL_CAP_KILL & 1) != 0 ||
	       err_set(e, ERR_REFUSED, "uid: without CAP_KILL another uid could not be stopped");
}

/* Raw system calls: the C library's would change every thread, and there is one. */
static bool
become_nobody(struct err *e)
{
	const unsigned id = PRIVILEGES_NOBODY;
	const bool groups = syscall(SYS_setgroups, 0, NULL) == 0 ||
			    err_sys(e, ERR_REFUSED, errno, "supplementary groups");
	const bool gid =
		syscall(SYS_setresgid, id, id, id) == 0 || err_sys(e, ERR_REFUSED, errno, "gid");
	const bool uid =
		syscall(SYS_setresuid, id, id, id) == 0 || err_sys(e, ERR_REFUSED, errno, "uid");
	return groups && gid && uid;
}

/*
 * A change of ids makes the kernel forget the parent-death signal, so it is set again. If the
 * parent dies in between, nobody notices, and the fetcher ends at its deadline.
 */
bool
privileges_change_ids(struct err *e)
{
	int death_signal = 0;
	if (geteuid() != 0)
		return true;
	if (!can_be_killed(e))
		return false;
	const bool known = prctl(PR_GET_PDEATHSIG, &death_signal) == 0;
	const bool changed = become_nobody(e);
	if (!known ||
		(death_signal != 0 && prctl(PR_SET_PDEATHSIG, (unsigned long)death_signal) != 0))
		log_debug("sandbox: the parent-death signal could not be set again");
	return changed;
}

bool
privileges_drop_capabilities(struct err *e)
{
	const struct kernel_cap_data none[2] = { { 0 } };
	return syscall(SYS_capset, &self_caps, none) == 0 ||
	       err_sys(e, ERR_REFUSED, errno, "capabilities");
}

bool
privileges_hide(struct err *e)
{
	return prctl(PR_SET_DUMPABLE, 0UL, 0UL, 0UL, 0UL) == 0 ||
	       err_sys(e, ERR_REFUSED, errno, "not dumpable");
}
