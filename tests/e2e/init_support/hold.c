/*
 * Runs a program as PID 1 of a PID namespace and stops one process that it makes, by SIGSTOP and
 * before that does anything:
 *
 *	hold N -- PROGRAM ARGUMENT...
 *
 *	init PID		the numbers as we see them
 *	held PID		the Nth process; the init goes on
 *	exit N | signal N	the end of the program
 */
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void
need(bool done, const char *what)
{
	if (done)
		return;
	perror(what);
	exit(98);
}

static void
say(const char *what, int number)
{
	printf("%s %d\n", what, number);
	fflush(stdout);
}

static pid_t
start(char **program)
{
	int go[2];
	char byte;
	need(pipe(go) == 0, "pipe");
	pid_t init = (pid_t)syscall(
		SYS_clone, CLONE_NEWPID | CLONE_NEWNS | SIGCHLD, NULL, NULL, NULL, NULL);
	need(init >= 0, "clone");
	if (init == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(go[1]);
		need(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0, "private mounts");
		need(mount("proc", "/proc", "proc", 0, NULL) == 0, "mount /proc");
		need(read(go[0], &byte, 1) == 1, "read");
		close(go[0]);
		execv(program[0], program);
		need(false, program[0]);
	}
	need(ptrace(PTRACE_SEIZE, init, NULL, (long)PTRACE_O_TRACEFORK) == 0, "seize");
	need(write(go[1], "", 1) == 1, "write");
	close(go[0]);
	close(go[1]);
	return init;
}

/* A process that was just made: let go on, or stopped for good. */
static void
made(pid_t pid, bool is_held)
{
	int status;
	need(waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status), "the new process");
	if (is_held)
		kill(pid, SIGSTOP);
	need(ptrace(PTRACE_DETACH, pid, NULL, NULL) == 0, "detach");
	if (is_held)
		say("held", pid);
}

int
main(int argc, char **argv)
{
	if (argc < 4)
		return 98;
	int wanted = atoi(argv[1]);
	pid_t init = start(argv + 3);
	say("init", init);
	for (;;) {
		int status = 0;
		need(waitpid(init, &status, __WALL) == init, "waitpid");
		if (WIFEXITED(status) || WIFSIGNALED(status)) {
			bool exited = WIFEXITED(status);
			say(exited ? "exit" : "signal",
				exited ? WEXITSTATUS(status) : WTERMSIG(status));
			return 0;
		}
		unsigned long child = 0;
		bool forked = status >> 16 == PTRACE_EVENT_FORK;
		if (forked) {
			need(ptrace(PTRACE_GETEVENTMSG, init, NULL, &child) == 0, "fork");
			made((pid_t)child, --wanted == 0);
		}
		int signo = status >> 16 == 0 ? WSTOPSIG(status) : 0;
		if (forked && wanted == 0)
			ptrace(PTRACE_DETACH, init, NULL, NULL);
		else
			ptrace(PTRACE_CONT, init, NULL, (long)signo);
	}
}
