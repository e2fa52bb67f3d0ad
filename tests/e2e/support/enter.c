/*
 * Starts a program in namespaces of its own, quicker and with fewer surprises than nsenter, unshare
 * and a shell: nothing is added to its environment, its signals are as we found them, and it is
 * killed with us, as we are with the thread that started us.
 *
 *	enter -n NETNS_FD [-p] [-u UID] [-r FD] [-m] [-b SOURCE TARGET]... -- PROGRAM ARGUMENT...
 *
 * -n  the network namespace     -p  as PID 1 of the new PID namespace, else as PID 2 below a PID 1
 * -u  as this user                  that only waits
 * -b  SOURCE is seen at TARGET  -r  where to write the pid of PID 1, as the caller sees it
 * -m  without /proc
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

struct options {
	int netns;
	int report;
	bool pid1;
	bool without_proc;
	uid_t uid;
	char **program;
};

static void
parse(int argc, char **argv, struct options *o)
{
	int i = 1;
	for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "-n") == 0) {
			o->netns = atoi(argv[++i]);
		} else if (strcmp(argv[i], "-r") == 0) {
			o->report = atoi(argv[++i]);
		} else if (strcmp(argv[i], "-u") == 0) {
			o->uid = (uid_t)atoi(argv[++i]);
		} else if (strcmp(argv[i], "-p") == 0) {
			o->pid1 = true;
		} else if (strcmp(argv[i], "-m") == 0) {
			o->without_proc = true;
		} else if (strcmp(argv[i], "-b") == 0 && i + 2 < argc) {
			const char *source = argv[++i];
			const char *target = argv[++i];
			need(mount(source, target, NULL, MS_BIND, NULL) == 0, target);
		} else {
			errno = EINVAL;
			need(false, argv[i]);
		}
	}
	errno = EINVAL;
	need(i + 1 < argc, "usage");
	o->program = argv + i + 1;
}

/* What the kernel takes as arguments and environment is a quarter of the stack (execve(2)). */
static void
limit_stack(void)
{
	struct rlimit stack;
	need(getrlimit(RLIMIT_STACK, &stack) == 0, "getrlimit");
	stack.rlim_cur = 8 * 1024 * 1024;
	need(setrlimit(RLIMIT_STACK, &stack) == 0, "setrlimit");
}

static void
execute(const struct options *o)
{
	if (o->uid != 0)
		need(setresgid(o->uid, o->uid, o->uid) == 0 &&
				setresuid(o->uid, o->uid, o->uid) == 0,
			"user");
	/* Last: a change of the user takes it back. */
	need(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0, "prctl");
	execv(o->program[0], o->program);
	need(false, o->program[0]);
}

/* PID 1 of the new namespace; what is left in it ends with it. */
static void
first_process(const struct options *o)
{
	need(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0, "prctl");
	if (o->without_proc)
		need(mount("none", "/proc", "tmpfs", 0, NULL) == 0, "/proc");
	else
		need(mount("proc", "/proc", "proc", 0, NULL) == 0, "/proc");
	if (o->pid1)
		execute(o);
	pid_t second = fork();
	need(second >= 0, "fork");
	if (second == 0)
		execute(o);
	_exit(wait_for(second));
}

int
main(int argc, char **argv)
{
	struct options o = { .netns = -1, .report = -1 };
	need(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0, "prctl");
	need(unshare(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWPID) == 0, "unshare");
	need(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0, "private mounts");
	limit_stack();
	parse(argc, argv, &o);
	need(setns(o.netns, CLONE_NEWNET) == 0, "setns");
	close(o.netns);

	pid_t child = fork();
	need(child >= 0, "fork");
	if (child == 0) {
		if (o.report >= 0)
			close(o.report);
		first_process(&o);
	}
	if (o.report >= 0) {
		dprintf(o.report, "%d", (int)child);
		close(o.report);
	}
	return wait_for(child);
}
