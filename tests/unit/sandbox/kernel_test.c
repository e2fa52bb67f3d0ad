#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>

#include "sandbox/kernel.h"

/* Our own words for the kernel's interface against the headers of the build host. */

static void
test_bpf(void **state)
{
	(void)state;
	assert_int_equal(KERNEL_BPF_LOAD, BPF_LD | BPF_W | BPF_ABS);
	assert_int_equal(KERNEL_BPF_AND, BPF_ALU | BPF_AND | BPF_K);
	assert_int_equal(KERNEL_BPF_IF_EQUAL, BPF_JMP | BPF_JEQ | BPF_K);
	assert_int_equal(KERNEL_BPF_IF_AT_LEAST, BPF_JMP | BPF_JGE | BPF_K);
	assert_int_equal(KERNEL_BPF_RETURN, BPF_RET | BPF_K);

	assert_int_equal(sizeof(struct kernel_bpf), sizeof(struct sock_filter));
	assert_int_equal(offsetof(struct kernel_bpf, jump_true), offsetof(struct sock_filter, jt));
	assert_int_equal(offsetof(struct kernel_bpf, jump_false), offsetof(struct sock_filter, jf));
	assert_int_equal(offsetof(struct kernel_bpf, k), offsetof(struct sock_filter, k));
	assert_int_equal(sizeof(struct kernel_bpf_program), sizeof(struct sock_fprog));
	assert_int_equal(
		offsetof(struct kernel_bpf_program, code), offsetof(struct sock_fprog, filter));
}

static void
test_seccomp(void **state)
{
	(void)state;
	assert_int_equal(KERNEL_SECCOMP_NR, offsetof(struct seccomp_data, nr));
	assert_int_equal(KERNEL_SECCOMP_ARCH, offsetof(struct seccomp_data, arch));
	assert_int_equal(KERNEL_SECCOMP_ARG(0), offsetof(struct seccomp_data, args[0]));
	assert_int_equal(KERNEL_SECCOMP_ARG(5), offsetof(struct seccomp_data, args[5]));
	assert_int_equal(KERNEL_SECCOMP_SET_FILTER, SECCOMP_SET_MODE_FILTER);
	assert_int_equal(KERNEL_SECCOMP_KILL_PROCESS, SECCOMP_RET_KILL_PROCESS);
	assert_int_equal(KERNEL_SECCOMP_TRAP, SECCOMP_RET_TRAP);
	assert_int_equal(KERNEL_SECCOMP_ERRNO, SECCOMP_RET_ERRNO);
	assert_int_equal(KERNEL_SECCOMP_ALLOW, SECCOMP_RET_ALLOW);
#ifdef __x86_64__
	assert_int_equal(KERNEL_ARCH, AUDIT_ARCH_X86_64);
#else
	assert_int_equal(KERNEL_ARCH, AUDIT_ARCH_AARCH64);
#endif
}

static void
test_landlock(void **state)
{
	(void)state;
	assert_int_equal(SYS_landlock_create_ruleset, __NR_landlock_create_ruleset);
	assert_int_equal(SYS_landlock_add_rule, __NR_landlock_add_rule);
	assert_int_equal(SYS_landlock_restrict_self, __NR_landlock_restrict_self);
	assert_int_equal(KERNEL_LANDLOCK_VERSION, LANDLOCK_CREATE_RULESET_VERSION);
	assert_int_equal(KERNEL_LANDLOCK_FS_1, (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1);
	assert_int_equal(KERNEL_LANDLOCK_FS_2, LANDLOCK_ACCESS_FS_MAKE_SYM << 1);
#ifdef LANDLOCK_ACCESS_FS_TRUNCATE
	assert_int_equal(KERNEL_LANDLOCK_FS_3, LANDLOCK_ACCESS_FS_TRUNCATE);
#endif
#ifdef LANDLOCK_ACCESS_NET_BIND_TCP
	assert_int_equal(KERNEL_LANDLOCK_NET_BIND_TCP, LANDLOCK_ACCESS_NET_BIND_TCP);
	assert_int_equal(KERNEL_LANDLOCK_NET_CONNECT_TCP, LANDLOCK_ACCESS_NET_CONNECT_TCP);
	assert_int_equal(KERNEL_LANDLOCK_RULE_PORT, LANDLOCK_RULE_NET_PORT);
	assert_int_equal(
		sizeof(struct kernel_landlock_port), sizeof(struct landlock_net_port_attr));
	assert_int_equal(offsetof(struct kernel_landlock_port, port),
		offsetof(struct landlock_net_port_attr, port));
#endif
#ifdef LANDLOCK_ACCESS_FS_IOCTL_DEV
	assert_int_equal(KERNEL_LANDLOCK_FS_5, LANDLOCK_ACCESS_FS_IOCTL_DEV);
#endif
#ifdef LANDLOCK_SCOPE_SIGNAL
	assert_int_equal(KERNEL_LANDLOCK_SCOPE_ALL,
		LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | LANDLOCK_SCOPE_SIGNAL);
#endif
}

static void
test_capabilities(void **state)
{
	(void)state;
	assert_int_equal(KERNEL_CAP_VERSION_3, _LINUX_CAPABILITY_VERSION_3);
	assert_int_equal(KERNEL_CAP_KILL, CAP_KILL);
	assert_int_equal(KERNEL_CAP_SETGID, CAP_SETGID);
	assert_int_equal(KERNEL_CAP_SETUID, CAP_SETUID);
	assert_int_equal(sizeof(struct kernel_cap_header), sizeof(struct __user_cap_header_struct));
	assert_int_equal(sizeof(struct kernel_cap_data), sizeof(struct __user_cap_data_struct));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bpf),
		cmocka_unit_test(test_seccomp),
		cmocka_unit_test(test_landlock),
		cmocka_unit_test(test_capabilities),
	};
	return cmocka_run_group_tests_name("sandbox/kernel", tests, NULL, NULL);
}
