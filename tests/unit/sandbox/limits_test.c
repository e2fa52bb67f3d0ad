#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/pages.h"
#include "sandbox/limits.h"

/* A sanitizer's own memory cannot be bounded. */
#if defined(__SANITIZE_ADDRESS__)
#define HAS_SHADOW 1
#elif defined(__has_feature)
#define HAS_SHADOW (__has_feature(address_sanitizer) || __has_feature(memory_sanitizer))
#else
#define HAS_SHADOW 0
#endif

/* Limits are for good, so each case is a process; it returns the line that failed, or 0. */
#define EXPECT(claim)                    \
	do {                             \
		if (!(claim))            \
			return __LINE__; \
	} while (0)

static void
run(int (*play)(void))
{
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		int line = play();
		if (write(ends[1], &line, sizeof(line)) != sizeof(line))
			_exit(2);
		_exit(0);
	}
	close(ends[1]);
	int line = -1;
	ssize_t got = read(ends[0], &line, sizeof(line));
	close(ends[0]);
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(got, sizeof(line));
	if (line != 0)
		fail_msg("line %d", line);
}

static rlim_t
hard(int resource)
{
	struct rlimit limit = { 1, 2 };
	/* C libraries do not agree on the type of a resource. */
	syscall(SYS_prlimit64, 0, resource, NULL, &limit);
	return limit.rlim_cur == limit.rlim_max ? limit.rlim_max : RLIM_INFINITY - 1;
}

static int
play_values(void)
{
	struct err e = { 0 };
	close(STDERR_FILENO);
	EXPECT(limits_lower(BLOCK_MAX, &e));
	EXPECT(hard(RLIMIT_CORE) == 0);
	EXPECT(hard(RLIMIT_NPROC) == 0);
	EXPECT(hard(RLIMIT_NOFILE) == LIMITS_DESCRIPTORS);
	EXPECT(hard(RLIMIT_FSIZE) == BLOCK_MAX);
	return 0;
}

static int
play_lower_ones_stay(void)
{
	struct err e = { 0 };
	const struct rlimit few = { 7, 7 };
	EXPECT(setrlimit(RLIMIT_NOFILE, &few) == 0);
	EXPECT(limits_lower(BLOCK_MAX, &e));
	EXPECT(hard(RLIMIT_NOFILE) == 7);
	return 0;
}

static bool
fill(int fd, size_t bytes)
{
	static const char zeros[64 * 1024];
	while (bytes > 0) {
		size_t n = bytes < sizeof(zeros) ? bytes : sizeof(zeros);
		if (write(fd, zeros, n) != (ssize_t)n)
			return false;
		bytes -= n;
	}
	return true;
}

static int
play_file_max(void)
{
	struct err e = { 0 };
	close(STDERR_FILENO);
	EXPECT(limits_lower(REPORT_MAX, &e));
	EXPECT(hard(RLIMIT_FSIZE) == REPORT_MAX);
	return 0;
}

/* The block has exactly its bound, and one byte more is an error and no SIGXFSZ. */
static int
play_block(void)
{
	struct err e = { 0 };
	close(STDERR_FILENO);
	int block = memfd_create("block", MFD_CLOEXEC);
	EXPECT(block >= 0);
	EXPECT(limits_lower(BLOCK_MAX, &e));
	EXPECT(fill(block, BLOCK_MAX));
	errno = 0;
	EXPECT(write(block, "", 1) == -1 && errno == EFBIG);
	return 0;
}

/* stderr that is a file beyond the bound still takes our lines. */
static int
play_full_stderr(void)
{
	struct err e = { 0 };
	FILE *log = tmpfile();
	EXPECT(log != NULL);
	EXPECT(dup2(fileno(log), STDERR_FILENO) == STDERR_FILENO);
	EXPECT(fill(STDERR_FILENO, BLOCK_MAX + 1000));
	EXPECT(limits_lower(BLOCK_MAX, &e));
	EXPECT(write(STDERR_FILENO, "line\n", 5) == 5);
	EXPECT(hard(RLIMIT_FSIZE) == 2 * (rlim_t)BLOCK_MAX + 1000);
	return 0;
}

/*
 * What is mapped already is not taken from what may be mapped. This program's shared libraries are
 * not counted, so that tests/sandbox/try_memory.c maps, and here only the sum is looked at.
 */
static int
play_memory(void)
{
	enum { LARGE = 110 * 1024 * 1024 };
	struct err e = { 0 };
	EXPECT(pages_map(LARGE, "no room for the test", &e) != NULL);
	EXPECT(limits_lower(BLOCK_MAX, &e));
#if !HAS_SHADOW
	EXPECT(hard(RLIMIT_AS) > LARGE + FETCHER_GROWTH_MAX);
	EXPECT(hard(RLIMIT_AS) < LARGE + FETCHER_GROWTH_MAX + (1u << 24));
#endif
	return 0;
}

static void
test_values(void **state)
{
	(void)state;
	run(play_values);
}

static void
test_lower_ones_stay(void **state)
{
	(void)state;
	run(play_lower_ones_stay);
}

static void
test_file_max(void **state)
{
	(void)state;
	run(play_file_max);
}

static void
test_block(void **state)
{
	(void)state;
	run(play_block);
}

static void
test_full_stderr(void **state)
{
	(void)state;
	run(play_full_stderr);
}

static void
test_memory(void **state)
{
	(void)state;
	run(play_memory);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_lower_ones_stay),
		cmocka_unit_test(test_file_max),
		cmocka_unit_test(test_block),
		cmocka_unit_test(test_full_stderr),
		cmocka_unit_test(test_memory),
	};
	return cmocka_run_group_tests_name("sandbox/limits", tests, NULL, NULL);
}
