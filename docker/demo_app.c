/*
 * The command that docker/demo runs: prints its variables and its process ID, leaves an orphan, and
 * handles signals. It is static, so that it runs in an image FROM scratch.
 *
 *	demo_app        HUP: prints a line; USR1: ends the orphan; TERM: exits with 42
 *	demo_app pause  waits until it is killed
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void
need(bool done, const char *what)
{
	if (done)
		return;
	perror(what);
	exit(1);
}

/* Waits until its parent has ended and another process has become its parent, then for ever. */
static void
be_orphan(pid_t parent, int report)
{
	prctl(PR_SET_NAME, "orphan");
	while (getppid() == parent)
		usleep(1000);
	pid_t self = getpid();
	need(write(report, &self, sizeof(self)) == sizeof(self), "write");
	close(report);
	for (;;)
		pause();
}

/* Forks a child that forks another and ends; returns the grandchild's process ID. */
static pid_t
leave_orphan(void)
{
	int fds[2];
	need(pipe(fds) == 0, "pipe");
	pid_t child = fork();
	need(child >= 0, "fork");
	if (child == 0) {
		pid_t parent = getpid();
		pid_t grandchild = fork();
		need(grandchild >= 0, "fork");
		if (grandchild == 0)
			be_orphan(parent, fds[1]);
		_exit(0);
	}
	close(fds[1]);
	need(waitpid(child, NULL, 0) == child, "waitpid");
	pid_t orphan;
	need(read(fds[0], &orphan, sizeof(orphan)) == sizeof(orphan), "read");
	close(fds[0]);
	return orphan;
}

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "pause") == 0) {
		for (;;)
			pause();
	}
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	for (char **entry = environ; *entry != NULL; entry++)
		printf("env %s\n", *entry);
	pid_t orphan = leave_orphan();

	sigset_t expected;
	sigemptyset(&expected);
	sigaddset(&expected, SIGHUP);
	sigaddset(&expected, SIGUSR1);
	sigaddset(&expected, SIGTERM);
	sigprocmask(SIG_BLOCK, &expected, NULL);
	printf("ready, process %d, parent %d\n", (int)getpid(), (int)getppid());
	for (;;) {
		int signo = sigwaitinfo(&expected, NULL);
		if (signo == SIGHUP)
			puts("signal HUP: reads its configuration again");
		if (signo == SIGUSR1) {
			need(kill(orphan, SIGTERM) == 0, "kill");
			puts("signal USR1: ends the orphan");
		}
		if (signo == SIGTERM) {
			puts("signal TERM: ends with 42");
			return 42;
		}
	}
}
