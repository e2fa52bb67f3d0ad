#ifndef TESTS_UNIT_SANDBOX_CALLS_H
#define TESTS_UNIT_SANDBOX_CALLS_H

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "sandbox/kernel.h"

/* What the tables are to mean, written down a second time and call by call. */

#define SELF 4242u
#define OTHER 4243u

enum verdict {
	FAILS, /* EPERM */
	WORKS,
	DIES,
};

static const uint32_t kernel_verdict[] = {
	[FAILS] = KERNEL_SECCOMP_ERRNO | EPERM,
	[WORKS] = KERNEL_SECCOMP_ALLOW,
	[DIES] = KERNEL_SECCOMP_KILL_PROCESS,
};

struct row {
	uint32_t nr;
	enum verdict resolve;
	enum verdict talk;
	uint64_t args[6];
};

#define FD 5
#define PATH 0x7f0000001000
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_ANONYMOUS | MAP_PRIVATE)
#define RDONLY (O_RDONLY | O_CLOEXEC)
#define HERE ((uint64_t)AT_FDCWD)
#define TMPFILE 020000000

static const struct row rows[] = {
	/* Descriptors. */
	{ SYS_read, FAILS, FAILS, { 0 } },
	{ SYS_read, FAILS, FAILS, { FD } },
	{ SYS_write, FAILS, FAILS, { 0 } },
	{ SYS_write, FAILS, FAILS, { 1 } },
	{ SYS_write, WORKS, WORKS, { 2 } },
	{ SYS_write, WORKS, WORKS, { 3 } },
	{ SYS_write, FAILS, FAILS, { 4 } },
	{ SYS_write, FAILS, FAILS, { FD } },
	{ SYS_writev, FAILS, FAILS, { 2 } },
	{ SYS_readv, FAILS, FAILS, { FD } },
	{ SYS_close, WORKS, WORKS, { FD } },
	{ SYS_ppoll, WORKS, WORKS, { PATH } },
	{ SYS_pread64, FAILS, FAILS, { FD } },
	{ SYS_ioctl, FAILS, FAILS, { FD } },
	{ SYS_ioctl, FAILS, FAILS, { FD, 0x5412 } }, /* TIOCSTI */
	{ SYS_dup, FAILS, FAILS, { FD } },
	{ SYS_ftruncate, FAILS, FAILS, { FD } },
	{ SYS_fcntl, FAILS, FAILS, { FD, F_GETFL } },
	{ SYS_fcntl, FAILS, FAILS, { FD, F_SETFL, O_NONBLOCK } },
	{ SYS_fcntl, FAILS, FAILS, { FD, F_GETFD } },
	{ SYS_fcntl, FAILS, FAILS, { FD, F_SETFD, FD_CLOEXEC } },
	{ SYS_fcntl, FAILS, FAILS, { FD, F_DUPFD } },
	{ SYS_fcntl, FAILS, FAILS, { FD, F_DUPFD_CLOEXEC } },
	{ SYS_fcntl, FAILS, FAILS, { FD, F_SETOWN } },
	{ SYS_fcntl, FAILS, FAILS, { FD, F_SETLKW } },
#ifdef __x86_64__
	{ SYS_poll, WORKS, WORKS, { PATH } },
	{ SYS_open, FAILS, FAILS, { PATH, RDONLY } },
	{ SYS_open, FAILS, FAILS, { PATH, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW } },
	{ SYS_open, FAILS, FAILS, { PATH, O_WRONLY } },
	{ SYS_open, FAILS, FAILS, { PATH, O_RDWR | O_CLOEXEC } },
	{ SYS_open, FAILS, FAILS, { PATH, O_RDONLY | O_CREAT } },
	{ SYS_open, FAILS, FAILS, { PATH, O_RDONLY | O_TRUNC } },
	{ SYS_open, FAILS, FAILS, { PATH, O_PATH } },
	{ SYS_open, FAILS, FAILS, { PATH, O_DIRECTORY } },
	{ SYS_open, FAILS, FAILS, { PATH, TMPFILE } },
	{ SYS_creat, FAILS, FAILS, { PATH } },
#endif
	{ SYS_openat, FAILS, FAILS, { HERE, PATH, RDONLY } },
	{ SYS_openat, FAILS, FAILS, { FD, PATH, RDONLY } },
	{ SYS_openat, FAILS, FAILS, { HERE, PATH, O_WRONLY } },
	{ SYS_openat, FAILS, FAILS, { HERE, PATH, O_RDWR } },
	{ SYS_openat, FAILS, FAILS, { HERE, PATH, O_RDONLY | O_CREAT } },
	{ SYS_openat, FAILS, FAILS, { HERE, PATH, O_RDONLY | O_TRUNC } },
	{ SYS_openat, FAILS, FAILS, { HERE, PATH, O_RDONLY | O_APPEND } },
	{ SYS_openat, FAILS, FAILS, { HERE, PATH, O_PATH } },
	{ SYS_openat, FAILS, FAILS, { HERE, PATH, TMPFILE } },
	{ SYS_openat2, FAILS, FAILS, { HERE, PATH } },

	/* Sockets. */
	{ SYS_socket, WORKS, WORKS, { AF_INET, SOCK_STREAM } },
	{ SYS_socket, WORKS, WORKS, { AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK } },
	{ SYS_socket, FAILS, FAILS, { AF_INET, SOCK_STREAM, IPPROTO_TCP } },
	{ SYS_socket, FAILS, FAILS, { AF_INET, SOCK_STREAM, 132 } }, /* SCTP */
	{ SYS_socket, FAILS, FAILS, { AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 262 } }, /* MPTCP */
	{ SYS_socket, WORKS, FAILS, { AF_INET, SOCK_DGRAM | SOCK_CLOEXEC } },
	{ SYS_socket, WORKS, FAILS, { AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK } },
	{ SYS_socket, FAILS, FAILS, { AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDP } },
	{ SYS_socket, FAILS, FAILS, { AF_INET, SOCK_DGRAM, IPPROTO_ICMP } },
	{ SYS_socket, FAILS, FAILS, { AF_INET, SOCK_RAW } },
	{ SYS_socket, FAILS, FAILS, { AF_INET, SOCK_RAW, IPPROTO_UDP } },
	{ SYS_socket, FAILS, FAILS, { AF_UNIX, SOCK_DGRAM, IPPROTO_UDP } },
	{ SYS_socket, FAILS, FAILS, { AF_INET, SOCK_SEQPACKET } },
	{ SYS_socket, FAILS, FAILS, { AF_UNSPEC, SOCK_STREAM } },
	{ SYS_socket, FAILS, FAILS, { AF_UNIX, SOCK_STREAM } },
	{ SYS_socket, FAILS, FAILS, { AF_UNIX, SOCK_DGRAM } },
	{ SYS_socket, FAILS, FAILS, { AF_NETLINK, SOCK_RAW } },
	{ SYS_socket, FAILS, FAILS, { AF_PACKET, SOCK_RAW } },
	{ SYS_socket, FAILS, FAILS, { AF_ALG, SOCK_STREAM } },
	{ SYS_socket, FAILS, FAILS, { AF_VSOCK, SOCK_STREAM } },
	{ SYS_socketpair, FAILS, FAILS, { AF_UNIX, SOCK_STREAM } },
	{ SYS_connect, WORKS, WORKS, { FD } },
	{ SYS_shutdown, FAILS, FAILS, { FD } },
	{ SYS_bind, FAILS, FAILS, { FD } },
	{ SYS_getsockname, FAILS, FAILS, { FD } },
	{ SYS_listen, FAILS, FAILS, { FD } },
	{ SYS_accept, FAILS, FAILS, { FD } },
	{ SYS_accept4, FAILS, FAILS, { FD } },
	{ SYS_sendto, WORKS, WORKS, { FD } },
	{ SYS_recvfrom, WORKS, WORKS, { FD } },
	{ SYS_sendmsg, FAILS, FAILS, { FD } },
	{ SYS_recvmsg, FAILS, FAILS, { FD } },
	{ SYS_setsockopt, WORKS, WORKS, { FD, 6, 1 } }, /* TCP_NODELAY */
	{ SYS_setsockopt, FAILS, FAILS, { FD, 6, 30 } }, /* TCP_FASTOPEN_CONNECT */
	{ SYS_setsockopt, FAILS, FAILS, { FD, 41, 26 } }, /* IPV6_V6ONLY */
	{ SYS_setsockopt, FAILS, FAILS, { FD, 6, 31 } }, /* TCP_ULP */
	/* The same option numbers at other levels are other options. */
	{ SYS_setsockopt, FAILS, FAILS, { FD, SOL_SOCKET, 1 } },
	{ SYS_setsockopt, FAILS, FAILS, { FD, SOL_SOCKET, 11 } },
	{ SYS_setsockopt, FAILS, FAILS, { FD, SOL_SOCKET, 25 } },
	{ SYS_setsockopt, FAILS, FAILS, { FD, SOL_SOCKET, 26 } },
	{ SYS_setsockopt, FAILS, FAILS, { FD, SOL_SOCKET, 30 } },
	{ SYS_setsockopt, FAILS, FAILS, { FD, 41, 1 } },
	{ SYS_setsockopt, FAILS, FAILS, { FD, 41, 30 } },
	{ SYS_setsockopt, FAILS, FAILS, { FD, SOL_SOCKET, SO_ATTACH_FILTER } },
	{ SYS_setsockopt, FAILS, FAILS, { FD, 0, 64 } }, /* IPT_SO_SET_REPLACE */
	{ SYS_getsockopt, WORKS, WORKS, { FD, SOL_SOCKET, SO_ERROR } },
	{ SYS_getsockopt, FAILS, FAILS, { FD, SOL_SOCKET, SO_PEERCRED } },
	{ SYS_getsockopt, FAILS, FAILS, { FD, IPPROTO_TCP, SO_ERROR } },

	/* Memory. */
	{ SYS_brk, FAILS, FAILS, { PATH } },
	{ SYS_munmap, FAILS, FAILS, { PATH } },
	{ SYS_madvise, FAILS, FAILS, { PATH } },
	{ SYS_mmap, FAILS, FAILS, { 0, 4096, RW, ANON } },
	{ SYS_mmap, FAILS, FAILS, { 0, 4096, PROT_NONE, ANON | MAP_NORESERVE } },
	{ SYS_mmap, FAILS, FAILS, { 0, 4096, PROT_READ | PROT_EXEC, ANON } },
	{ SYS_mmap, FAILS, FAILS, { 0, 4096, RW | PROT_EXEC, ANON } },
	{ SYS_mmap, FAILS, FAILS, { 0, 4096, RW, MAP_ANONYMOUS | MAP_SHARED } },
	{ SYS_mmap, FAILS, FAILS, { 0, 4096, PROT_READ, MAP_PRIVATE, FD } },
	{ SYS_mprotect, FAILS, FAILS, { PATH, 4096, RW } },
	{ SYS_mprotect, FAILS, FAILS, { PATH, 4096, PROT_READ | PROT_EXEC } },
	{ SYS_mprotect, FAILS, FAILS, { PATH, 4096, PROT_EXEC } },
	{ SYS_mremap, FAILS, FAILS, { PATH } },
	{ SYS_memfd_create, FAILS, FAILS, { PATH } },

	/* Time, randomness, the end. */
	{ SYS_clock_gettime, WORKS, WORKS, { 1 } },
	{ SYS_clock_settime, FAILS, FAILS, { 0 } },
	{ SYS_nanosleep, FAILS, FAILS, { PATH } },
	{ SYS_clock_nanosleep, FAILS, FAILS, { 1 } },
	{ SYS_restart_syscall, WORKS, WORKS, { 0 } },
	{ SYS_rt_sigreturn, WORKS, WORKS, { 0 } },
	{ SYS_getrandom, WORKS, WORKS, { PATH } },
	{ SYS_getpid, FAILS, FAILS, { 0 } },
	{ SYS_gettid, FAILS, FAILS, { 0 } },
	{ SYS_rt_sigaction, FAILS, FAILS, { 6 } },
	{ SYS_rt_sigprocmask, FAILS, FAILS, { 0 } },
	{ SYS_exit, WORKS, WORKS, { 0 } },
	{ SYS_exit_group, WORKS, WORKS, { 0 } },
	{ SYS_timer_settime, WORKS, WORKS, { 0 } }, /* the log's */
	{ SYS_timer_settime, FAILS, FAILS, { 1 } }, /* the fetcher's end */
	{ SYS_timer_create, FAILS, FAILS, { 1 } },
	{ SYS_timer_delete, FAILS, FAILS, { 0 } },
	{ SYS_setitimer, FAILS, FAILS, { 0 } },
	{ SYS_setitimer, FAILS, FAILS, { 1 } },
#ifdef __x86_64__
	{ SYS_alarm, FAILS, FAILS, { 1 } },
#endif

	/* What the C libraries' resolvers would need. */
	{ SYS_futex, FAILS, FAILS, { PATH } },
	{ SYS_newfstatat, FAILS, FAILS, { HERE, PATH } },
	{ SYS_uname, FAILS, FAILS, { PATH } },
	{ SYS_sendmmsg, FAILS, FAILS, { FD } },
	{ SYS_lseek, FAILS, FAILS, { FD } },
	{ SYS_ioctl, FAILS, FAILS, { FD, 0x541b } }, /* FIONREAD */
	{ SYS_setsockopt, FAILS, FAILS, { FD, 0, 11 } }, /* IP_RECVERR */
	{ SYS_setsockopt, FAILS, FAILS, { FD, 41, 25 } }, /* IPV6_RECVERR */

	/* The jail itself. */
	{ SYS_landlock_create_ruleset, WORKS, FAILS, { PATH } },
	{ SYS_landlock_add_rule, WORKS, FAILS, { FD } },
	{ SYS_landlock_restrict_self, WORKS, FAILS, { FD } },
	{ SYS_seccomp, WORKS, FAILS, { KERNEL_SECCOMP_SET_FILTER } },
	{ SYS_seccomp, FAILS, FAILS, { 0 } },
	{ SYS_prctl, FAILS, FAILS, { 4, 1 } },
	{ SYS_prlimit64, FAILS, FAILS, { 0 } },
	{ SYS_setresuid, FAILS, FAILS, { 0, 0, 0 } },
	{ SYS_personality, FAILS, FAILS, { 0x0400000 } },

	/* Signals: abort of itself only. */
	{ SYS_tkill, WORKS, WORKS, { SELF, 6 } },
	{ SYS_tkill, DIES, DIES, { OTHER, 6 } },
	{ SYS_tkill, DIES, DIES, { SELF, 9 } },
	{ SYS_tgkill, DIES, DIES, { SELF, SELF, 6 } },
	{ SYS_tgkill, DIES, DIES, { SELF, OTHER, 6 } },
	{ SYS_tgkill, DIES, DIES, { OTHER, SELF, 6 } },
	{ SYS_kill, DIES, DIES, { SELF, 6 } },
	{ SYS_kill, DIES, DIES, { (uint64_t)-1, 9 } },
	{ SYS_rt_sigqueueinfo, DIES, DIES, { SELF } },
	{ SYS_rt_tgsigqueueinfo, DIES, DIES, { SELF } },
	{ SYS_pidfd_send_signal, DIES, DIES, { FD } },

	/* What nobody does by mistake. */
	{ SYS_execve, DIES, DIES, { PATH } },
	{ SYS_execveat, DIES, DIES, { FD } },
	{ SYS_clone, DIES, DIES, { 0 } },
	{ SYS_clone3, DIES, DIES, { PATH } },
	{ SYS_ptrace, DIES, DIES, { 0 } },
	{ SYS_process_vm_readv, DIES, DIES, { 1 } },
	{ SYS_process_vm_writev, DIES, DIES, { 1 } },
	{ SYS_pidfd_getfd, DIES, DIES, { FD } },
	{ SYS_io_uring_setup, DIES, DIES, { 1 } },
	{ SYS_io_uring_enter, DIES, DIES, { FD } },
	{ SYS_io_uring_register, DIES, DIES, { FD } },
	{ SYS_bpf, DIES, DIES, { 0 } },
	{ SYS_userfaultfd, DIES, DIES, { 0 } },
	{ SYS_perf_event_open, DIES, DIES, { PATH } },
	{ SYS_keyctl, DIES, DIES, { 0 } },
	{ SYS_add_key, DIES, DIES, { PATH } },
	{ SYS_request_key, DIES, DIES, { PATH } },
	{ SYS_unshare, DIES, DIES, { 0 } },
	{ SYS_setns, DIES, DIES, { FD } },
	{ SYS_mount, DIES, DIES, { PATH } },
	{ SYS_init_module, DIES, DIES, { PATH } },
	{ SYS_finit_module, DIES, DIES, { FD } },
	{ SYS_kexec_load, DIES, DIES, { 0 } },
#ifdef __x86_64__
	{ SYS_fork, DIES, DIES, { 0 } },
	{ SYS_vfork, DIES, DIES, { 0 } },
#endif
};
#define ROWS (sizeof(rows) / sizeof(*rows))

#endif
