#ifndef SANDBOX_KERNEL_H
#define SANDBOX_KERNEL_H

#include <stdint.h>
#include <sys/syscall.h>

/*
 * What the jail needs of the kernel's interface. musl ships no kernel headers, and a build host's
 * may be older than the kernel that the program meets; a unit test compares these with the host's.
 */

/* linux/filter.h: classic BPF, in which seccomp filters are written. */
struct kernel_bpf {
	uint16_t code;
	uint8_t jump_true; /* instructions to skip */
	uint8_t jump_false;
	uint32_t k;
};
struct kernel_bpf_program {
	unsigned short count;
	const struct kernel_bpf *code;
};
#define KERNEL_BPF_LOAD 0x20 /* A = 32 bits of struct seccomp_data at offset k */
#define KERNEL_BPF_AND 0x54 /* A &= k */
#define KERNEL_BPF_IF_EQUAL 0x15 /* A == k */
#define KERNEL_BPF_IF_AT_LEAST 0x35 /* A >= k, unsigned */
#define KERNEL_BPF_RETURN 0x06 /* the verdict is k */

/* linux/seccomp.h: struct seccomp_data, the memory that a filter reads. */
#define KERNEL_SECCOMP_NR 0
#define KERNEL_SECCOMP_ARCH 4
/* The lower half of argument n, on the little endian machines that this is built for. */
#define KERNEL_SECCOMP_ARG(n) (16u + 8u * (n))
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "arguments are read as little endian");

#define KERNEL_SECCOMP_SET_FILTER 1
#define KERNEL_SECCOMP_KILL_PROCESS 0x80000000u
#define KERNEL_SECCOMP_TRAP 0x00030000u
#define KERNEL_SECCOMP_ERRNO 0x00050000u
#define KERNEL_SECCOMP_ALLOW 0x7fff0000u

/* linux/audit.h: what a filter sees as the architecture of a call. */
#if defined(__x86_64__) && !defined(__ILP32__)
#define KERNEL_ARCH 0xc000003eu
#elif defined(__aarch64__) && !defined(__ILP32__)
#define KERNEL_ARCH 0xc00000b7u
#else
#error "the jail is written for x86-64 and aarch64"
#endif
/* Set in the numbers of the x32 calls, which arrive with the architecture x86-64. */
#define KERNEL_X32 0x40000000u

/* linux/landlock.h. */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif
#define KERNEL_LANDLOCK_VERSION 1u
#define KERNEL_LANDLOCK_RULE_PORT 2
/* The rights that each version brought. */
#define KERNEL_LANDLOCK_FS_1 ((1u << 13) - 1)
#define KERNEL_LANDLOCK_FS_2 (1u << 13) /* refer */
#define KERNEL_LANDLOCK_FS_3 (1u << 14) /* truncate */
#define KERNEL_LANDLOCK_FS_5 (1u << 15) /* ioctl on a device */
#define KERNEL_LANDLOCK_NET_BIND_TCP 1u /* version 4 */
#define KERNEL_LANDLOCK_NET_CONNECT_TCP 2u /* the same */
#define KERNEL_LANDLOCK_SCOPE_ALL 3u /* version 6: abstract Unix sockets, signals */
struct kernel_landlock_ruleset {
	uint64_t fs;
	uint64_t net;
	uint64_t scoped;
};
struct kernel_landlock_port {
	uint64_t allowed;
	uint64_t port;
};

/* linux/capability.h. */
#define KERNEL_CAP_VERSION_3 0x20080522
#define KERNEL_CAP_KILL 5
#define KERNEL_CAP_SETGID 6
#define KERNEL_CAP_SETUID 7
struct kernel_cap_header {
	uint32_t version;
	int32_t pid; /* 0: this process */
};
struct kernel_cap_data {
	uint32_t effective;
	uint32_t permitted;
	uint32_t inheritable;
};

#endif
