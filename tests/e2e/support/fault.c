/*
 * Runs a command, and where that comes to execute PROGRAM (antechamber), lets one system call fail:
 * the Nth that can fail with ERRNO in the process that has this role.
 *
 *	fault REPORT PROGRAM ROLE N ERRNO -- COMMAND...
 *
 * Roles: "init" is the process that executes PROGRAM, "fetcher" the first child that it forks,
 * "launcher" the second one; of "PROGRAM init", which fetches nothing, the first is the launcher.
 * What happened is in the file REPORT:
 *
 *	failed NR of ROLE		this call was not made (close(2) was) and returned ERRNO
 *	command				init or the launcher has executed another program
 *	exit N of ROLE			the end of a process; the command's own end is not told
 *	signal N of ROLE
 *	left ROLE			it was alive when init had ended
 *	early ROLE			it was alive when the command was executed
 *	hung				after LIMIT seconds: everything was killed
 *
 * Without a line "failed" there was no Nth such call. The exit status is that of COMMAND.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIMIT 30
#define EVENT_STOP 128 /* PTRACE_EVENT_STOP */

/*
 * Calls that do not fail like that. Every other one is tried with every errno: also those that its
 * manual page does not have, because a filter of the container's (seccomp) may answer with any.
 */
static const struct {
	long nr;
	const char *why;
} exempt[] = {
	{ SYS_exit_group, "does not return" },
	{ SYS_rt_sigreturn, "does not return" },
	{ SYS_getpid, "has no errors" },
	{ SYS_getppid, "has no errors" },
	{ SYS_gettid, "has no errors" },
	{ SYS_geteuid, "has no errors" },
	{ SYS_getpgid, "of the caller itself: has no errors" },
	{ SYS_set_tid_address, "has no errors; the C library's" },
#ifdef SYS_arch_prctl
	{ SYS_arch_prctl, "the C library's thread pointer, without which it ends by a signal" },
#endif
	{ SYS_clock_gettime, "fails for an unknown clock or a bad address only" },
	{ SYS_rt_sigprocmask, "fails for a wrong size or a bad address only" },
	{ SYS_rt_sigaction, "fails for a wrong number or a bad address only" },
};

enum role { NONE, INIT, FETCHER, LAUNCHER };
static const char *const role_name[] = { "none", "init", "fetcher", "launcher" };

static struct process {
	pid_t pid; /* 0: a free place */
	enum role role;
	bool has_role; /* NONE too is one; a child waits until its parent told of it */
	bool waits;
	bool fails; /* is in the call that is to fail */
} processes[16];

static FILE *report;
static struct stat program;
static bool has_fetched; /* the next child of init is the launcher */
static enum role wanted_role;
static long wanted; /* calls up to the one that is to fail; 0: it has */
static int wanted_errno;

static void
need(bool done, const char *what)
{
	if (done)
		return;
	fprintf(stderr, "fault: %s: %s\n", what, strerror(errno));
	exit(98);
}

static void
say(const char *what, long number, enum role role)
{
	fprintf(report, "%s %ld of %s\n", what, number, role_name[role]);
}

static struct process *
process_of(pid_t pid)
{
	struct process *found = NULL;
	for (size_t i = 0; i < sizeof(processes) / sizeof(*processes); i++) {
		if (processes[i].pid == pid)
			return &processes[i];
		if (processes[i].pid == 0)
			found = &processes[i];
	}
	need(found != NULL, "room for processes");
	*found = (struct process){ .pid = pid };
	return found;
}

/* Only the process whose call is still to fail stops at its calls. */
static void
go_on(const struct process *p, int signo)
{
	bool steps = (wanted > 0 && p->role == wanted_role) || p->fails;
	/* It may have been killed meanwhile. */
	ptrace(steps ? PTRACE_SYSCALL : PTRACE_CONT, p->pid, NULL, (long)signo);
}

static void
give_role(struct process *p, enum role role)
{
	p->role = role;
	p->has_role = true;
	if (p->waits)
		go_on(p, 0);
	p->waits = false;
}

static void
tell_of_others(const char *what)
{
	for (size_t i = 0; i < sizeof(processes) / sizeof(*processes); i++)
		if (processes[i].pid != 0 && processes[i].role > INIT)
			fprintf(report, "%s %s\n", what, role_name[processes[i].role]);
}

static bool
can_fail(long nr)
{
	for (size_t i = 0; i < sizeof(exempt) / sizeof(*exempt); i++)
		if (exempt[i].nr == nr)
			return false;
	return true;
}

static void
move_registers(int request, pid_t pid, struct user_regs_struct *registers)
{
	struct iovec whole = { registers, sizeof(*registers) };
	need(ptrace(request, pid, (void *)NT_PRSTATUS, &whole) == 0, "registers");
}

/* Makes the call one that does nothing, and that the sandbox of the fetcher allows. */
static void
replace_call(pid_t pid)
{
#ifdef __x86_64__
	struct user_regs_struct registers;
	move_registers(PTRACE_GETREGSET, pid, &registers);
	registers.orig_rax = SYS_getpid;
	move_registers(PTRACE_SETREGSET, pid, &registers);
#else
	int nr = SYS_getpid;
	struct iovec whole = { &nr, sizeof(nr) };
	need(ptrace(PTRACE_SETREGSET, pid, (void *)NT_ARM_SYSTEM_CALL, &whole) == 0, "call");
#endif
}

static void
replace_result(pid_t pid, long result)
{
	struct user_regs_struct registers;
	move_registers(PTRACE_GETREGSET, pid, &registers);
#ifdef __x86_64__
	registers.rax = (unsigned long)result;
#else
	registers.regs[0] = (unsigned long)result;
#endif
	move_registers(PTRACE_SETREGSET, pid, &registers);
}

/* <linux/ptrace.h>'s, which the C libraries do not all have. */
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

static void
at_call(struct process *p)
{
	struct syscall_info info = { 0 };
	need(ptrace(GET_SYSCALL_INFO, p->pid, (void *)sizeof(info), &info) > 0, "system call");
	if (p->fails) {
		replace_result(p->pid, -wanted_errno);
		p->fails = false;
		return;
	}
	if (info.op != IS_ENTRY || p->role != wanted_role || wanted == 0)
		return;
	if (!can_fail((long)info.nr) || --wanted > 0)
		return;
	say("failed", (long)info.nr, p->role);
	p->fails = true;
	/* A descriptor is closed whatever close(2) answers. */
	if (info.nr != SYS_close)
		replace_call(p->pid);
}

/* False: the process is the application now, and none of ours. */
static bool
at_exec(struct process *p)
{
	char path[32];
	struct stat st;
	snprintf(path, sizeof(path), "/proc/%d/exe", (int)p->pid);
	need(stat(path, &st) == 0, path);
	if (st.st_dev == program.st_dev && st.st_ino == program.st_ino)
		p->role = INIT;
	else if (p->role != NONE) {
		p->role = NONE;
		fprintf(report, "command\n");
		tell_of_others("early");
		ptrace(PTRACE_DETACH, p->pid, NULL, NULL);
		p->pid = 0;
		return false;
	}
	return true;
}

static void
at_fork(const struct process *parent)
{
	unsigned long pid = 0;
	enum role role = NONE;
	need(ptrace(PTRACE_GETEVENTMSG, parent->pid, NULL, &pid) == 0, "child");
	if (parent->role != NONE) {
		role = has_fetched ? LAUNCHER : FETCHER;
		has_fetched = true;
	}
	give_role(process_of((pid_t)pid), role);
}

static void
stopped(struct process *p, int status)
{
	int event = status >> 16;
	int signo = event == 0 ? WSTOPSIG(status) : 0;
	if (!p->has_role) {
		p->waits = true;
		return;
	}
	/* Stopped by a signal. */
	if (event == EVENT_STOP && WSTOPSIG(status) != SIGTRAP) {
		ptrace(PTRACE_LISTEN, p->pid, NULL, NULL);
		return;
	}
	if (signo == (SIGTRAP | 0x80)) {
		signo = 0;
		at_call(p);
	} else if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK) {
		at_fork(p);
	} else if (event == PTRACE_EVENT_EXEC && !at_exec(p)) {
		return;
	}
	go_on(p, signo);
}

static void
ended(struct process *p, int status)
{
	if (p->role != NONE && WIFSIGNALED(status))
		say("signal", WTERMSIG(status), p->role);
	else if (p->role != NONE)
		say("exit", WEXITSTATUS(status), p->role);
	if (p->role == INIT)
		tell_of_others("left");
	p->pid = 0;
}

static void
wake_up(int signo)
{
	(void)signo;
}

/* Returns the command's wait status. */
static int
follow(pid_t command)
{
	for (;;) {
		int status = 0;
		pid_t pid = waitpid(-1, &status, __WALL);
		if (pid < 0 && errno == EINTR) {
			fprintf(report, "hung\n");
			kill(command, SIGKILL);
			continue;
		}
		need(pid > 0, "waitpid");
		struct process *p = process_of(pid);
		if (WIFSTOPPED(status))
			stopped(p, status);
		else
			ended(p, status);
		if (pid == command && !WIFSTOPPED(status))
			return status;
	}
}

static pid_t
start(char **words)
{
	int go[2];
	need(pipe(go) == 0, "pipe");
	pid_t pid = fork();
	need(pid >= 0, "fork");
	if (pid == 0) {
		char byte;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(go[1]);
		need(read(go[0], &byte, 1) == 1, "read");
		close(go[0]);
		execv(words[0], words);
		need(false, words[0]);
	}
	long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK |
		       PTRACE_O_TRACEVFORK | PTRACE_O_EXITKILL;
	need(ptrace(PTRACE_SEIZE, pid, NULL, options) == 0, "seize");
	give_role(process_of(pid), NONE);
	need(write(go[1], "", 1) == 1, "write");
	close(go[0]);
	close(go[1]);
	return pid;
}

int
main(int argc, char **argv)
{
	if (argc < 8)
		return 98;
	need(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0, "prctl");
	need(stat(argv[2], &program) == 0, argv[2]);
	while (wanted_role < LAUNCHER && strcmp(role_name[wanted_role], argv[3]) != 0)
		wanted_role++;
	wanted = atol(argv[4]);
	wanted_errno = atoi(argv[5]);
	for (char **word = argv + 7; word[0] != NULL && word[1] != NULL; word++)
		has_fetched |= strcmp(word[0], argv[2]) == 0 && strcmp(word[1], "init") == 0;
	sigaction(SIGALRM, &(struct sigaction){ .sa_handler = wake_up }, NULL);
	pid_t command = start(argv + 7);
	/* Who waits for the end of a pipe that the command has waits for the command only. */
	need(syscall(SYS_close_range, STDERR_FILENO + 1, ~0u, 0) == 0, "close_range");
	report = fopen(argv[1], "we");
	need(report != NULL, argv[1]);
	alarm(LIMIT);
	int status = follow(command);
	need(fclose(report) == 0, "report");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
