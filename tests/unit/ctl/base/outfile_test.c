#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fdio.h"
#include "ctl/base/outfile.h"
#include "ctl/base/text.h"

#define NEW SPAN("new\0content\n")
#define NOBODY 65534

static char folder[] = "/tmp/outfile_test.XXXXXX";

/* What happens while the content is written: fsync(2) is its last step before the rename. */
static int sent_in_fsync;
static int errno_of_fsync;

int __wrap_fsync(int fd);
int
__wrap_fsync(int fd)
{
	(void)fd;
	if (sent_in_fsync != 0)
		raise(sent_in_fsync);
	errno = errno_of_fsync;
	return errno_of_fsync == 0 ? 0 : -1;
}

static void
make(const char *name, struct span content)
{
	struct err e;
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(fd >= 0 && fdio_write_all(fd, content, name, &e));
	close(fd);
}

static void
expect_content(const char *name, struct span want)
{
	char bytes[100];
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	ssize_t n = read(fd, bytes, sizeof(bytes));
	close(fd);
	assert_true(n >= 0 && span_eq((struct span){ bytes, (size_t)n }, want));
}

/* The names in the folder, each ended by a blank, in no order that matters: one or two. */
static void
expect_names(size_t count)
{
	DIR *dir = opendir(".");
	size_t found = 0;
	for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
		found += *entry->d_name != '.';
		assert_null(strstr(entry->d_name, "antechamberctl"));
	}
	closedir(dir);
	assert_int_equal(found, count);
}

static mode_t
mode_of(const char *name)
{
	struct stat is = { 0 };
	assert_int_equal(lstat(name, &is), 0);
	return is.st_mode;
}

static void
expect_failure(const char *path, enum err_kind kind, const char *text)
{
	struct err e = { 0 };
	assert_false(outfile_write(path, NEW, &e));
	assert_string_equal(e.text, text);
	assert_int_equal(e.kind, kind);
}

static void
expect_success(const char *path)
{
	struct err e = { 0 };
	if (!outfile_write(path, NEW, &e))
		fail_msg("%s", e.text);
}

static int
status_of(int (*body)(void))
{
	int status;
	pid_t pid = fork();
	if (pid == 0)
		_exit(body());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
test_new_file(void **state)
{
	(void)state;
	static const mode_t masks[] = { 0, 022, 0777 };
	for (size_t i = 0; i < sizeof(masks) / sizeof(*masks); i++) {
		mode_t before = umask(masks[i]);
		expect_success("file");
		umask(before);
		expect_content("file", NEW);
		assert_int_equal(mode_of("file"), S_IFREG | 0600);
		expect_names(1);
		unlink("file");
	}
}

static void
test_replaces(void **state)
{
	(void)state;
	make("file", SPAN("old, and longer than the new content"));
	int fd = open("file", O_RDONLY | O_CLOEXEC);
	char old[3];
	expect_success("file");
	expect_content("file", NEW);
	assert_int_equal(mode_of("file"), S_IFREG | 0600);
	/* Whoever reads the old one goes on with it. */
	assert_int_equal(read(fd, old, sizeof(old)), 3);
	assert_memory_equal(old, "old", 3);
	close(fd);
	expect_names(1);
}

static void
test_other_paths(void **state)
{
	(void)state;
	struct text path = { 0 };
	assert_int_equal(mkdir("sub", 0700), 0);
	expect_success("sub/file");
	expect_content("sub/file", NEW);
	expect_success("./sub/../file");
	expect_content("file", NEW);
	text_printf(&path, "%s/absolute", folder);
	expect_success(text_str(&path));
	expect_content("absolute", NEW);
	/* As long as a name can be. */
	text_clear(&path);
	for (int i = 0; i < 255; i++)
		text_put_char(&path, 'n');
	expect_success(text_str(&path));
	expect_content(text_str(&path), NEW);
	expect_success("-file");
	expect_content("-file", NEW);
}

static void
test_links(void **state)
{
	(void)state;
	assert_int_equal(mkdir("sub", 0700), 0);
	make("sub/file", SPAN("old"));
	assert_int_equal(symlink("sub/two", "one"), 0);
	assert_int_equal(symlink("three", "sub/two"), 0);
	assert_int_equal(symlink("../sub/file", "sub/three"), 0);
	expect_success("one");
	expect_content("sub/file", NEW);
	assert_int_equal(mode_of("sub/file"), S_IFREG | 0600);
	assert_true(S_ISLNK(mode_of("one")) && S_ISLNK(mode_of("sub/two")));
	/* To a file that is not there yet. */
	unlink("sub/file");
	expect_success("one");
	expect_content("sub/file", NEW);
	assert_true(S_ISLNK(mode_of("one")));
	expect_names(2);
	assert_int_equal(symlink("loop", "loop"), 0);
	expect_failure("loop", ERR_USAGE, "loop: look it up: Symbolic link loop");
}

static void
test_wrong_places(void **state)
{
	(void)state;
	assert_int_equal(mkdir("sub", 0700), 0);
	make("file", SPAN("old"));
	expect_failure("sub", ERR_USAGE, "sub: it is a directory");
	expect_failure("sub/", ERR_USAGE, "sub/: it is a directory");
	expect_failure("none/file", ERR_USAGE,
		"none/file: create a new file in its folder: No such file or directory");
	expect_failure("file/x", ERR_USAGE, "file/x: look it up: Not a directory");
	expect_failure("new/", ERR_USAGE,
		"new/: create a new file in its folder: No such file or directory");
	expect_failure("/dev/fd/1000", ERR_USAGE, "/dev/fd/1000: write: Bad file descriptor");
	struct err e = { 0 };
	assert_false(outfile_write("", NEW, &e));
	assert_int_equal(err_exit_code(&e), 100);
	expect_content("file", SPAN("old"));
	expect_names(2);
}

static int
write_as_nobody(void)
{
	struct err e = { 0 };
	if (setuid(NOBODY) != 0 && getuid() == 0)
		return 1;
	if (outfile_write("file", NEW, &e))
		return 2;
	if (strcmp(e.text, "file: create a new file in its folder: Permission denied") != 0)
		return 3;
	return strstr(e.hint, "redirect standard output") != NULL ? err_exit_code(&e) : 4;
}

/* The file itself could be written, but not replaced. */
static void
test_folder_not_writable(void **state)
{
	(void)state;
	make("file", SPAN("old"));
	assert_int_equal(chmod("file", 0666), 0);
	assert_int_equal(chmod(".", 0555), 0);
	int status = status_of(write_as_nobody);
	assert_int_equal(chmod(".", 0700), 0);
	assert_int_equal(WEXITSTATUS(status), 100);
	expect_content("file", SPAN("old"));
	expect_names(1);
}

static void
test_devices(void **state)
{
	(void)state;
	expect_success("/dev/null");
	assert_true(S_ISCHR(mode_of("/dev/null")));
	expect_failure("/dev/full", ERR_FINAL, "/dev/full: write: No space left on device");
	assert_true(S_ISCHR(mode_of("/dev/full")));
	assert_int_equal(symlink("/dev/full", "full"), 0);
	expect_failure("full", ERR_FINAL, "full: write: No space left on device");
}

static void
test_fifo(void **state)
{
	(void)state;
	char bytes[100];
	assert_int_equal(mkfifo("fifo", 0600), 0);
	int fd = open("fifo", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	expect_success("fifo");
	assert_true(S_ISFIFO(mode_of("fifo")));
	ssize_t n = read(fd, bytes, sizeof(bytes));
	assert_true(n > 0 && span_eq((struct span){ bytes, (size_t)n }, NEW));
	close(fd);
}

static int
print_to_file(void)
{
	static const char *const path[] = { NULL, "-", "/dev/stdout", "/dev/fd/1",
		"/proc/self/fd/1", "link" };
	struct err e;
	int fd = open("out", O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
	dup2(fd, STDOUT_FILENO);
	if (symlink("/dev/stdout", "link") != 0)
		return 1;
	for (size_t i = 0; i < sizeof(path) / sizeof(*path); i++) {
		if (!outfile_write(path[i], SPAN("x"), &e))
			return 2;
	}
	return outfile_print(SPAN("\n"), &e) ? 0 : 3;
}

/* As a shell opened it: one after the other, never replaced. */
static void
test_standard_output(void **state)
{
	(void)state;
	assert_int_equal(status_of(print_to_file), 0);
	expect_content("out", SPAN("xxxxxx\n"));
	assert_int_equal(mode_of("out") & 0777, 0640);
}

/* A fresh write end as standard output, of a pipe that nobody reads. */
static int
print_to_nobody(void)
{
	struct err e = { 0 };
	int fds[2];
	if (pipe(fds) != 0)
		return 1;
	dup2(fds[1], STDOUT_FILENO);
	close(fds[0]);
	if (outfile_print(NEW, &e))
		return 2;
	return strcmp(e.text, "standard output: write: Broken pipe") == 0 ? err_exit_code(&e) : 3;
}

static int
print_to_full(void)
{
	struct err e = { 0 };
	dup2(open("/dev/full", O_WRONLY), STDOUT_FILENO);
	return outfile_print(NEW, &e) ? 2 : err_exit_code(&e);
}

static int
print_to_closed(void)
{
	struct err e = { 0 };
	close(STDOUT_FILENO);
	return outfile_print(NEW, &e) ? 2 : err_exit_code(&e);
}

static void
test_output_that_fails(void **state)
{
	(void)state;
	int status = status_of(print_to_nobody);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 111);
	assert_int_equal(WEXITSTATUS(status_of(print_to_full)), 111);
	assert_int_equal(WEXITSTATUS(status_of(print_to_closed)), 100);
}

/* Larger than a pipe, to a reader that is slow, through a descriptor that does not block. */
static int
print_much(void)
{
	static char bytes[300000];
	struct err e = { 0 };
	int fds[2];
	if (pipe2(fds, O_NONBLOCK) != 0)
		return 1;
	pid_t pid = fork();
	if (pid == 0) {
		close(fds[1]);
		fcntl(fds[0], F_SETFL, 0);
		size_t total = 0;
		for (ssize_t n = 1; n > 0; total += (size_t)n)
			n = read(fds[0], bytes, 1000);
		_exit(total == sizeof(bytes) ? 0 : 1);
	}
	close(fds[0]);
	dup2(fds[1], STDOUT_FILENO);
	close(fds[1]);
	if (!outfile_print((struct span){ bytes, sizeof(bytes) }, &e))
		return 2;
	close(STDOUT_FILENO);
	int status = -1;
	waitpid(pid, &status, 0);
	return status;
}

static void
test_much(void **state)
{
	(void)state;
	assert_int_equal(status_of(print_much), 0);
}

static int
write_above_limit(void)
{
	const struct rlimit limit = { 5, 5 };
	struct err e = { 0 };
	setrlimit(RLIMIT_FSIZE, &limit);
	return outfile_write("file", NEW, &e) ? 2 : err_exit_code(&e);
}

static void
test_failures_change_nothing(void **state)
{
	(void)state;
	make("file", SPAN("old"));
	int status = status_of(write_above_limit);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 111);
	errno_of_fsync = EIO;
	expect_failure("file", ERR_FINAL, "file: write to the disk: I/O error");
	errno_of_fsync = ENOSPC;
	expect_failure("new", ERR_FINAL, "new: write to the disk: No space left on device");
	errno_of_fsync = 0;
	expect_content("file", SPAN("old"));
	expect_names(1);
}

static int
write_and_be_sent(void)
{
	struct err e;
	return outfile_write("file", NEW, &e) ? 0 : 1;
}

/* One that would end the process meanwhile does so, and leaves all as it was. */
static void
test_signals(void **state)
{
	(void)state;
	static const int signos[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	for (size_t i = 0; i < sizeof(signos) / sizeof(*signos); i++) {
		make("file", SPAN("old"));
		sent_in_fsync = signos[i];
		int status = status_of(write_and_be_sent);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), signos[i]);
		expect_content("file", SPAN("old"));
		expect_names(1);

		/* Ignored as under nohup(1): nothing happens. */
		const struct sigaction ignore = { .sa_handler = SIG_IGN };
		struct sigaction before;
		sigaction(signos[i], &ignore, &before);
		expect_success("file");
		sigaction(signos[i], &before, NULL);
		expect_content("file", NEW);

		/* Held back by the caller, who learns of it. */
		make("file", SPAN("old"));
		sigset_t set;
		sigset_t mask;
		sigemptyset(&set);
		sigaddset(&set, signos[i]);
		sigprocmask(SIG_BLOCK, &set, &mask);
		expect_failure("file", ERR_FINAL, "file: interrupted; nothing was changed");
		assert_int_equal(sigtimedwait(&set, NULL, &(struct timespec){ 0 }), signos[i]);
		sigprocmask(SIG_SETMASK, &mask, NULL);
		sent_in_fsync = 0;
		expect_content("file", SPAN("old"));
		expect_names(1);
	}
}

static int
enter_folder(void **state)
{
	(void)state;
	memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
	return mkdtemp(folder) != NULL && chdir(folder) == 0 ? 0 : -1;
}

static void
remove_all(const char *path)
{
	DIR *dir = opendir(path);
	for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
		struct text name = { 0 };
		text_printf(&name, "%s/%s", path, entry->d_name);
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (unlink(text_str(&name)) != 0)
			remove_all(text_str(&name));
	}
	closedir(dir);
	rmdir(path);
}

static int
leave_folder(void **state)
{
	(void)state;
	remove_all(folder);
	return chdir("/");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter_folder, leave_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_new_file),
		TEST(test_replaces),
		TEST(test_other_paths),
		TEST(test_links),
		TEST(test_wrong_places),
		TEST(test_folder_not_writable),
		TEST(test_devices),
		TEST(test_fifo),
		TEST(test_standard_output),
		TEST(test_output_that_fails),
		TEST(test_much),
		TEST(test_failures_change_nothing),
		TEST(test_signals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
