#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "init/fds.h"

/* Each case runs in a process of its own, whose exit code is the line that failed. */
#define CHECK(claim)                            \
	do {                                    \
		if (!(claim))                   \
			_exit(__LINE__ & 0xff); \
	} while (0)

static void
run(void (*body)(void))
{
	int status = 0;
	pid_t child = fork();
	if (child == 0) {
		body();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) != 0)
		fail_msg("line %d", WEXITSTATUS(status));
}

static bool
is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

/* Makes the kernel answer a system call like one that does not have it. */
static void
refuse(unsigned nr, unsigned number)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | number),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(*code), code };
	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

static void
memory(void)
{
	struct err e;
	int fd = fds_memory(&e);
	CHECK(fd > 2 && fcntl(fd, F_GETFD) == FD_CLOEXEC);
	CHECK(write(fd, "abc", 3) == 3);
	char text[3];
	CHECK(pread(fd, text, 3, 0) == 3 && text[2] == 'c');
}

static void
memory_without_standard_streams(void)
{
	struct err e;
	close(0);
	close(1);
	close(2);
	CHECK(fds_guard_standard(&e));
	memory();
	CHECK(fds_memory(&e) > 3);
}

static void
memory_is_refused(void)
{
	struct err e = { 0 };
	refuse(SYS_memfd_create, ENOSYS);
	CHECK(fds_memory(&e) < 0);
	CHECK(e.kind == ERR_FINAL && e.text[0] != '\0');
}

static void
open_some(void)
{
	for (int i = 0; i < 20; i++)
		CHECK(open("/", O_RDONLY | O_DIRECTORY) >= 0);
	CHECK(fcntl(0, F_DUPFD, 700) == 700);
}

static void
expect_closed_from(int first)
{
	for (int fd = 0; fd < 1000; fd++)
		CHECK(is_open(fd) == (fd < first));
}

static void
close_from(void)
{
	open_some();
	fds_close_from(5);
	expect_closed_from(5);
}

static void
close_from_without_close_range(void)
{
	open_some();
	refuse(SYS_close_range, ENOSYS);
	fds_close_from(5);
	expect_closed_from(5);
}

static void
close_many_without_close_range(void)
{
	/* More than one buffer of /proc/self/fd holds. */
	for (int fd = 3; fd < 600; fd++)
		CHECK(dup2(0, fd) == fd);
	refuse(SYS_close_range, ENOSYS);
	fds_close_from(4);
	expect_closed_from(4);
}

static void
close_from_without_proc(void)
{
	open_some();
	refuse(SYS_openat, EACCES);
	refuse(SYS_close_range, ENOSYS);
	fds_close_from(5);
	expect_closed_from(5);
}

static void
guard(void)
{
	close(0);
	close(2);
	struct err e;
	CHECK(fds_guard_standard(&e));
	for (int fd = 0; fd < 3; fd += 2) {
		char byte;
		errno = 0;
		CHECK(is_open(fd) && fcntl(fd, F_GETFD) == FD_CLOEXEC);
		CHECK(write(fd, "x", 1) < 0 && errno == EBADF);
		CHECK(read(fd, &byte, 1) < 0 && errno == EBADF);
		struct pollfd p = { .fd = fd, .events = POLLOUT };
		CHECK(poll(&p, 1, 0) == 1 && p.revents == POLLNVAL);
	}
	CHECK(fcntl(1, F_GETFD) == 0);
	CHECK(!is_open(3));
}

static void
guard_is_refused(void)
{
	struct err e = { 0 };
	refuse(SYS_openat, EACCES);
#ifdef SYS_open
	refuse(SYS_open, EACCES);
#endif
	CHECK(fds_guard_standard(&e));
	close(1);
	CHECK(!fds_guard_standard(&e) && e.kind == ERR_FINAL && e.text[0] != '\0');
}

static void
guard_nothing(void)
{
	struct err e;
	CHECK(fds_guard_standard(&e));
	CHECK(!is_open(3));
	CHECK(fcntl(0, F_GETFD) == 0 && fcntl(2, F_GETFD) == 0);
}

/* Each body finds 0 to 2 open, not close-on-exec, and nothing else. */
static int
prepare(void **state)
{
	(void)state;
	fds_close_from(3);
	for (int fd = 0; fd < 3; fd++) {
		if (!is_open(fd))
			assert_int_equal(open("/dev/null", O_RDWR), fd);
	}
	return 0;
}

#define CASE(name)                            \
	static void test_##name(void **state) \
	{                                     \
		(void)state;                  \
		run(name);                    \
	}

CASE(memory)
CASE(memory_without_standard_streams)
CASE(memory_is_refused)
CASE(close_from)
CASE(close_from_without_close_range)
CASE(close_many_without_close_range)
CASE(close_from_without_proc)
CASE(guard)
CASE(guard_nothing)
CASE(guard_is_refused)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_memory, prepare),
		cmocka_unit_test_setup(test_memory_without_standard_streams, prepare),
		cmocka_unit_test_setup(test_memory_is_refused, prepare),
		cmocka_unit_test_setup(test_close_from, prepare),
		cmocka_unit_test_setup(test_close_from_without_close_range, prepare),
		cmocka_unit_test_setup(test_close_many_without_close_range, prepare),
		cmocka_unit_test_setup(test_close_from_without_proc, prepare),
		cmocka_unit_test_setup(test_guard, prepare),
		cmocka_unit_test_setup(test_guard_nothing, prepare),
		cmocka_unit_test_setup(test_guard_is_refused, prepare),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
