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
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
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

/* All steps, whatever comes of one. */
static bool
drop(struct err *e)
{
	struct err ignored;
	const bool locked = privileges_lock(&ignored);
	const bool changed = privileges_change_ids(e);
	const bool dropped = privileges_drop_capabilities(&ignored);
	return privileges_hide(&ignored) && locked && dropped && changed;
}

static bool
says(const struct err *e, const char *text)
{
	return e->kind == ERR_REFUSED && strcmp(e->text, text) == 0;
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
	EXPECT(drop(&e));
	EXPECT(is_nobody());
	EXPECT(!has_capabilities());
	EXPECT(is_locked());
	int death_signal = 0;
	EXPECT(prctl(PR_GET_PDEATHSIG, &death_signal) == 0 && death_signal == SIGKILL);
	EXPECT(setuid(0) == -1 && errno == EPERM);
	return 0;
}

/* Another user has no uid to change: nothing is missing. */
static int
play_user(void)
{
	struct err e = { 0 };
	if (geteuid() == 0)
		EXPECT(setgroups(0, NULL) == 0 && setgid(1000) == 0 && setuid(1000) == 0);
	uid_t uid = getuid();
	EXPECT(drop(&e));
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
	EXPECT(!drop(&e));
	EXPECT(says(&e, "uid: without CAP_KILL another uid could not be stopped"));
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
	EXPECT(!drop(&e));
	EXPECT(says(&e, "uid: Operation not permitted"));
	EXPECT(getuid() == 0 && getgid() == PRIVILEGES_NOBODY);
	EXPECT(!has_capabilities() && is_locked());
	return 0;
}

static int
play_root_without_setgid(void)
{
	struct err e = { 0 };
	if (geteuid() != 0)
		return SKIPPED;
	EXPECT(lose(KERNEL_CAP_SETGID));
	EXPECT(!drop(&e));
	EXPECT(e.kind == ERR_REFUSED);
	EXPECT(getuid() == PRIVILEGES_NOBODY);
	EXPECT(!has_capabilities() && is_locked());
	return 0;
}

/* As by `unshare -Ur`: one uid is mapped, and a root that owns all capabilities below it. */
static int
play_user_namespace(void)
{
	struct err e = { 0 };
	const unsigned uid = getuid();
	char map[32];
	if (unshare(CLONE_NEWUSER) != 0)
		return SKIPPED;
	int fd = open("/proc/self/uid_map", O_WRONLY | O_CLOEXEC);
	int n = snprintf(map, sizeof(map), "0 %u 1", uid);
	if (fd < 0 || write(fd, map, (size_t)n) != n || geteuid() != 0)
		return SKIPPED;
	close(fd);
	EXPECT(has_capabilities());
	EXPECT(!drop(&e));
	EXPECT(e.kind == ERR_REFUSED);
	EXPECT(getuid() == 0);
	EXPECT(!has_capabilities());
	EXPECT(is_locked());
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
test_root_without_setgid(void **state)
{
	(void)state;
	expect(play_root_without_setgid);
}

static void
test_user_namespace(void **state)
{
	(void)state;
	expect(play_user_namespace);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_root),
		cmocka_unit_test(test_user),
		cmocka_unit_test(test_root_without_kill),
		cmocka_unit_test(test_root_without_setuid),
		cmocka_unit_test(test_root_without_setgid),
		cmocka_unit_test(test_user_namespace),
	};
	return cmocka_run_group_tests_name("sandbox/privileges", tests, NULL, NULL);
}
