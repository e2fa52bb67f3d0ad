#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bounds.h"
#include "base/pages.h"
#include "sandbox/limits.h"

/*
 * Shows that the limit of the address space is right, whatever was mapped before, and however large
 * the environment on the stack is: the stack can grow, and nothing large can be mapped. The limit
 * alone is set, because seccomp refuses every mapping. Exit code 1 when anything is a surprise.
 */

#define VALUE_SIZE 100000u
#define FRAME_SIZE 2048u

static void
stop(const char *what)
{
	perror(what);
	exit(2);
}

/* Uses this many frames of the stack; volatile, or the compiler makes a loop of it. */
static unsigned
go_down(unsigned frames)
{
	volatile char frame[FRAME_SIZE];
	frame[0] = (char)frames;
	return frames == 0 ? 0 : go_down(frames - 1) + (frame[0] == (char)frames);
}

static bool
can_map(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return p != MAP_FAILED && munmap(p, size) == 0;
}

/* A tenth of the growth is what the fetcher needs; half of it is certain. */
static int
play(size_t mapped)
{
	struct err e = { 0 };
	const unsigned frames = FETCHER_GROWTH_MAX / 2 / FRAME_SIZE;
	if (mapped > 0 && pages_map(mapped, "no room for the test", &e) == NULL)
		return 2;
	if (!limits_lower(BLOCK_MAX, &e))
		return 3;
	if (can_map(2 * FETCHER_GROWTH_MAX))
		return 4;
	if (!can_map(FETCHER_GROWTH_MAX / 4))
		return 5;
	return go_down(frames) == frames ? 0 : 6;
}

/* 0, the number of the step that failed, or 128 and the signal of the process's end. */
static int
try(size_t mapped)
{
	pid_t pid = fork();
	if (pid < 0)
		stop("fork");
	if (pid == 0)
		_exit(play(mapped));
	int status = 0;
	if (waitpid(pid, &status, 0) != pid)
		stop("waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int
try_sizes(const char *environment)
{
	static const size_t sizes[] = { 0, 1 << 20, 110 << 20, 1 << 30 };
	int surprises = 0;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		int outcome = try(sizes[i]);
		printf("%s environment, %4zu MiB mapped: %d%s\n", environment, sizes[i] >> 20,
			outcome, outcome == 0 ? "" : " SURPRISE");
		surprises += outcome != 0;
	}
	return surprises == 0 ? 0 : 1;
}

/* Starts this program anew with an environment of 5 MiB, the kernel's bound with this stack. */
static void
start_with_large_environment(void)
{
	static char value[VALUE_SIZE];
	static char *envp[51];
	static char name[] = "try_memory";
	static char word[] = "large";
	static char *argv[] = { name, word, NULL };
	const struct rlimit stack = { 32 << 20, 32 << 20 };
	memset(value, 'v', sizeof(value) - 1);
	value[1] = '=';
	for (size_t i = 0; i < 50; i++)
		envp[i] = value;
	if (setrlimit(RLIMIT_STACK, &stack) != 0)
		stop("setrlimit");
	execve("/proc/self/exe", argv, envp);
	stop("execve");
}

int
main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 2 && strcmp(argv[1], "large") == 0)
		return try_sizes("large");
	if (try_sizes("usual") != 0)
		return 1;
	start_with_large_environment();
}
