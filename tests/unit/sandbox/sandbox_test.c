#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bounds.h"
#include "base/fdio.h"
#include "base/log.h"
#include "sandbox/filter.h"
#include "sandbox/sandbox.h"

/*
 * The modes, on kernels that lack something. Each case is a process of its own; a filter around it
 * makes calls fail as on such a kernel.
 */

struct lack {
	uint32_t nr; /* 0: no more */
	uint32_t number; /* the errno of the call */
	uint32_t first; /* only for this first argument, 0: for any */
};

static const struct sandbox_ports ports = { 2, { 53, 443 } };

struct scene {
	enum sandbox_mode mode;
	bool is_roots; /* only root has something to change */
	struct lack before[3];
	struct lack between; /* from the end of sandbox_resolve on */
	bool resolve;
	bool talk;
	bool verbose;
	const char *output; /* on stderr, the error included */
};

#define HINT                                                                                   \
	"antechamber: hint: with --sandbox auto the start goes on without it, with a warning " \
	"that "                                                                                \
	"names it\n"

static const struct scene scenes[] = {
	{ .mode = SANDBOX_OFF, .resolve = true, .talk = true, .output = "" },
	{ .mode = SANDBOX_AUTO, .resolve = true, .talk = true, .output = "" },
	{ .mode = SANDBOX_REQUIRE, .resolve = true, .talk = true, .output = "" },
	/* A layer that the kernel does not have, or that something refuses, is missing. */
	{ .mode = SANDBOX_AUTO,
		.before = { { SYS_landlock_create_ruleset, ENOSYS, 0 } },
		.resolve = true,
		.talk = true,
		.output = "antechamber: warning: sandbox: missing: Landlock: Function not "
			  "implemented\n" },
	{ .mode = SANDBOX_REQUIRE,
		.before = { { SYS_landlock_create_ruleset, ENOSYS, 0 } },
		.output =
			"antechamber: error: sandbox: Landlock: Function not implemented\n" HINT },
	{ .mode = SANDBOX_AUTO,
		.before = { { SYS_landlock_create_ruleset, EOPNOTSUPP, 0 } },
		.resolve = true,
		.talk = true,
		.output = "antechamber: warning: sandbox: missing: Landlock: Not supported\n" },
	{ .mode = SANDBOX_REQUIRE,
		.before = { { SYS_landlock_create_ruleset, EOPNOTSUPP, 0 } },
		.output = "antechamber: error: sandbox: Landlock: Not supported\n" HINT },
	{ .mode = SANDBOX_AUTO,
		.before = { { SYS_landlock_create_ruleset, EPERM, 0 } },
		.resolve = true,
		.talk = true,
		.output = "antechamber: warning: sandbox: missing: Landlock: Operation not "
			  "permitted\n" },
	{ .mode = SANDBOX_REQUIRE,
		.before = { { SYS_landlock_create_ruleset, EPERM, 0 } },
		.output = "antechamber: error: sandbox: Landlock: Operation not permitted\n" HINT },
	{ .mode = SANDBOX_AUTO,
		.before = { { SYS_capset, EPERM, 0 } },
		.resolve = true,
		.talk = true,
		.output = "antechamber: warning: sandbox: missing: capabilities: Operation not "
			  "permitted\n" },
	{ .mode = SANDBOX_REQUIRE,
		.before = { { SYS_capset, EPERM, 0 } },
		.output = "antechamber: error: sandbox: capabilities: Operation not "
			  "permitted\n" HINT },
	/* The uid of root. */
	{ .mode = SANDBOX_AUTO,
		.is_roots = true,
		.before = { { SYS_setresuid, EINVAL, 0 } },
		.resolve = true,
		.talk = true,
		.output = "antechamber: warning: sandbox: missing: uid: Invalid argument\n" },
	{ .mode = SANDBOX_REQUIRE,
		.is_roots = true,
		.before = { { SYS_setresuid, EPERM, 0 } },
		.output = "antechamber: error: sandbox: uid: Operation not permitted\n" HINT },
	{ .mode = SANDBOX_REQUIRE,
		.is_roots = true,
		.before = { { SYS_setgroups, EPERM, 0 } },
		.output = "antechamber: error: sandbox: supplementary groups: "
			  "Operation not permitted\n" HINT },
	/* Landlock that is there and fails. */
	{ .mode = SANDBOX_AUTO,
		.before = { { SYS_landlock_restrict_self, E2BIG, 0 } },
		.resolve = true,
		.talk = true,
		.output = "antechamber: warning: sandbox: missing: "
			  "Landlock: Argument list too long\n" },
	{ .mode = SANDBOX_REQUIRE,
		.before = { { SYS_landlock_restrict_self, E2BIG, 0 } },
		.output = "antechamber: error: sandbox: Landlock: Argument list too long\n" HINT },
	{ .mode = SANDBOX_REQUIRE,
		.before = { { SYS_landlock_add_rule, ENOMEM, 0 } },
		.output = "antechamber: error: sandbox: Landlock: Out of memory\n" HINT },
	{ .mode = SANDBOX_AUTO,
		.before = { { SYS_seccomp, EINVAL, 0 } },
		.resolve = true,
		.talk = true,
		.output = "antechamber: warning: sandbox: missing: "
			  "seccomp: Invalid argument\n" },
	{ .mode = SANDBOX_REQUIRE,
		.before = { { SYS_seccomp, EINVAL, 0 } },
		.output = "antechamber: error: sandbox: seccomp: Invalid argument\n" HINT },
	{ .mode = SANDBOX_AUTO,
		.before = { { SYS_prlimit64, EPERM, 0 }, { SYS_seccomp, EINVAL, 0 } },
		.resolve = true,
		.talk = true,
		.output = "antechamber: warning: sandbox: missing: resource limits: "
			  "Operation not permitted, seccomp: Invalid argument\n" },
	{ .mode = SANDBOX_REQUIRE,
		.before = { { SYS_prlimit64, EPERM, 0 }, { SYS_seccomp, EINVAL, 0 } },
		.output = "antechamber: error: sandbox: resource limits: "
			  "Operation not permitted\n" HINT },
	{ .mode = SANDBOX_REQUIRE,
		.before = { { SYS_prctl, EINVAL, PR_SET_NO_NEW_PRIVS } },
		.output = "antechamber: error: sandbox: no_new_privs: Invalid argument\n" HINT },
	{ .mode = SANDBOX_REQUIRE,
		.before = { { SYS_prctl, EINVAL, PR_SET_DUMPABLE } },
		.output = "antechamber: error: sandbox: not dumpable: Invalid argument\n" HINT },
	/* What fails in the second stage only. */
	{ .mode = SANDBOX_AUTO,
		.between = { SYS_seccomp, ENOMEM, 0 },
		.resolve = true,
		.talk = true,
		.output = "antechamber: warning: sandbox: missing: "
			  "seccomp: Out of memory\n" },
	{ .mode = SANDBOX_REQUIRE,
		.between = { SYS_seccomp, ENOMEM, 0 },
		.resolve = true,
		.output = "antechamber: error: sandbox: seccomp: Out of memory\n" HINT },
	/* With --verbose, which layers hold. */
	{ .mode = SANDBOX_OFF,
		.resolve = true,
		.talk = true,
		.verbose = true,
		.output = "antechamber: debug: sandbox: off\n" },
	{ .mode = SANDBOX_REQUIRE,
		.is_roots = true,
		.resolve = true,
		.talk = true,
		.verbose = true,
		.output = "antechamber: debug: sandbox: limits, no_new_privs, uid 65534, "
			  "no capabilities, not dumpable, Landlock ABI #, seccomp\n" },
	{ .mode = SANDBOX_AUTO,
		.is_roots = true,
		.before = { { SYS_landlock_create_ruleset, ENOSYS, 0 },
			{ SYS_prlimit64, EPERM, 0 } },
		.resolve = true,
		.talk = true,
		.verbose = true,
		.output = "antechamber: warning: sandbox: missing: resource limits: Operation not "
			  "permitted, Landlock: Function not implemented\n"
			  "antechamber: debug: sandbox: no_new_privs, uid 65534, no capabilities, "
			  "not dumpable, seccomp\n" },
};

/* The version of this machine's Landlock, for the '#' of an expected text. */
static const char *
expected_output(const struct scene *scene)
{
	static char text[4096];
	const char *mark = strchr(scene->output, '#');
	if (mark == NULL)
		return scene->output;
	const long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, KERNEL_LANDLOCK_VERSION);
	const int before = (int)(mark - scene->output);
	snprintf(text, sizeof(text), "%.*s%ld%s", before, scene->output, abi, mark + 1);
	return text;
}

static void
lack(const struct lack *list, size_t count)
{
	struct filter f;
	filter_begin(&f, KERNEL_SECCOMP_ALLOW);
	for (size_t i = 0; i < count && list[i].nr != 0; i++) {
		const struct filter_check first = { UINT32_MAX, list[i].first, 0 };
		filter_line(&f, list[i].nr, &first, list[i].first != 0,
			KERNEL_SECCOMP_ERRNO | list[i].number);
	}
	filter_end(&f, KERNEL_SECCOMP_ALLOW);
	const struct kernel_bpf_program program = { f.count, f.code };
	if (syscall(SYS_seccomp, KERNEL_SECCOMP_SET_FILTER, 0, &program) != 0)
		_exit(99);
}

/*
 * The child's exit code: bit 0 for sandbox_resolve, bit 1 for sandbox_talk, bit 2 for a wrong kind.
 */
static int
play(const struct scene *scene)
{
	struct err e = { 0 };
	if (prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL) != 0)
		return 98;
	log_setup(scene->verbose ? LOG_DEBUG : LOG_INFO, false);
	if (scene->before[0].nr != 0)
		lack(scene->before, 3);

	bool resolve = sandbox_resolve(scene->mode, BLOCK_MAX, &ports, &e);
	if (resolve && scene->between.nr != 0)
		lack(&scene->between, 1);
	bool talk = resolve && sandbox_talk(scene->mode, &ports, &e);
	if (!talk)
		log_error(&e);
	bool wrong_kind = !talk && (e.kind != ERR_REFUSED || err_exit_code(&e) != 100);
	return (resolve ? 1 : 0) | (talk ? 2 : 0) | (wrong_kind ? 4 : 0);
}

/* The raw call: a sanitizer makes calls of its own before _exit, which the filter refuses. */
static void
leave(int code)
{
	syscall(SYS_exit_group, code);
}

static void
test_scene(const struct scene *scene)
{
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		leave(play(scene));
	}
	close(ends[1]);
	char output[4096];
	size_t n = 0;
	for (ssize_t got = 1; got > 0 && n < sizeof(output) - 1; n += (size_t)got) {
		got = read(ends[0], output + n, sizeof(output) - 1 - n);
		assert_true(got >= 0);
	}
	output[n] = '\0';
	close(ends[0]);

	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_string_equal(output, expected_output(scene));
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), (scene->resolve ? 1 : 0) | (scene->talk ? 2 : 0));
}

static void
test_modes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(scenes) / sizeof(*scenes); i++) {
		print_message("scene %zu\n", i);
		if (!scenes[i].is_roots || geteuid() == 0)
			test_scene(&scenes[i]);
	}
}

/* --sandbox off leaves a process that may do what it could before. */
static void
test_off_confines_nothing(void **state)
{
	(void)state;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct err e = { 0 };
		uid_t uid = getuid();
		bool ok = sandbox_resolve(SANDBOX_OFF, BLOCK_MAX, &ports, &e) &&
			  sandbox_talk(SANDBOX_OFF, &ports, &e) && getuid() == uid &&
			  prctl(PR_GET_DUMPABLE) == 1 &&
			  prctl(PR_GET_NO_NEW_PRIVS, 0UL, 0UL, 0UL, 0UL) == 0 &&
			  prctl(PR_GET_SECCOMP) == 0;
		leave(ok ? 0 : 1);
	}
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_off_confines_nothing),
	};
	return cmocka_run_group_tests_name("sandbox/sandbox", tests, NULL, NULL);
}
