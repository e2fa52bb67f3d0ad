#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <elf.h>
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

static void
write_program(const char *bytes, size_t n)
{
	int fd = open("program", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), (ssize_t)n);
	close(fd);
}

static void
test_scripts(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum err_kind kind; /* ERR_NONE: it passes */
	} row[] = {
		{ "#!/bin/sh\n", ERR_NONE },
		{ "#!\t /bin/sh\t-e\n", ERR_NONE },
		{ "#!/bin/sh", ERR_NONE },
		{ "#!/no/such\n", ERR_NOT_FOUND },
		{ "#!/no/such /bin/sh\n", ERR_NOT_FOUND },
		{ "#!/bin/sh/x\n", ERR_NOT_FOUND },
		{ "#!one/plain\n", ERR_NOT_EXECUTABLE },
		{ "#!one\n", ERR_NOT_EXECUTABLE },
		{ "#!\n/bin/sh\n", ERR_NOT_EXECUTABLE },
		{ "#!", ERR_NOT_EXECUTABLE },
		{ "exit 0\n", ERR_NOT_EXECUTABLE },
		{ " #!/bin/sh\n", ERR_NOT_EXECUTABLE },
		{ "", ERR_NONE },
		{ "MZ\x90\1", ERR_NONE }, /* the kernel may know more formats than we */
		{ "\177ELF\1\1\1", ERR_NONE },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct err e = { 0 };
		write_program(row[i].text, strlen(row[i].text));
		assert_int_equal(lookup_interpreter("./program", &e), row[i].kind == ERR_NONE);
		assert_int_equal(e.kind, row[i].kind);
	}
	remove("program");
	struct err e = { 0 };
	assert_true(lookup_interpreter("./program", &e));
}

/* The kernel reads 256 bytes of a #! line, we read more: a longer name is not found either way. */
static void
test_long_interpreter(void **state)
{
	(void)state;
	char text[4096] = "#!/";
	struct err e = { 0 };
	memset(text + 3, 'x', sizeof(text) - 3);
	write_program(text, sizeof(text));
	assert_false(lookup_interpreter("./program", &e));
	assert_int_equal(e.kind, ERR_NOT_EXECUTABLE);
	remove("program");
}

static void
check_elf(Elf64_Ehdr elf, Elf64_Phdr part, const char *interpreter, enum err_kind kind)
{
	char bytes[1024] = { 0 };
	struct err e = { 0 };
	memcpy(elf.e_ident, ELFMAG "\2", 5);
	memcpy(bytes, &elf, sizeof(elf));
	if (elf.e_phoff <= sizeof(bytes) - sizeof(part))
		memcpy(bytes + elf.e_phoff, &part, sizeof(part));
	memcpy(bytes + 200, interpreter, strlen(interpreter));
	write_program(bytes, sizeof(bytes));
	assert_int_equal(lookup_interpreter("./program", &e), kind == ERR_NONE);
	assert_int_equal(e.kind, kind);
}

/* The places that an ELF file names are its own. */
static void
test_elf(void **state)
{
	(void)state;
	const Elf64_Ehdr one = { .e_phoff = 64, .e_phnum = 1 };
	const Elf64_Phdr part = { .p_type = PT_INTERP, .p_offset = 200 };
	static const uint64_t far[] = { 969, 1023, 1024, 65536, UINT64_MAX - 55, UINT64_MAX };
	check_elf(one, part, "/bin/sh", ERR_NONE);
	check_elf(one, part, "/no/such", ERR_NOT_FOUND);
	check_elf((Elf64_Ehdr){ .e_phoff = 968, .e_phnum = 9 }, part, "/no/such", ERR_NOT_FOUND);
	check_elf((Elf64_Ehdr){ .e_phoff = 64 }, part, "/no/such", ERR_NONE);
	check_elf(one, (Elf64_Phdr){ .p_type = PT_LOAD, .p_offset = 200 }, "/no/such", ERR_NONE);
	for (size_t i = 0; i < sizeof(far) / sizeof(*far); i++) {
		check_elf((Elf64_Ehdr){ .e_phoff = far[i], .e_phnum = UINT16_MAX }, part,
			"/no/such", ERR_NONE);
		if (far[i] >= 1024)
			check_elf(one, (Elf64_Phdr){ .p_type = PT_INTERP, .p_offset = far[i] },
				"/no/such", ERR_NONE);
	}
	remove("program");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_scripts),
		cmocka_unit_test(test_long_interpreter),
		cmocka_unit_test(test_elf),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
