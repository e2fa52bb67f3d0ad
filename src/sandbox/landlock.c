#include "sandbox/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"
#include "sandbox/kernel.h"

/* All that the resolver opens. */
static const char *const resolver_files[] = { "/etc/hosts", "/etc/resolv.conf" };

static long kernel_abi; /* 0: no Landlock */

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
		all.net = KERNEL_LANDLOCK_NET_BIND_TCP;
	if (abi >= 5)
		all.fs |= KERNEL_LANDLOCK_FS_5;
	if (abi >= 6)
		all.scoped = KERNEL_LANDLOCK_SCOPE_ALL;
	return all;
}

/*
 * The rule is about the file that the name leads to now, through symbolic links and mounts. A file
 * that is not there needs no rule. False sets errno.
 */
static bool
grant_read(int ruleset, const char *path)
{
	int file = open(path, O_PATH | O_CLOEXEC);
	if (file < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == EACCES;

	const struct kernel_landlock_path rule = { KERNEL_LANDLOCK_FS_READ_FILE, file };
	bool ok = syscall(SYS_landlock_add_rule, ruleset, KERNEL_LANDLOCK_RULE_PATH, &rule, 0) == 0;
	int number = errno;
	close(file);
	errno = number;
	return ok;
}

/* Denies everything but reading the first count of resolver_files. */
static bool
restrict_to(size_t count, struct err *e)
{
	const struct kernel_landlock_ruleset all = handle_all(kernel_abi);
	int ruleset = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);
	if (ruleset < 0)
		return err_sys(e, ERR_REFUSED, errno, "Landlock");

	bool ok = true;
	for (size_t i = 0; ok && i < count; i++)
		ok = grant_read(ruleset, resolver_files[i]);
	if (!ok || syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
		ok = err_sys(e, ERR_REFUSED, errno, "Landlock");
	close(ruleset);
	return ok;
}

bool
landlock_resolve(struct err *e)
{
	kernel_abi = syscall(SYS_landlock_create_ruleset, NULL, 0, KERNEL_LANDLOCK_VERSION);
	if (kernel_abi < 1) {
		kernel_abi = 0;
		/* With any other answer somebody keeps us from a Landlock that is there. */
		if (errno != ENOSYS && errno != EOPNOTSUPP)
			return err_sys(e, ERR_REFUSED, errno, "Landlock");
		log_debug("sandbox: this kernel has no Landlock");
		return true;
	}
	return restrict_to(sizeof(resolver_files) / sizeof(*resolver_files), e);
}

bool
landlock_talk(struct err *e)
{
	return kernel_abi == 0 || restrict_to(0, e);
}
