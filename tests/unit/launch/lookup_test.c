#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "launch/lookup.h"

static char folder[] = "/tmp/antechamber-lookup-XXXXXX";

static void
make_file(const char *name, mode_t mode)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	assert_true(fd >= 0);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static int
make_folder(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(mkdir("one", 0755), 0);
	assert_int_equal(mkdir("two", 0755), 0);
	assert_int_equal(mkdir("one/dir", 0755), 0);
	make_file("here", 0755);
	make_file("one/both", 0755);
	make_file("two/both", 0755);
	make_file("one/plain", 0644);
	make_file("two/plain", 0755);
	make_file("one/refused", 0644);
	make_file("two/dir", 0755);
	assert_int_equal(mkfifo("one/pipe", 0755), 0);
	return 0;
}

static int
remove_folder(void **state)
{
	(void)state;
	static const char *const names[] = { "here", "one/both", "two/both", "one/plain",
		"two/plain", "one/refused", "two/dir", "one/pipe", "one/dir", "one", "two" };
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		remove(names[i]);
	return rmdir(folder);
}

static void
test_found(void **state)
{
	(void)state;
	static const struct {
		const char *path;
		const char *name;
		const char *want;
	} row[] = {
		{ "one:two", "both", "one/both" },
		{ "two:one", "both", "two/both" },
		{ "nowhere:one", "both", "one/both" },
		{ "one/both:two", "both", "two/both" }, /* a file is no directory */
		{ "one:two", "plain", "two/plain" }, /* behind one that may not be executed */
		{ "one:two", "dir", "two/dir" },
		{ "", "here", "here" },
		{ "one:", "here", "here" },
		{ ":one", "here", "here" },
		{ "one::two", "here", "here" },
		{ "nowhere", "./here", "./here" },
		{ "nowhere", "two/plain", "two/plain" },
		{ NULL, "sh", "/bin/sh" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		char text[256];
		struct buf out = BUF(text);
		struct err e;
		const char *found = lookup_command(row[i].path, row[i].name, &out, &e);
		if (found == NULL)
			fail_msg("%s", e.text);
		assert_string_equal(found, row[i].want);
	}
}

static void
test_refused(void **state)
{
	(void)state;
	static const struct {
		const char *path;
		const char *name;
		enum err_kind kind;
		const char *text;
	} row[] = {
		{ "one:two", "x", ERR_NOT_FOUND, "run x: not found in PATH one:two" },
		{ "one", "dir", ERR_NOT_FOUND, "run dir: not found in PATH one" },
		{ "one", "", ERR_NOT_FOUND, "run \"\": the command's name is empty" },
		{ NULL, "./x", ERR_NOT_FOUND, "run ./x: No such file or directory" },
		{ NULL, "here/x", ERR_NOT_FOUND, "run here/x: Not a directory" },
		{ NULL, "./one/dir", ERR_NOT_EXECUTABLE, "run ./one/dir: Is a directory" },
		{ NULL, "./one/plain", ERR_NOT_EXECUTABLE, "run ./one/plain: Permission denied" },
		{ NULL, "./one/pipe", ERR_NOT_EXECUTABLE, "run ./one/pipe: Permission denied" },
		{ "one:two", "refused", ERR_NOT_EXECUTABLE, "run one/refused: Permission denied" },
		{ NULL, "./a\nb", ERR_NOT_FOUND, "run ./a\\x0ab: No such file or directory" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		char text[256];
		struct buf out = BUF(text);
		struct err e;
		assert_null(lookup_command(row[i].path, row[i].name, &out, &e));
		assert_string_equal(e.text, row[i].text);
		assert_int_equal(e.kind, row[i].kind);
	}
}

/* NAME_MAX bytes are a name; more are none, along PATH and with a slash. */
static void
test_long_names(void **state)
{
	(void)state;
	char name[2 + NAME_MAX + 2] = "./";
	char text[PATH_MAX];
	struct buf out = BUF(text);
	struct err e;
	memset(name + 2, 'x', NAME_MAX + 1);
	assert_null(lookup_command("one:two", name + 2, &out, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	assert_non_null(strstr(e.text, "not found in PATH one:two"));
	assert_null(lookup_command("one:two", name, &out, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	assert_non_null(strstr(e.text, "Filename too long"));
	/* A directory that is none hides no other. */
	char path[NAME_MAX + 8];
	snprintf(path, sizeof(path), "%s:one", name + 2);
	assert_string_equal(lookup_command(path, "both", &out, &e), "one/both");
}

static void
test_bounds(void **state)
{
	(void)state;
	char text[9];
	struct buf out = BUF(text);
	struct err e;
	assert_ptr_equal(lookup_command("one", "both", &out, &e), text);
	assert_string_equal(text, "one/both");
	out = (struct buf){ .p = text, .cap = 8 };
	/* No file has a path that long, but one in another directory may be shorter. */
	assert_null(lookup_command("one", "both", &out, &e));
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	assert_ptr_equal(lookup_command("one:", "here", &out, &e), text);
	assert_string_equal(text, "here");
	/* A name with a slash needs no room. */
	static const char name[] = "./two/both";
	assert_ptr_equal(lookup_command("one", name, &out, &e), name);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_bounds),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
