#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <limits.h>
#include <string.h>

#include <cmocka.h>

#include "base/errno_text.h"

static void
test_known(void **state)
{
	(void)state;
	static const struct {
		int number;
		const char *text;
	} row[] = {
		/* The first of the table, some from its middle, the last. */
		{ EPERM, "Operation not permitted" },
		{ ENOENT, "No such file or directory" },
		{ EACCES, "Permission denied" },
		{ EISDIR, "Is a directory" },
		{ E2BIG, "Argument list too long" },
		{ ENOEXEC, "Exec format error" },
		{ ECONNREFUSED, "Connection refused" },
		{ ECONNRESET, "Connection reset by peer" },
		{ EPIPE, "Broken pipe" },
		{ EBUSY, "Resource busy" },
		{ ENFILE, "Too many open files in system" },
		{ ELIBBAD, "Accessing a corrupted shared library" },
		{ ENOBUFS, "No buffer space available" },
		{ ETIMEDOUT, "Operation timed out" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++)
		assert_string_equal(errno_text(row[i].number), row[i].text);
}

static void
test_unknown(void **state)
{
	(void)state;
	assert_string_equal(errno_text(0), "error 0");
	assert_string_equal(errno_text(4095), "error 4095");
	assert_string_equal(errno_text(INT_MAX), "error 2147483647");
	assert_string_equal(errno_text(INT_MIN), "error -2147483648");
	/* 256 and one of a table of bytes are two numbers. */
	assert_string_equal(errno_text(256 + ENOENT), "error 258");
}

/* Each number has a text of its own, printable and not empty. */
static void
test_all(void **state)
{
	(void)state;
	unsigned known = 0;
	for (int i = 1; i < 256; i++) {
		char text[64] = "";
		strncpy(text, errno_text(i), sizeof(text) - 1);
		assert_in_range(strlen(text), 3, sizeof(text) - 2);
		known += strncmp(text, "error ", 6) != 0;
		for (int k = 1; k < i; k++)
			assert_string_not_equal(errno_text(k), text);
		for (const char *p = text; *p != '\0'; p++)
			assert_in_range(*p, ' ', '~');
	}
	assert_in_range(known, 20, 134);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
