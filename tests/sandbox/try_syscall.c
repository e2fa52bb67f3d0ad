#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attempts.h"
#include "base/bounds.h"
#include "base/bounded.h"
#include "base/stop.h"
#include "bpf.h"
#include "outside.h"
#include "sandbox/sandbox.h"
#include "sandbox/seccomp.h"

/*
 * Shows by attempts that the jail holds: each call of attempts.c in a process of its own, without
 * the jail and in both of its stages; then every system call number with arguments that no kernel
 * likes; then what can be seen of the jail from outside. Exit code 1 when anything is a surprise.
 */

enum stage {
	FREE,
	RESOLVE,
	TALK,
};
static const char *const stage_name[] = { "free", "resolve", "talk" };

static long landlock_abi;
static unsigned surprises;

static void
stop(const char *what)
{
	perror(what);
	exit(2);
}

/* Exit codes of a child that has not come to its attempt; below are errno values. */
#define NOT_JAILED 200

static void
enter(enum stage stage)
{
	struct err e = { 0 };
	const struct sandbox_ports ports = { 1, { things.port } };
	if ((stage >= RESOLVE && !sandbox_resolve(SANDBOX_REQUIRE, BLOCK_MAX, &ports, &e)) ||
		(stage == TALK && !sandbox_talk(SANDBOX_REQUIRE, &ports, &e))) {
		dprintf(STDOUT_FILENO, "%s\n", e.text);
		_exit(NOT_JAILED);
	}
}

static enum outcome
judge(int status)
{
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGSYS    ? KILLED
		       : WTERMSIG(status) == SIGABRT ? ABORTED
		       : WTERMSIG(status) == SIGSEGV ? FAULTED
						     : UNKNOWN;
	switch (WEXITSTATUS(status)) {
	case 0:
		return WORKS;
	case EPERM:
		return REFUSED;
	case EACCES:
		return DENIED;
	case NOT_JAILED:
		return UNKNOWN;
	default:
		return OTHER;
	}
}

/* Every attempt is made with a SIGTERM pending, as the fetcher may have one. */
static void
expect_stop(void)
{
	sigset_t term;
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	stop_watch();
	bounded_prepare();
	if (sigprocmask(SIG_BLOCK, &term, NULL) != 0 || kill(getpid(), SIGTERM) != 0)
		_exit(NOT_JAILED);
}

static enum outcome
try(const struct attempt *attempt, enum stage stage)
{
	pid_t pid = fork();
	if (pid < 0)
		stop("fork");
	if (pid == 0) {
		expect_stop();
		/* write(2) works for stderr and the block alone. */
		dup2(things.stream, STDERR_FILENO);
		enter(stage);
		long result = attempt->run();
		/* The raw call, which is allowed in every stage; the C library may do more. */
		syscall(SYS_exit_group, result >= 0 ? 0 : errno);
	}
	int status = 0;
	if (waitpid(pid, &status, 0) != pid)
		stop("waitpid");
	return judge(status);
}

static bool
is_as_expected(enum outcome expected, enum outcome found)
{
	switch (expected) {
	case FENCED:
		return found == (landlock_abi >= 4 ? DENIED : WORKS);
	case LET_IN:
		return found == WORKS || found == OTHER;
	case FOREIGN:
		return found == KILLED || found == FAULTED;
	case UNKNOWN:
		return true;
	case WORKS:
	case REFUSED:
	case DENIED:
	case KILLED:
	case ABORTED:
	case FAULTED:
	case OTHER:
		return found == expected;
	}
	return false;
}

static const char *
outcome_name(enum outcome outcome)
{
	static const char *const names[] = {
		[WORKS] = "works",
		[REFUSED] = "EPERM",
		[DENIED] = "EACCES",
		[KILLED] = "SIGSYS",
		[ABORTED] = "SIGABRT",
		[FAULTED] = "SIGSEGV",
		[OTHER] = "error",
	};
	return outcome <= OTHER ? names[outcome] : "?";
}

static void
try_all(void)
{
	printf("%-34s%-9s%-9s%-9s\n", "", stage_name[0], stage_name[1], stage_name[2]);
	for (size_t i = 0; i < attempts_count; i++) {
		const struct attempt *a = &attempts[i];
		const enum outcome expected[] = { a->free, a->resolve, a->talk };
		bool ok = true;
		printf("%-34s", a->name);
		for (enum stage stage = FREE; stage <= TALK; stage++) {
			enum outcome found = try(a, stage);
			bool good = is_as_expected(expected[stage], found);
			printf("%s%-8s", good ? " " : "!", outcome_name(found));
			ok = ok && good;
		}
		printf("%s\n", ok ? "" : " SURPRISE");
		surprises += !ok;
	}
}

/* All ones are no descriptor, no address, no flag that exists. */
static const struct bpf_call senseless = { .arch = KERNEL_ARCH,
	.args = { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX } };

/*
 * uretprobe and uprobe of x86-64: the kernel's own trampolines make them, it lets them past every
 * filter, and anybody else dies of SIGILL.
 */
static bool
is_past_filters(uint32_t nr)
{
#ifdef __x86_64__
	return nr == 335 || nr == 336;
#else
	(void)nr;
	return false;
#endif
}

static long
call_senseless(uint32_t nr)
{
	return syscall((long)nr, -1L, -1L, -1L, -1L, -1L, -1L);
}

static bool
dies_of(uint32_t nr, enum stage stage)
{
	pid_t pid = fork();
	if (pid < 0)
		stop("fork");
	if (pid == 0) {
		enter(stage);
		call_senseless(nr);
		syscall(SYS_exit_group, 0);
	}
	int status = 0;
	if (waitpid(pid, &status, 0) != pid)
		stop("waitpid");
	return judge(status) == KILLED;
}

/* In one process: no call that fails ends it. The exit code is the number of surprises. */
static unsigned
count_not_refused(const bool *refused, uint32_t count, enum stage stage)
{
	pid_t pid = fork();
	if (pid < 0)
		stop("fork");
	if (pid == 0) {
		enter(stage);
		int wrong = 0;
		for (uint32_t nr = 0; nr < count; nr++)
			if (refused[nr] && (call_senseless(nr) != -1 || errno != EPERM))
				wrong++;
		syscall(SYS_exit_group, wrong < 100 ? wrong : 100);
	}
	int status = 0;
	if (waitpid(pid, &status, 0) != pid)
		stop("waitpid");
	return WIFEXITED(status) ? (unsigned)WEXITSTATUS(status) : 100;
}

/* The kernel's verdict of every number against that of the unit tests' interpreter. */
static void
try_numbers(enum stage stage)
{
	enum { NUMBERS = 512 };
	static bool refused[NUMBERS];
	struct filter f;
	unsigned refusals = 0;
	unsigned deaths = 0;
	unsigned wrong = 0;
	if (!seccomp_program(stage == TALK ? STAGE_TALK : STAGE_RESOLVE, 1, &f))
		stop("seccomp_program");
	for (uint32_t nr = 0; nr < NUMBERS; nr++) {
		struct bpf_call call = senseless;
		call.nr = (int32_t)nr;
		uint32_t verdict = bpf_run(&f, &call);
		refused[nr] = verdict == (KERNEL_SECCOMP_ERRNO | EPERM) && !is_past_filters(nr);
		refusals += refused[nr];
		if (verdict != KERNEL_SECCOMP_KILL_PROCESS)
			continue;
		deaths++;
		wrong += !dies_of(nr, stage);
	}
	wrong += count_not_refused(refused, NUMBERS, stage);
	printf("%s: of %d numbers %u give EPERM, %u SIGSYS; surprises: %u\n", stage_name[stage],
		NUMBERS, refusals, deaths, wrong);
	surprises += wrong;
}

/* Sends back what it gets, to one peer after another, until it is killed. */
static void
serve(int listener)
{
	for (;;) {
		int peer = accept(listener, NULL, NULL);
		char bytes[64];
		ssize_t n = read(peer, bytes, sizeof(bytes));
		if (n > 0 && write(peer, bytes, (size_t)n) != n)
			_exit(1);
		close(peer);
	}
}

static int
open_loopback(int type, struct sockaddr_in *at)
{
	socklen_t size = sizeof(*at);
	*at = (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, type, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)at, size) != 0 ||
		getsockname(fd, (struct sockaddr *)at, &size) != 0)
		stop("loopback");
	return fd;
}

/* things.tcp is in the queue of a listener that nobody serves. */
static void
open_things(int *listener)
{
	struct sockaddr_in at;
	/* The block is where init puts it. */
	int block = memfd_create("block", MFD_CLOEXEC);
	if (block < 0 || (block != 3 && dup2(block, 3) != 3) || pipe(things.pipe) != 0)
		stop("block");
	things.block = 3;
	int idle = open_loopback(SOCK_STREAM, &at);
	things.tcp = socket(AF_INET, SOCK_STREAM, 0);
	if (listen(idle, 1) != 0 || connect(things.tcp, (struct sockaddr *)&at, sizeof(at)) != 0)
		stop("connect");
	things.udp = open_loopback(SOCK_DGRAM, &at);
	*listener = open_loopback(SOCK_STREAM, &at);
	if (listen(*listener, 8) != 0)
		stop("listen");
	things.port = ntohs(at.sin_port);
	if (listen(open_loopback(SOCK_STREAM, &at), 8) != 0)
		stop("listen");
	things.other_port = ntohs(at.sin_port);
	int pair[2] = { -1, -1 };
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
		stop("socketpair");
	things.stream = pair[0];
}

int
main(int argc, char **argv)
{
	/* Started by outside_check, which wants to know whether programs can be. */
	if (argc == 2 && strcmp(argv[1], "--end") == 0)
		return 0;
	int listener = -1;
	landlock_abi = syscall(SYS_landlock_create_ruleset, NULL, 0, KERNEL_LANDLOCK_VERSION);
	open_things(&listener);
	setvbuf(stdout, NULL, _IOLBF, 0);
	pid_t server = fork();
	if (server < 0)
		stop("fork");
	if (server == 0)
		serve(listener);

	printf("Landlock: version %ld\n", landlock_abi < 0 ? 0 : landlock_abi);
	try_all();
	try_numbers(RESOLVE);
	try_numbers(TALK);
	surprises += outside_check();
	kill(server, SIGKILL);
	if (waitpid(server, NULL, 0) != server)
		stop("waitpid");
	printf("%zu attempts in %d stages, surprises: %u\n", attempts_count, TALK + 1, surprises);
	return surprises == 0 ? 0 : 1;
}
