#include "sandbox/seccomp.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
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
	STDERR_OR_BLOCK,
	FAMILY_INET,
	TYPE_STREAM,
	TYPE_DATAGRAM,
	PROTOCOL_DEFAULT,
	LEVEL_SOCKET,
	LEVEL_TCP,
	OPTION_ERROR,
	OPTION_NODELAY,
	SET_FILTER,
	LOG_TIMER,
	SELF,
	SIGNAL_ABORT,
};

#define ALL_BITS UINT32_MAX

/* One mask serves two numbers that differ in one bit: 2 and 10, 2 and 3. */
_Static_assert((AF_INET ^ AF_INET6) == 8 && (AF_INET & 8) == 0, "FAMILY_INET takes more than two");
_Static_assert(STDERR_FILENO == 2, "STDERR_OR_BLOCK is 2 and 3");

static const struct filter_check check[] = {
	[STDERR_OR_BLOCK] = { ~1u, STDERR_FILENO, 0 },
	[FAMILY_INET] = { ~8u, AF_INET, 0 },
	[TYPE_STREAM] = { ~(uint32_t)(SOCK_CLOEXEC | SOCK_NONBLOCK), SOCK_STREAM, 1 },
	[TYPE_DATAGRAM] = { ~(uint32_t)(SOCK_CLOEXEC | SOCK_NONBLOCK), SOCK_DGRAM, 1 },
	[PROTOCOL_DEFAULT] = { ALL_BITS, 0, 2 },
	[LEVEL_SOCKET] = { ALL_BITS, SOL_SOCKET, 1 },
	[LEVEL_TCP] = { ALL_BITS, IPPROTO_TCP, 1 },
	[OPTION_ERROR] = { ALL_BITS, SO_ERROR, 2 },
	[OPTION_NODELAY] = { ALL_BITS, TCP_NODELAY, 2 },
	[SET_FILTER] = { ALL_BITS, KERNEL_SECCOMP_SET_FILTER, 0 },
	[LOG_TIMER] = { ALL_BITS, BOUNDED_TIMER, 0 },
	[SELF] = { ALL_BITS, 0, 0 }, /* the value is the process's own number */
	[SIGNAL_ABORT] = { ALL_BITS, SIGABRT, 1 },
};
_Static_assert(sizeof(check) / sizeof(*check) == SIGNAL_ABORT + 1, "a check is missing");

#define CHECKS_MAX 3

struct line {
	uint16_t nr;
	uint8_t until; /* the last stage in which it holds */
	uint8_t checks[CHECKS_MAX];
};

#define TALK STAGE_TALK
#define RESOLVE STAGE_RESOLVE

/*
 * Allowed is what a run makes, and no more; of several lines for one call, one must fit. Everything
 * else is EPERM. Sockets are read and written with recv(2) and send(2).
 */
static const struct line allowed[] = {
#ifdef SYS_poll
	{ SYS_poll, TALK, { ANY } }, /* room on stderr */
#endif
	{ SYS_ppoll, TALK, { ANY } }, /* sockets, until a signal comes; aarch64 has no poll */
	{ SYS_recvfrom, TALK, { ANY } }, /* recv */
	{ SYS_sendto, TALK, { ANY } }, /* send */
	{ SYS_write, TALK, { STDERR_OR_BLOCK } }, { SYS_close, TALK, { ANY } }, /* sockets */

	/* Connections, also after a failure. */
	{ SYS_socket, TALK, { FAMILY_INET, TYPE_STREAM, PROTOCOL_DEFAULT } },
	{ SYS_connect, TALK, { ANY } }, /* the same */
	{ SYS_setsockopt, TALK, { LEVEL_TCP, OPTION_NODELAY } }, /* or each handshake waits 40 ms */
	{ SYS_getsockopt, TALK, { LEVEL_SOCKET, OPTION_ERROR } }, /* how connect ended */

	{ SYS_clock_gettime, TALK, { ANY } }, /* where the vDSO has no clock */
	{ SYS_restart_syscall, TALK, { ANY } }, /* a wait after SIGSTOP and SIGCONT */
	{ SYS_rt_sigreturn, TALK, { ANY } }, /* the end of the handlers of base/stop.c, bounded.c */
	{ SYS_timer_settime, TALK, { LOG_TIMER } }, /* bounds the write of a log line */
	{ SYS_getrandom, TALK, { ANY } }, /* TLS */
	{ SYS_tkill, TALK, { SELF, SIGNAL_ABORT } }, /* abort */
	{ SYS_exit_group, TALK, { ANY } }, /* the end */
	{ SYS_exit, TALK, { ANY } }, /* what musl does should exit_group return */

	{ SYS_socket, RESOLVE, { FAMILY_INET, TYPE_DATAGRAM, PROTOCOL_DEFAULT } }, /* queries */
	{ SYS_landlock_create_ruleset, RESOLVE, { ANY } }, /* the way into the second stage */
	{ SYS_landlock_add_rule, RESOLVE, { ANY } }, /* the same */
	{ SYS_landlock_restrict_self, RESOLVE, { ANY } }, /* the same */
	{ SYS_seccomp, RESOLVE, { SET_FILTER } }, /* the same */
};

/* Never, in any stage: no code of ours makes these calls, so an attacker does. */
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
	SYS_kill, /* other processes' lives; abort's own call is allowed above */
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
		if (line->checks[n] == SELF)
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
	static uint32_t self; /* the first filter refuses getpid(2) */
	struct filter f;
	if (stage == STAGE_RESOLVE)
		self = (uint32_t)getpid();
	if (!seccomp_program(stage, self, &f))
		return err_set(e, ERR_REFUSED, "seccomp: the filter is too long");
#ifdef SANDBOX_TRAP
	trap_report();
#endif
	const struct kernel_bpf_program program = { f.count, f.code };
	if (syscall(SYS_seccomp, KERNEL_SECCOMP_SET_FILTER, 0, &program) != 0)
		return err_sys(e, ERR_REFUSED, errno, "seccomp");
	return true;
}
