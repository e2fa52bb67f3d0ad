/*
 * Starts a program in namespaces of its own, quicker and with fewer surprises than nsenter, unshare
 * and a shell: nothing is added to its environment, its signals are as we found them, and it is
 * killed with us, as we are with the thread that started us.
 *
 *	enter -n NETNS_FD [-p] [-u UID] [-r FD] [-m] [-b SOURCE TARGET]... -- PROGRAM ARGUMENT...
 *
 * -n  the network namespace     -p  as PID 1 of a new PID namespace
 * -u  as this user              -b  SOURCE is seen at TARGET
 * -r  where to write the pid    -m  without /proc
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void
need(bool done, const char *what)
{
	if (done)
		return;
	fprintf(stderr, "enter: %s: %s\n", what, strerror(errno));
	_exit(98);
}

static int
wait_for(pid_t child)
{
	int status = 0;
	while (waitpid(child, &status, 0) < 0)
		need(errno == EINTR, "waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int
main(int argc, char **argv)
{
	/* What the kernel takes as arguments and environment is a quarter of it (execve(2)). */
	struct rlimit stack;
	need(getrlimit(RLIMIT_STACK, &stack) == 0, "getrlimit");
	stack.rlim_cur = 8 * 1024 * 1024;
	need(setrlimit(RLIMIT_STACK, &stack) == 0, "setrlimit");

	int netns = -1;
	int report = -1;
	bool pid1 = false;
	bool proc = true;
	uid_t uid = 0;
	need(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0, "prctl");
	need(unshare(CLONE_NEWNS | CLONE_NEWIPC) == 0, "unshare");
	need(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0, "private mounts");
	int i = 1;
	for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "-n") == 0) {
			netns = atoi(argv[++i]);
		} else if (strcmp(argv[i], "-r") == 0) {
			report = atoi(argv[++i]);
		} else if (strcmp(argv[i], "-u") == 0) {
			uid = (uid_t)atoi(argv[++i]);
		} else if (strcmp(argv[i], "-p") == 0) {
			pid1 = true;
		} else if (strcmp(argv[i], "-m") == 0) {
			proc = false;
		} else if (strcmp(argv[i], "-b") == 0 && i + 2 < argc) {
			need(mount(argv[i + 1], argv[i + 2], NULL, MS_BIND, NULL) == 0,
				argv[i + 2]);
			i += 2;
		} else {
			errno = EINVAL;
			need(false, argv[i]);
		}
	}
	if (i + 1 >= argc)
		return 98;
	need(setns(netns, CLONE_NEWNET) == 0, "setns");
	close(netns);
	if (pid1)
		need(unshare(CLONE_NEWPID) == 0, "new PID namespace");

	pid_t child = fork();
	need(child >= 0, "fork");
	if (child == 0) {
		if (report >= 0)
			close(report);
		need(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0, "prctl");
		if (pid1 && proc)
			need(mount("proc", "/proc", "proc", 0, NULL) == 0, "/proc");
		if (!proc)
			need(mount("none", "/proc", "tmpfs", 0, NULL) == 0, "/proc");
		if (uid != 0)
			need(setresgid(uid, uid, uid) == 0 && setresuid(uid, uid, uid) == 0, "user");
		execv(argv[i + 1], argv + i + 1);
		need(false, argv[i + 1]);
	}
	if (report >= 0) {
		dprintf(report, "%d", (int)child);
		close(report);
	}
	return wait_for(child);
}
