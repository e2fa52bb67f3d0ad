/*
 * Runs a program in a PID namespace of its own, started in the way that the options say, and
 * reports the end of it.
 *
 *	box -r FD [option]... -- PROGRAM ARGUMENT...
 *
 * -r FD   two lines are written here: the program's pid as we see it, and "exit N" or "signal N"
 * -n      not as PID 1: PID 1 is a bare reaper of ours
 * -m      without /proc
 * -R      with a read-only root
 * -u UID  as this user
 * -t FD   in a session of its own, whose controlling terminal this is
 * -S      in a session of its own without a terminal
 * -c FD   with this descriptor closed (repeatable)
 * -x N    with N more descriptors
 * -b      with every signal blocked
 * -i SIG  with this signal ignored (repeatable)
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct {
	int report;
	int terminal;
	int extra;
	uid_t uid;
	bool is_child;
	bool no_proc;
	bool read_only;
	bool session;
	bool block;
	uint64_t closed;
	uint64_t ignored;
} how = { .report = -1, .terminal = -1 };

static void
need(bool done, const char *what)
{
	if (done)
		return;
	fprintf(stderr, "box: %s: %s\n", what, strerror(errno));
	_exit(98);
}

static void
report(const char *what, int number)
{
	char line[32];
	int n = snprintf(line, sizeof(line), "%s%d\n", what, number);
	need(write(how.report, line, (size_t)n) == n, "report");
}

static void
report_end(int status)
{
	if (WIFSIGNALED(status))
		report("signal ", WTERMSIG(status));
	else
		report("exit ", WEXITSTATUS(status));
}

/* Waits for one child and reaps every other. */
static int
wait_for(pid_t child)
{
	int status = 0;
	for (;;) {
		pid_t pid = waitpid(-1, &status, 0);
		need(pid > 0 || errno == EINTR, "waitpid");
		if (pid == child)
			return status;
	}
}

static void
prepare_files(void)
{
	need(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0, "private mounts");
	if (how.no_proc)
		need(mount("none", "/proc", "tmpfs", 0, NULL) == 0, "hide /proc");
	else
		need(mount("proc", "/proc", "proc", 0, NULL) == 0, "mount /proc");
	if (how.read_only)
		need(mount("none", "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL) == 0,
			"read-only root");
}

static void
prepare_session(void)
{
	if (how.session || how.terminal >= 0)
		need(setsid() > 0, "setsid");
	if (how.terminal >= 0) {
		need(ioctl(how.terminal, TIOCSCTTY, 0) == 0, "controlling terminal");
		close(how.terminal);
	}
}

static void
prepare_signals(void)
{
	uint64_t all = UINT64_MAX;
	for (int signo = 1; signo <= 64; signo++) {
		/* By the kernel's own structure: the C library keeps some signals for itself. */
		void *ignore[4] = { (void *)SIG_IGN };
		if ((how.ignored >> (signo - 1) & 1) != 0)
			need(syscall(SYS_rt_sigaction, signo, ignore, NULL, 8) == 0, "ignore");
	}
	if (how.block)
		need(syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, 8) == 0, "block");
}

static void
run(char **program)
{
	/* A core of each of those that die by a signal would take longer than the tests. */
	struct rlimit none = { 0 };
	need(setrlimit(RLIMIT_CORE, &none) == 0, "setrlimit");
	prepare_session();
	for (int i = 0; i < how.extra; i++)
		need(open("/dev/null", O_RDWR) >= 0, "open");
	if (how.uid != 0)
		need(setgid(how.uid) == 0 && setuid(how.uid) == 0, "setuid");
	int last = fcntl(how.report, F_DUPFD_CLOEXEC, 1000);
	need(last >= 0, "keep the report");
	close(how.report);
	for (int fd = 0; fd < 64; fd++) {
		if ((how.closed >> fd & 1) != 0)
			close(fd);
	}
	prepare_signals();
	execv(program[0], program);
	dprintf(last, "cannot run %s: %s\n", program[0], strerror(errno));
	_exit(98);
}

/* PID 1 of the namespace where the program is not that. */
static void
be_reaper(char **program)
{
	pid_t child = fork();
	need(child >= 0, "fork");
	if (child == 0)
		run(program);
	int status = wait_for(child);
	report_end(status);
	_exit(0);
}

static void
read_options(int argc, char **argv)
{
	for (int c; (c = getopt(argc, argv, "+r:nmRu:t:Sc:x:bi:")) != -1;) {
		int number = optarg == NULL ? 0 : atoi(optarg);
		switch (c) {
		case 'r':
			how.report = number;
			break;
		case 'n':
			how.is_child = true;
			break;
		case 'm':
			how.no_proc = true;
			break;
		case 'R':
			how.read_only = true;
			break;
		case 'u':
			how.uid = (uid_t)number;
			break;
		case 't':
			how.terminal = number;
			break;
		case 'S':
			how.session = true;
			break;
		case 'c':
			how.closed |= UINT64_C(1) << number;
			break;
		case 'x':
			how.extra = number;
			break;
		case 'b':
			how.block = true;
			break;
		case 'i':
			how.ignored |= UINT64_C(1) << (number - 1);
			break;
		default:
			exit(98);
		}
	}
}

int
main(int argc, char **argv)
{
	read_options(argc, argv);
	need(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0, "prctl");
	/* What we leave to the program must not depend on who runs the tests. */
	uint64_t none = 0;
	for (int signo = 1; signo <= 64; signo++)
		signal(signo, SIG_DFL);
	need(syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, 8) == 0, "unblock");

	int go[2];
	need(pipe(go) == 0, "pipe");
	long child =
		syscall(SYS_clone, CLONE_NEWPID | CLONE_NEWNS | SIGCHLD, NULL, NULL, NULL, NULL);
	need(child >= 0, "clone");
	if (child == 0) {
		char byte;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prepare_files();
		need(read(go[0], &byte, 1) == 1, "read");
		close(go[0]);
		close(go[1]);
		if (how.is_child)
			be_reaper(argv + optind);
		run(argv + optind);
	}
	report("", (int)child);
	need(write(go[1], "", 1) == 1, "write");
	close(go[0]);
	close(go[1]);
	/* Our own terminal's signals are for the program. */
	signal(SIGINT, SIG_IGN);
	signal(SIGTSTP, SIG_IGN);
	int status = wait_for((pid_t)child);
	if (!how.is_child)
		report_end(status);
	return 0;
}
