/*
 * Kills the parent of a program at the program's system call with this number, and lets it go on:
 *
 *	orphaned STOP PROGRAM ARGUMENT...
 *
 * To be run as PID 1: the orphan comes to us. Says "stop NR", the call that was about to begin, or
 * "stop -1" when the program ended or waited for a signal before.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void
need(bool done, const char *what)
{
	if (done)
		return;
	printf("orphaned: %s: %s\n", what, strerror(errno));
	exit(98);
}

/* The kernel's struct ptrace_syscall_info as far as we read it. */
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

/* Returns the call at whose entry the program is stopped now, the one with this number (from 1). */
static long
run_to(pid_t program, long wanted)
{
	bool has_begun = false;
	for (long entries = 0;;) {
		int status = 0;
		need(waitpid(program, &status, __WALL) == program, "waitpid");
		if (!WIFSTOPPED(status))
			return -1;
		bool is_call = WSTOPSIG(status) == (SIGTRAP | 0x80);
		if (status >> 16 == PTRACE_EVENT_EXEC)
			has_begun = true;
		struct syscall_info info = { 0 };
		if (is_call)
			need(ptrace(GET_SYSCALL_INFO, program, (void *)sizeof(info), &info) > 0,
				"system call");
		if (is_call && has_begun && info.op == IS_ENTRY &&
			(++entries == wanted || info.nr == SYS_rt_sigtimedwait))
			return entries == wanted ? (long)info.nr : -1;
		need(ptrace(PTRACE_SYSCALL, program, NULL, 0L) == 0, "go on");
	}
}

int
main(int argc, char **argv)
{
	int go[2];
	int tell[2];
	pid_t program = 0;
	if (argc < 3)
		return 98;
	need(pipe(go) == 0 && pipe(tell) == 0, "pipe");
	pid_t parent = fork();
	need(parent >= 0, "fork");
	if (parent == 0) {
		program = fork();
		if (program == 0) {
			char byte;
			need(read(go[0], &byte, 1) == 1, "read");
			close(go[0]);
			close(go[1]);
			close(tell[0]);
			close(tell[1]);
			execv(argv[2], argv + 2);
			need(false, "exec");
		}
		need(write(tell[1], &program, sizeof(program)) == sizeof(program), "tell");
		for (;;)
			pause();
	}
	need(read(tell[0], &program, sizeof(program)) == sizeof(program), "who");
	long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
	need(ptrace(PTRACE_SEIZE, program, NULL, options) == 0, "seize");
	need(ptrace(PTRACE_INTERRUPT, program, NULL, 0L) == 0, "interrupt");
	need(write(go[1], "", 1) == 1, "write");
	long nr = run_to(program, atol(argv[1]));
	kill(parent, SIGKILL);
	need(waitpid(parent, NULL, 0) == parent, "the parent's end");
	printf("stop %ld\n", nr);
	fflush(stdout);
	ptrace(PTRACE_DETACH, program, NULL, 0L);
	while (wait(NULL) > 0)
		;
	return 0;
}
