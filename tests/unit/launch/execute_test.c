#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "launch/execute.h"

static char folder[] = "/tmp/antechamber-execute-XXXXXX";
static const struct inherited inherited;

static void
make_file(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static int
make_folder(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	make_file("script", "#!/no/such/interpreter\n");
	make_file("odd", "#!/etc/passwd/sh\n");
	make_file("text", "exit 7\n");
	make_file("empty", "");
	make_file("broken", "\x7f"
			    "ELF and no more");
	return 0;
}

static int
remove_folder(void **state)
{
	(void)state;
	static const char *const names[] = { "script", "odd", "text", "empty", "broken" };
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		remove(names[i]);
	return rmdir(folder);
}

static void
test_failures(void **state)
{
	(void)state;
	static const struct {
		const char *path;
		enum err_kind kind;
		const char *text;
	} row[] = {
		{ "./none", ERR_NOT_FOUND, "run ./none: No such file or directory" },
		{ "./script", ERR_NOT_FOUND, "run ./script: its interpreter is missing" },
		{ "./odd", ERR_NOT_FOUND, "run ./odd: its interpreter is missing" },
		{ "./text", ERR_NOT_EXECUTABLE, "run ./text: Exec format error" },
		{ "./empty", ERR_NOT_EXECUTABLE, "run ./empty: Exec format error" },
		{ "./broken", ERR_NOT_EXECUTABLE, "run ./broken: Exec format error" },
		{ ".", ERR_NOT_EXECUTABLE, "run .: Permission denied" },
		{ "./text/x", ERR_NOT_FOUND, "run ./text/x: Not a directory" },
	};
	static char word[] = "word";
	char *const words[] = { word, NULL };
	char *const none[] = { NULL };
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct err e;
		assert_false(execute(row[i].path, words, none, &inherited, &e));
		assert_string_equal(e.text, row[i].text);
		assert_int_equal(e.kind, row[i].kind);
	}
}

static void
test_too_large(void **state)
{
	(void)state;
	struct err e;
	static char large[3 * 1024 * 1024];
	memset(large, 'x', sizeof(large) - 1);
	char *const words[] = { large, NULL };
	char *const none[] = { NULL };
	assert_false(execute("/bin/true", words, none, &inherited, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_too_large),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
