/*
 * The limit: the least that an init can be and still forward every signal, reap every orphan and
 * end as its command ended. No options, no messages, no terminal, no grace: what it costs is what
 * the kernel and the C library's start cost.
 *
 *	limit -- PROGRAM ARGUMENT...
 *
 * With COPY defined what becomes the command has a copy of the memory, as antechamber's launcher,
 * which writes values that PID 1 must never have.
 */
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef COPY
#define START() (pid_t) syscall(SYS_clone, CLONE_VFORK | SIGCHLD, NULL, NULL, NULL, NULL)
#else
#define START() vfork()
#endif

static uint64_t all = UINT64_MAX;
static uint64_t inherited;

static void
reap(pid_t app)
{
	int status;
	pid_t pid;
	while ((pid = wait4(-1, &status, WNOHANG, NULL)) > 0) {
		if (pid == app)
			_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	}
}

int
main(int argc, char **argv)
{
	if (argc < 3)
		return 100;
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &inherited, sizeof(all));
	pid_t app = START();
	if (app == 0) {
		setpgid(0, 0);
		syscall(SYS_rt_sigprocmask, SIG_SETMASK, &inherited, NULL, sizeof(all));
		execve(argv[2], argv + 2, environ);
		_exit(127);
	}
	for (;;) {
		int signo = (int)syscall(SYS_rt_sigtimedwait, &all, NULL, NULL, sizeof(all));
		if (signo == SIGCHLD)
			reap(app);
		else if (signo > 0)
			kill(app, signo);
	}
}
