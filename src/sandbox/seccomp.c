#include "sandbox/seccomp.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/bounded.h"
#ifdef SANDBOX_TRAP
#include "sandbox/trap.h"
#endif

/* What a line may ask of a call's arguments. */
enum check {
	ANY, /* nothing; ends the list of a line */
	FAMILY_INET,
	TYPE_STREAM,
	TYPE_DATAGRAM,
	PROTOCOL_USUAL,
	LEVEL_SOCKET,
	LEVEL_TCP,
	OPTION_ERROR,
	OPTION_NODELAY,
	OPEN_READ_ONLY,
	OPENAT_READ_ONLY,
	FROM_HERE,
	GET_FILE_FLAGS,
	SET_FILE_FLAGS,
	SET_FILTER,
	LOG_TIMER,
	SELF_FIRST,
	SELF_SECOND,
};

#define ALL_BITS UINT32_MAX
#define OPEN_ALLOWED \
	(O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | KERNEL_OPEN_LARGEFILE)

/* One mask serves both families because their numbers differ in one bit: 2 and 10. */
_Static_assert((AF_INET ^ AF_INET6) == 8 && (AF_INET & 8) == 0, "FAMILY_INET takes more than two");

static const struct filter_check check[] = {
	[FAMILY_INET] = { ~8u, AF_INET, 0 },
	[TYPE_STREAM] = { ~(uint32_t)(SOCK_CLOEXEC | SOCK_NONBLOCK), SOCK_STREAM, 1 },
	[TYPE_DATAGRAM] = { ~(uint32_t)(SOCK_CLOEXEC | SOCK_NONBLOCK), SOCK_DGRAM, 1 },
	[PROTOCOL_USUAL] = { ALL_BITS, 0, 2 },
	[LEVEL_SOCKET] = { ALL_BITS, SOL_SOCKET, 1 },
	[LEVEL_TCP] = { ALL_BITS, IPPROTO_TCP, 1 },
	[OPTION_ERROR] = { ALL_BITS, SO_ERROR, 2 },
	[OPTION_NODELAY] = { ALL_BITS, TCP_NODELAY, 2 },
	[OPEN_READ_ONLY] = { ~(uint32_t)OPEN_ALLOWED, 0, 1 },
	[OPENAT_READ_ONLY] = { ~(uint32_t)OPEN_ALLOWED, 0, 2 },
	[FROM_HERE] = { ALL_BITS, (uint32_t)AT_FDCWD, 0 },
	[GET_FILE_FLAGS] = { ALL_BITS, F_GETFL, 1 },
	[SET_FILE_FLAGS] = { ALL_BITS, F_SETFL, 1 },
	[SET_FILTER] = { ALL_BITS, KERNEL_SECCOMP_SET_FILTER, 0 },
	[LOG_TIMER] = { ALL_BITS, BOUNDED_TIMER, 0 },
	[SELF_FIRST] = { ALL_BITS, 0, 0 }, /* the value is the process's own number */
	[SELF_SECOND] = { ALL_BITS, 0, 1 },
};
_Static_assert(sizeof(check) / sizeof(*check) == SELF_SECOND + 1, "a check is missing");

#define CHECKS_MAX 3

struct line {
	uint16_t nr;
	uint8_t until; /* the last stage in which it holds */
	uint8_t checks[CHECKS_MAX];
};

#define TALK STAGE_TALK
#define RESOLVE STAGE_RESOLVE

/* Allowed; of several lines for one call, one must fit. Everything else is EPERM. */
static const struct line allowed[] = {
#ifdef SYS_poll
	{ SYS_poll, TALK, { ANY } }, /* sockets; room on stderr */
#endif
	{ SYS_ppoll, TALK, { ANY } }, /* sockets, until a signal comes; aarch64 has no poll */
	{ SYS_recvfrom, TALK, { ANY } }, /* recv */
	{ SYS_sendto, TALK, { ANY } }, /* send */
	{ SYS_read, TALK, { ANY } }, /* sockets; in the first stage files */
	{ SYS_write, TALK, { ANY } }, /* stderr, the block, sockets */
	{ SYS_writev, TALK, { ANY } }, /* assert's last words */
	{ SYS_close, TALK, { ANY } }, /* sockets, files */
	{ SYS_shutdown, TALK, { ANY } }, /* the end of a connection */

	{ SYS_socket, TALK, { FAMILY_INET, TYPE_STREAM } }, /* connections, also after a failure */
	{ SYS_connect, TALK, { ANY } }, /* the same */
	{ SYS_setsockopt, TALK, { LEVEL_TCP, OPTION_NODELAY } }, /* or each handshake waits 40 ms */
	{ SYS_getsockopt, TALK, { LEVEL_SOCKET, OPTION_ERROR } }, /* how connect ended */
	{ SYS_fcntl, TALK, { GET_FILE_FLAGS } }, /* O_NONBLOCK */
	{ SYS_fcntl, TALK, { SET_FILE_FLAGS } }, /* the same */

	{ SYS_clock_gettime, TALK, { ANY } }, /* where the vDSO has no clock */
	{ SYS_nanosleep, TALK, { ANY } }, /* the wait between two attempts */
	{ SYS_clock_nanosleep, TALK, { ANY } }, /* the same */
	{ SYS_restart_syscall, TALK, { ANY } }, /* a wait after SIGSTOP and SIGCONT */
	{ SYS_rt_sigreturn, TALK, { ANY } }, /* the end of the handlers of base/stop.c, bounded.c */
	{ SYS_timer_settime, TALK, { LOG_TIMER } }, /* bounds the write of a log line */
	{ SYS_getrandom, TALK, { ANY } }, /* TLS */
	{ SYS_getpid, TALK, { ANY } }, /* abort */
	{ SYS_gettid, TALK, { ANY } }, /* abort */
	{ SYS_tkill, TALK, { SELF_FIRST } }, /* abort; in musl */
	{ SYS_tgkill, TALK, { SELF_FIRST, SELF_SECOND } }, /* abort; in glibc */
	{ SYS_rt_sigaction, TALK, { ANY } }, /* abort, when SIGABRT is blocked */
	{ SYS_rt_sigprocmask, TALK, { ANY } }, /* abort */
	{ SYS_exit_group, TALK, { ANY } }, /* the end */
	{ SYS_exit, TALK, { ANY } }, /* what musl does should exit_group return */

#ifdef SYS_open
	{ SYS_open, RESOLVE, { OPEN_READ_ONLY } }, /* /etc/hosts, /etc/resolv.conf */
#endif
	{ SYS_openat, RESOLVE, { FROM_HERE, OPENAT_READ_ONLY } }, /* the same */
	{ SYS_socket, RESOLVE, { FAMILY_INET, TYPE_DATAGRAM, PROTOCOL_USUAL } }, /* queries */
	{ SYS_landlock_create_ruleset, RESOLVE, { ANY } }, /* the way into the second stage */
	{ SYS_landlock_restrict_self, RESOLVE, { ANY } }, /* the same */
	{ SYS_seccomp, RESOLVE, { SET_FILTER } }, /* the same */
};

/* Never, in any stage: nothing of ours makes these, so whoever does is not us any more. */
static const uint16_t never[] = {
	SYS_execve, /* another program */
	SYS_execveat,
#ifdef SYS_fork
	SYS_fork, /* a life beyond the deadline */
	SYS_vfork,
#endif
	SYS_clone,
	SYS_clone3,
	SYS_ptrace, /* other processes' memory */
	SYS_process_vm_readv,
	SYS_process_vm_writev,
	SYS_pidfd_getfd, /* other processes' files */
	SYS_kill, /* other processes' lives; abort's own two are allowed above */
	SYS_tkill,
	SYS_tgkill,
	SYS_rt_sigqueueinfo,
	SYS_rt_tgsigqueueinfo,
	SYS_pidfd_send_signal,
	SYS_io_uring_setup, /* calls that no filter sees */
	SYS_io_uring_enter,
	SYS_io_uring_register,
	SYS_bpf, /* the ways into the kernel that exploits have taken most */
	SYS_userfaultfd,
	SYS_perf_event_open,
	SYS_keyctl,
	SYS_add_key,
	SYS_request_key,
	SYS_unshare,
	SYS_setns,
	SYS_mount,
	SYS_init_module,
	SYS_finit_module,
	SYS_kexec_load,
};

/* A debug build names the call that was refused instead of refusing it. */
#ifdef SANDBOX_TRAP
#define VERDICT_NEVER KERNEL_SECCOMP_TRAP
#define VERDICT_OTHER KERNEL_SECCOMP_TRAP
#else
#define VERDICT_NEVER KERNEL_SECCOMP_KILL_PROCESS
#define VERDICT_OTHER (KERNEL_SECCOMP_ERRNO | EPERM)
#endif

static void
put_allowed(struct filter *f, const struct line *line, uint32_t self)
{
	struct filter_check checks[CHECKS_MAX];
	size_t n = 0;
	while (n < CHECKS_MAX && line->checks[n] != ANY) {
		checks[n] = check[line->checks[n]];
		if (line->checks[n] >= SELF_FIRST)
			checks[n].value = self;
		n++;
	}
	filter_line(f, line->nr, checks, n, KERNEL_SECCOMP_ALLOW);
}

bool
seccomp_program(enum seccomp_stage stage, uint32_t self, struct filter *f)
{
	filter_begin(f, VERDICT_NEVER);
	for (size_t i = 0; i < sizeof(allowed) / sizeof(*allowed); i++)
		if (stage <= allowed[i].until)
			put_allowed(f, &allowed[i], self);
	for (size_t i = 0; i < sizeof(never) / sizeof(*never); i++)
		filter_line(f, never[i], NULL, 0, VERDICT_NEVER);
	filter_end(f, VERDICT_OTHER);
	return !f->overflow;
}

bool
seccomp_enter(enum seccomp_stage stage, struct err *e)
{
	struct filter f;
	if (!seccomp_program(stage, (uint32_t)getpid(), &f))
		return err_set(e, ERR_REFUSED, "seccomp: the filter is too long");
#ifdef SANDBOX_TRAP
	trap_report();
#endif
	const struct kernel_bpf_program program = { f.count, f.code };
	if (syscall(SYS_seccomp, KERNEL_SECCOMP_SET_FILTER, 0, &program) != 0)
		return err_sys(e, ERR_REFUSED, errno, "seccomp");
	return true;
}
