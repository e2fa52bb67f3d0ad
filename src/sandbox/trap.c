#include "sandbox/trap.h"

#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"

#define NAME(call)                \
	{                         \
		SYS_##call, #call \
	}

/* What a C library may call unasked; any other call is told by its number. */
static const struct {
	int nr;
	const char *name;
} calls[] = {
#ifdef SYS_open
	NAME(open),
	NAME(stat),
	NAME(lstat),
	NAME(access),
	NAME(readlink),
	NAME(pipe),
	NAME(select),
	NAME(fork),
	NAME(time),
	NAME(alarm),
	NAME(poll),
#endif
	NAME(openat),
	NAME(faccessat),
	NAME(fstat),
	NAME(newfstatat),
	NAME(statx),
	NAME(readlinkat),
	NAME(getdents64),
	NAME(getcwd),
	NAME(lseek),
	NAME(pread64),
	NAME(pwrite64),
	NAME(readv),
	NAME(ftruncate),
	NAME(dup),
	NAME(dup3),
	NAME(pipe2),
	NAME(fcntl),
	NAME(ioctl),
	NAME(pselect6),
	NAME(epoll_create1),
	NAME(epoll_ctl),
	NAME(epoll_pwait),
	NAME(socket),
	NAME(bind),
	NAME(listen),
	NAME(accept4),
	NAME(getsockname),
	NAME(getpeername),
	NAME(setsockopt),
	NAME(getsockopt),
	NAME(sendmsg),
	NAME(sendmmsg),
	NAME(recvmsg),
	NAME(recvmmsg),
	NAME(mmap),
	NAME(mremap),
	NAME(munmap),
	NAME(mprotect),
	NAME(madvise),
	NAME(brk),
	NAME(futex),
	NAME(set_robust_list),
	NAME(rseq),
	NAME(clone),
	NAME(clone3),
	NAME(execve),
	NAME(kill),
	NAME(tkill),
	NAME(tgkill),
	NAME(sigaltstack),
	NAME(rt_sigreturn),
	NAME(rt_sigtimedwait),
	NAME(setitimer),
	NAME(timer_create),
	NAME(gettimeofday),
	NAME(uname),
	NAME(sysinfo),
	NAME(sched_yield),
	NAME(sched_getaffinity),
	NAME(getuid),
	NAME(geteuid),
	NAME(getppid),
	NAME(prctl),
	NAME(prlimit64),
	NAME(getrusage),
	NAME(times),
};

/* SIGSYS comes from the call itself, at a place of our code and never between two lines of it. */
static void
report(int signo, siginfo_t *info, void *context)
{
	(void)signo;
	(void)context;
	const char *name = "?";
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		if (calls[i].nr == info->si_syscall)
			name = calls[i].name;
	struct err e = { 0 };
	err_set(&e, ERR_REFUSED, "sandbox: system call %d (%s) is not allowed", info->si_syscall,
		name);
	log_error(&e);
	_exit(EXIT_REFUSED);
}

void
trap_report(void)
{
	const struct sigaction action = { .sa_sigaction = report, .sa_flags = SA_SIGINFO };
	sigset_t only;
	sigemptyset(&only);
	sigaddset(&only, SIGSYS);
	if (sigaction(SIGSYS, &action, NULL) != 0 || sigprocmask(SIG_UNBLOCK, &only, NULL) != 0)
		log_warning("sandbox: refused calls cannot be named");
}
