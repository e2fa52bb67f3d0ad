#include "sandbox/landlock.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/kernel.h"

/* Every right that this version of Landlock knows is handled, that is denied unless granted. */
static struct kernel_landlock_ruleset
handle_all(long abi)
{
	struct kernel_landlock_ruleset all = { .fs = KERNEL_LANDLOCK_FS_1 };
	if (abi >= 2)
		all.fs |= KERNEL_LANDLOCK_FS_2;
	if (abi >= 3)
		all.fs |= KERNEL_LANDLOCK_FS_3;
	if (abi >= 4)
		all.net = KERNEL_LANDLOCK_NET_BIND_TCP | KERNEL_LANDLOCK_NET_CONNECT_TCP;
	if (abi >= 5)
		all.fs |= KERNEL_LANDLOCK_FS_5;
	if (abi >= 6)
		all.scoped = KERNEL_LANDLOCK_SCOPE_ALL;
	return all;
}

/* False sets errno. */
static bool
grant_ports(int ruleset, const struct sandbox_ports *ports)
{
	for (size_t i = 0; i < ports->count; i++) {
		const struct kernel_landlock_port rule = { KERNEL_LANDLOCK_NET_CONNECT_TCP,
			ports->port[i] };
		if (syscall(SYS_landlock_add_rule, ruleset, KERNEL_LANDLOCK_RULE_PORT, &rule, 0) !=
			0)
			return false;
	}
	return true;
}

long
landlock_abi(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, KERNEL_LANDLOCK_VERSION);
}

bool
landlock_restrict(const struct sandbox_ports *ports, struct err *e)
{
	const long abi = landlock_abi();
	if (abi < 1)
		return err_sys(e, ERR_REFUSED, errno, "Landlock");
	const struct kernel_landlock_ruleset all = handle_all(abi);
	int ruleset = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);
	if (ruleset < 0)
		return err_sys(e, ERR_REFUSED, errno, "Landlock");

	bool ok = (all.net == 0 || grant_ports(ruleset, ports)) &&
		  syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
	if (!ok)
		err_sys(e, ERR_REFUSED, errno, "Landlock");
	close(ruleset);
	return ok;
}
