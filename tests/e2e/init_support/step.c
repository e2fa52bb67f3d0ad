/*
 * Runs a program as PID 1 of a PID namespace, stops it and the process that becomes the command at
 * each system call, and sends a signal at the stop with this number. Says what happened:
 *
 *	step STOP SIGNAL -- PROGRAM ARGUMENT...
 *
 *	stop NR of init|launcher	the signal was sent before (NR) or after (-NR - 1) this call
 *	beyond				the command was reached first
 *	exit N | signal N		the end of the program
 *
 * Stop 0 is the one in front of the first instruction. The launcher is the first process that the
 * init forks: PROGRAM fetches nothing. STOP -1 sends nothing; what is traced then lists all stops.
 */
#include <elf.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define EVENT_STOP 128 /* PTRACE_EVENT_STOP */

/* <linux/ptrace.h>'s, which the C libraries do not all have: how a system call stop came about. */
struct syscall_info {
	unsigned char op;
	unsigned char pad[3];
	unsigned arch;
	unsigned long long instruction, stack;
	unsigned long long nr;
	unsigned long long rest[7];
};
#define GET_SYSCALL_INFO 0x420e
#define IS_ENTRY 1

static pid_t init;
static pid_t launcher;
static long wanted;
static int signo;
static long stops;
static bool stepping = true;

static void
need(bool done, const char *what)
{
	if (done)
		return;
	fprintf(stderr, "step: %s: %s\n", what, strerror(errno));
	exit(98);
}

static void
say(const char *what, long number, const char *rest)
{
	printf("%s%ld%s\n", what, number, rest);
	fflush(stdout);
}

static void
send_at(pid_t pid, long nr)
{
	const char *who = pid == init ? " of init" : " of launcher";
	if (wanted < 0 && stepping)
		say("stop ", nr, who);
	if (stepping && stops == wanted) {
		say("stop ", nr, who);
		need(kill(init, signo) == 0, "kill");
		stepping = false;
	}
	stops++;
}

static void
syscall_stop(pid_t pid)
{
	static long entered[2] = { -1, -1 };
	struct syscall_info info = { 0 };
	need(ptrace(GET_SYSCALL_INFO, pid, (void *)sizeof(info), &info) > 0, "system call");
	/* The end of the execve that started the program is none of its own calls. */
	if (info.op != IS_ENTRY && entered[pid == init] < 0)
		return;
	if (info.op == IS_ENTRY)
		entered[pid == init] = (long)info.nr;
	send_at(pid, info.op == IS_ENTRY ? (long)info.nr : -entered[pid == init] - 1);
}

static void
go_on(pid_t pid, int deliver)
{
	/* The process may have been killed meanwhile. */
	ptrace(stepping ? PTRACE_SYSCALL : PTRACE_CONT, pid, NULL, (long)deliver);
}

static void
event(pid_t pid, int what)
{
	unsigned long message = 0;
	if (pid == init && launcher == 0 &&
		(what == PTRACE_EVENT_FORK || what == PTRACE_EVENT_VFORK)) {
		need(ptrace(PTRACE_GETEVENTMSG, pid, NULL, &message) == 0, "fork");
		launcher = (pid_t)message;
	}
	if (what != PTRACE_EVENT_EXEC)
		return;
	if (stops == 0) {
		send_at(pid, SYS_execve);
	} else if (stepping) {
		printf("beyond\n");
		fflush(stdout);
		stepping = false;
	}
}

static void
stopped(pid_t pid, int status)
{
	int what = status >> 16;
	int stop = WSTOPSIG(status);
	if (stop == (SIGTRAP | 0x80)) {
		if (stepping)
			syscall_stop(pid);
		go_on(pid, 0);
	} else if (what != 0 && what != EVENT_STOP) {
		event(pid, what);
		go_on(pid, 0);
	} else {
		go_on(pid, what == EVENT_STOP ? 0 : stop);
	}
}

static void
follow(void)
{
	for (;;) {
		int status = 0;
		pid_t pid = waitpid(-1, &status, __WALL);
		need(pid > 0, "waitpid");
		if (WIFSTOPPED(status)) {
			stopped(pid, status);
		} else if (pid == init) {
			if (WIFSIGNALED(status))
				say("signal ", WTERMSIG(status), "");
			else
				say("exit ", WEXITSTATUS(status), "");
			return;
		}
	}
}

static void
be_init(int go, char **program)
{
	char byte;
	struct rlimit none = { 0 };
	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	need(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0, "private mounts");
	need(mount("proc", "/proc", "proc", 0, NULL) == 0, "mount /proc");
	need(read(go, &byte, 1) == 1, "read");
	close(go);
	execv(program[0], program);
	need(false, program[0]);
}

int
main(int argc, char **argv)
{
	if (argc < 5)
		return 98;
	wanted = atol(argv[1]);
	signo = atoi(argv[2]);
	/* What we leave to the program must not depend on who runs the tests: nohup(1) for one. */
	for (int i = 1; i <= 64; i++)
		signal(i, SIG_DFL);
	int go[2];
	need(pipe(go) == 0, "pipe");
	init = (pid_t)syscall(
		SYS_clone, CLONE_NEWPID | CLONE_NEWNS | SIGCHLD, NULL, NULL, NULL, NULL);
	need(init >= 0, "clone");
	if (init == 0) {
		close(go[1]);
		be_init(go[0], argv + 4);
	}
	long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK |
		       PTRACE_O_TRACEVFORK | PTRACE_O_EXITKILL;
	need(ptrace(PTRACE_SEIZE, init, NULL, options) == 0, "seize");
	need(write(go[1], "", 1) == 1, "write");
	close(go[0]);
	close(go[1]);
	follow();
	return 0;
}
