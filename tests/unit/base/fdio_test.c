#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fdio.h"

/* A folder of its own for each test; its files are removed by name. */
static char folder[] = "/tmp/fdio_test.XXXXXX";
static const char *const names[] = { "file", "fifo", "f\nile" };

static int
enter(void **state)
{
	(void)state;
	memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
	alarm(30);
	return mkdtemp(folder) != NULL && chdir(folder) == 0 ? 0 : -1;
}

static int
leave(void **state)
{
	(void)state;
	alarm(0);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		unlink(names[i]);
	return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1;
}

static void
make(const char *name, struct span content)
{
	int fd = open(name, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, content.p, content.n), content.n);
	close(fd);
}

static void
test_read(void **state)
{
	(void)state;
	char bytes[64];
	struct err e = { 0 };
	static const struct span content[] = {
		{ "", 0 },
		{ "x", 1 },
		{ "line\nwith\0NUL\n", 14 },
	};
	for (size_t i = 0; i < sizeof(content) / sizeof(*content); i++) {
		struct buf b = BUF(bytes);
		make("file", content[i]);
		buf_put(&b, SPAN("before "));
		assert_true(fdio_read_file("file", &b, &e));
		struct span all = buf_span(&b);
		assert_true(span_starts_with(all, SPAN("before ")));
		assert_true(span_eq(span_skip(all, 7), content[i]));
	}
}

/* As many bytes as there is room for are fine; one more is an error that names file and bound. */
static void
test_bound(void **state)
{
	(void)state;
	char bytes[8];
	struct err e = { 0 };
	struct buf b = BUF(bytes);
	make("file", SPAN("12345678"));
	assert_true(fdio_read_file("file", &b, &e));
	assert_int_equal(b.len, 8);

	make("file", SPAN("123456789"));
	b = BUF(bytes);
	assert_false(fdio_read_file("file", &b, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_string_equal(e.text, "file: larger than 8 bytes, the most that is read");
}

static void
test_large_in_many_reads(void **state)
{
	(void)state;
	static char content[1 << 18];
	static char bytes[sizeof(content)];
	for (size_t i = 0; i < sizeof(content); i++)
		content[i] = (char)(i * 7 / 3);
	struct err e = { 0 };
	struct buf b = BUF(bytes);
	make("file", (struct span){ content, sizeof(content) });
	assert_true(fdio_read_file("file", &b, &e));
	assert_int_equal(b.len, sizeof(content));
	assert_memory_equal(bytes, content, sizeof(content));
}

static void
test_cannot_be_read(void **state)
{
	(void)state;
	static const struct {
		const char *path;
		const char *text;
	} row[] = {
		{ "missing", "open missing: No such file or directory" },
		{ "", "open : No such file or directory" },
		{ "mi\nss", "open mi\\x0ass: No such file or directory" },
		{ ".", "read .: Is a directory" },
		{ "/dev/null/x", "open /dev/null/x: Not a directory" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		char bytes[8];
		struct err e = { 0 };
		struct buf b = BUF(bytes);
		assert_false(fdio_read_file(row[i].path, &b, &e));
		assert_int_equal(e.kind, ERR_USAGE);
		assert_string_equal(e.text, row[i].text);
	}
}

/* Without a writer it is empty, and with a silent one an error; neither waits. */
static void
test_fifo(void **state)
{
	(void)state;
	char bytes[64];
	struct err e = { 0 };
	struct buf b = BUF(bytes);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_true(fdio_read_file("fifo", &b, &e));
	assert_int_equal(b.len, 0);

	int writer = open("fifo", O_RDWR | O_CLOEXEC);
	assert_true(writer >= 0);
	assert_false(fdio_read_file("fifo", &b, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	assert_string_equal(e.text, "read fifo: Resource temporarily unavailable");
	close(writer);
}

static unsigned
open_descriptors(void)
{
	unsigned count = 0;
	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static void
test_leaves_nothing_open(void **state)
{
	(void)state;
	char bytes[4];
	struct err e = { 0 };
	unsigned before = open_descriptors();
	make("file", SPAN("12345"));
	for (int i = 0; i < 3; i++) {
		struct buf b = BUF(bytes);
		assert_false(fdio_read_file("file", &b, &e));
		assert_false(fdio_read_file(".", &b, &e));
		assert_false(fdio_read_file("missing", &b, &e));
	}
	assert_int_equal(open_descriptors(), before);
}

static void
test_write_all(void **state)
{
	(void)state;
	struct err e = { 0 };
	int fd = open("file", O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	assert_true(fdio_write_all(fd, SPAN("one "), "it", &e));
	assert_true(fdio_write_all(fd, SPAN(""), "it", &e));
	assert_true(fdio_write_all(fd, SPAN("two\0"), "it", &e));
	char bytes[16];
	assert_int_equal(pread(fd, bytes, sizeof(bytes), 0), 8);
	assert_memory_equal(bytes, "one two\0", 8);
	close(fd);
}

static void
test_write_fails(void **state)
{
	(void)state;
	struct err e = { 0 };
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	assert_true(full >= 0);
	assert_false(fdio_write_all(full, SPAN("x"), "the block", &e));
	assert_string_equal(e.text, "write the block: No space left on device");
	assert_int_equal(err_exit_code(&e), 111);
	close(full);
}

static void
nothing(int signo)
{
	(void)signo;
}

/* A pipe takes the bytes in parts, and signals interrupt the waits between them. */
static void
test_write_in_parts(void **state)
{
	(void)state;
	static char content[1 << 20];
	int end[2];
	assert_int_equal(pipe2(end, O_CLOEXEC), 0);
	for (size_t i = 0; i < sizeof(content); i++)
		content[i] = (char)(i / 5);
	pid_t reader = fork();
	if (reader == 0) {
		static char got[sizeof(content)];
		size_t len = 0;
		close(end[1]);
		for (ssize_t n = 1; n > 0 && len < sizeof(got); len += (size_t)n) {
			usleep(500);
			n = read(end[0], got + len, 16384);
			if (n < 0)
				_exit(2);
		}
		_exit(len == sizeof(got) && memcmp(got, content, len) == 0 ? 0 : 1);
	}
	close(end[0]);
	const struct sigaction action = { .sa_handler = nothing };
	const struct itimerval often = { { 0, 1000 }, { 0, 1000 } };
	const struct itimerval never = { 0 };
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	struct err e = { 0 };
	bool ok = fdio_write_all(end[1], (struct span){ content, sizeof(content) }, "it", &e);
	setitimer(ITIMER_REAL, &never, NULL);
	signal(SIGALRM, SIG_DFL);
	close(end[1]);
	int status = -1;
	while (waitpid(reader, &status, 0) < 0 && errno == EINTR)
		continue;
	if (!ok)
		fail_msg("%s", e.text);
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_read, enter, leave),
		cmocka_unit_test_setup_teardown(test_bound, enter, leave),
		cmocka_unit_test_setup_teardown(test_large_in_many_reads, enter, leave),
		cmocka_unit_test_setup_teardown(test_cannot_be_read, enter, leave),
		cmocka_unit_test_setup_teardown(test_fifo, enter, leave),
		cmocka_unit_test_setup_teardown(test_leaves_nothing_open, enter, leave),
		cmocka_unit_test_setup_teardown(test_write_all, enter, leave),
		cmocka_unit_test_setup_teardown(test_write_fails, enter, leave),
		cmocka_unit_test_setup_teardown(test_write_in_parts, enter, leave),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
