#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/kernel.h"
#include "sandbox/privileges.h"

/* Ids are changed for good, so each case is a process of its own. */
#define EXPECT(claim)                    \
	do {                             \
		if (!(claim))            \
			return __LINE__; \
	} while (0)
#define SKIPPED (-1)

static int
run(int (*play)(void))
{
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		int line = play();
		if (write(ends[1], &line, sizeof(line)) != sizeof(line))
			_exit(2);
		_exit(0);
	}
	close(ends[1]);
	int line = 1;
	ssize_t got = read(ends[0], &line, sizeof(line));
	close(ends[0]);
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(got, sizeof(line));
	return line;
}

static void
expect(int (*play)(void))
{
	int line = run(play);
	if (line == SKIPPED)
		skip();
	if (line != 0)
		fail_msg("line %d", line);
}

/* The capabilities that the process has in some set; inheritable ones too. */
static bool
has_capabilities(void)
{
	const struct kernel_cap_header self = { KERNEL_CAP_VERSION_3, 0 };
	struct kernel_cap_data caps[2];
	if (syscall(SYS_capget, &self, caps) != 0)
		return true;
	uint32_t any = 0;
	for (size_t i = 0; i < 2; i++)
		any |= caps[i].effective | caps[i].permitted | caps[i].inheritable;
	return any != 0;
}

static bool
lose(unsigned capability)
{
	const struct kernel_cap_header self = { KERNEL_CAP_VERSION_3, 0 };
	struct kernel_cap_data caps[2];
	if (syscall(SYS_capget, &self, caps) != 0)
		return false;
	caps[0].effective &= ~(1u << capability);
	caps[0].permitted &= ~(1u << capability);
	return syscall(SYS_capset, &self, caps) == 0;
}

static bool
is_nobody(void)
{
	uid_t uid[3];
	gid_t gid[3];
	if (getresuid(&uid[0], &uid[1], &uid[2]) != 0 || getresgid(&gid[0], &gid[1], &gid[2]) != 0)
		return false;
	for (size_t i = 0; i < 3; i++)
		if (uid[i] != PRIVILEGES_NOBODY || gid[i] != PRIVILEGES_NOBODY)
			return false;
	return getgroups(0, NULL) == 0;
}

static bool
is_locked(void)
{
	return prctl(PR_GET_NO_NEW_PRIVS, 0UL, 0UL, 0UL, 0UL) == 1 && prctl(PR_GET_DUMPABLE) == 0;
}

static int
play_root(void)
{
	struct err e = { 0 };
	const gid_t groups[] = { 0, 4 };
	if (geteuid() != 0)
		return SKIPPED;
	EXPECT(setgroups(2, groups) == 0);
	EXPECT(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0);
	EXPECT(privileges_drop(&e));
	EXPECT(is_nobody());
	EXPECT(!has_capabilities());
	EXPECT(is_locked());
	int death_signal = 0;
	EXPECT(prctl(PR_GET_PDEATHSIG, &death_signal) == 0 && death_signal == SIGKILL);
	EXPECT(setuid(0) == -1 && errno == EPERM);
	return 0;
}

static int
play_user(void)
{
	struct err e = { 0 };
	if (geteuid() == 0)
		EXPECT(setgroups(0, NULL) == 0 && setgid(1000) == 0 && setuid(1000) == 0);
	uid_t uid = getuid();
	EXPECT(privileges_drop(&e));
	EXPECT(getuid() == uid);
	EXPECT(!has_capabilities());
	EXPECT(is_locked());
	return 0;
}

/* The parent could not end a process of another uid, so the uid stays, without capabilities. */
static int
play_root_without_kill(void)
{
	struct err e = { 0 };
	if (geteuid() != 0)
		return SKIPPED;
	EXPECT(lose(KERNEL_CAP_KILL));
	EXPECT(privileges_drop(&e));
	EXPECT(getuid() == 0 && geteuid() == 0);
	EXPECT(!has_capabilities());
	EXPECT(is_locked());
	return 0;
}

static int
play_root_without_setuid(void)
{
	struct err e = { 0 };
	if (geteuid() != 0)
		return SKIPPED;
	EXPECT(lose(KERNEL_CAP_SETUID));
	EXPECT(privileges_drop(&e));
	EXPECT(getuid() == 0 && !has_capabilities() && is_locked());
	return 0;
}

/* Puts a file of our own, of this mode, in the place of /etc/hosts, for this process alone. */
static bool
replace_hosts(mode_t mode)
{
	static const char path[] = "/mnt/hosts";
	if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
		mount("none", "/mnt", "tmpfs", 0, NULL) != 0)
		return false;
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || fchmod(fd, mode) != 0)
		return false;
	close(fd);
	return mount(path, "/etc/hosts", NULL, MS_BIND, NULL) == 0;
}

/* Files that root alone can read keep the fetcher root, with what it needs to read them. */
static int
play_root_only_hosts(void)
{
	struct err e = { 0 };
	if (geteuid() != 0 || !replace_hosts(0600))
		return SKIPPED;
	EXPECT(privileges_drop(&e));
	EXPECT(getuid() == 0 && geteuid() == 0);
	EXPECT(open("/etc/hosts", O_RDONLY | O_CLOEXEC) >= 0);
	EXPECT(is_locked());
	return 0;
}

static int
play_world_readable_hosts(void)
{
	struct err e = { 0 };
	if (geteuid() != 0 || !replace_hosts(0644))
		return SKIPPED;
	EXPECT(privileges_drop(&e));
	EXPECT(is_nobody());
	EXPECT(open("/etc/hosts", O_RDONLY | O_CLOEXEC) >= 0);
	return 0;
}

static void
test_root(void **state)
{
	(void)state;
	expect(play_root);
}

static void
test_user(void **state)
{
	(void)state;
	expect(play_user);
}

static void
test_root_without_kill(void **state)
{
	(void)state;
	expect(play_root_without_kill);
}

static void
test_root_without_setuid(void **state)
{
	(void)state;
	expect(play_root_without_setuid);
}

static void
test_root_only_hosts(void **state)
{
	(void)state;
	expect(play_root_only_hosts);
}

static void
test_world_readable_hosts(void **state)
{
	(void)state;
	expect(play_world_readable_hosts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_root),
		cmocka_unit_test(test_user),
		cmocka_unit_test(test_root_without_kill),
		cmocka_unit_test(test_root_without_setuid),
		cmocka_unit_test(test_root_only_hosts),
		cmocka_unit_test(test_world_readable_hosts),
	};
	return cmocka_run_group_tests_name("sandbox/privileges", tests, NULL, NULL);
}
