#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "launch/argsize.h"

#define KIB ((size_t)1024)
#define PAGE ((size_t)4096)
#define STACK (8192 * KIB)

static char word[] = "cmd";
static char *const argv_small[] = { word, NULL };
static char *const none[] = { NULL };

/* 80 strings of 90 KiB are 7 MiB, more than any kernel takes. */
static char text[80][128 * 1024];
static char *envp[81];

/* Makes an environment of which the kernel counts exactly so many bytes, pointers included. */
static void
fill(size_t bytes)
{
	size_t i = 0;
	memset(text, 'v', sizeof(text));
	while (bytes > 0) {
		size_t piece = bytes > 180 * KIB ? 90 * KIB : bytes > 90 * KIB ? bytes / 2 : bytes;
		assert_true(i < 80 && piece > sizeof(char *) + 2);
		text[i][1] = '=';
		text[i][piece - sizeof(char *) - 1] = '\0';
		envp[i] = text[i];
		bytes -= piece;
		i++;
	}
	envp[i] = NULL;
}

static struct err e;

static bool
check(char *const *argv, char *const *variables, size_t stack_limit, size_t page_size)
{
	const struct argsize_terms terms = { stack_limit, page_size };
	return argsize_check("/c", argv, variables, &terms, &e);
}

static void
test_whole(void **state)
{
	(void)state;
	static const struct {
		size_t stack;
		size_t room;
	} row[] = {
		{ 8192 * KIB, 2048 * KIB },
		{ 1024 * KIB, 256 * KIB },
		{ 512 * KIB, 128 * KIB },
		{ 16 * KIB, 128 * KIB }, /* ARG_MAX is always there */
		{ 0, 128 * KIB },
		{ 24 * 1024 * KIB, 6144 * KIB },
		{ 64 * 1024 * KIB, 6144 * KIB },
		{ SIZE_MAX, 6144 * KIB },
	};
	/* The path "/c", the word "cmd" and its pointer. */
	size_t others = 3 + 4 + sizeof(char *);
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		fill(row[i].room - others);
		assert_true(check(argv_small, envp, row[i].stack, PAGE));
		fill(row[i].room - others + 1);
		assert_false(check(argv_small, envp, row[i].stack, PAGE));
		assert_int_equal(e.kind, ERR_LIMIT);
		assert_non_null(strstr(e.text, "bytes, the kernel takes at most"));
	}
}

static void
test_numbers_are_told(void **state)
{
	(void)state;
	fill(200 * KIB);
	assert_false(check(argv_small, envp, 0, PAGE));
	assert_string_equal(e.text, "1 arguments and 3 variables: 204815 bytes, the kernel takes "
				    "at most 131072");
	assert_true(e.hint[0] != '\0');
}

static void
test_one_string(void **state)
{
	(void)state;
	static char large[128 * 1024 + 1];
	memset(large, 'v', sizeof(large) - 1);
	large[1] = '=';
	char *const variable[] = { large, NULL };
	assert_false(check(argv_small, variable, STACK, PAGE));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_string_equal(
		e.text, "variable v: 131073 bytes with its name, the kernel takes at most 131072");
	char *const argument[] = { word, large, NULL };
	assert_false(check(argument, none, STACK, PAGE));
	assert_string_equal(e.text, "argument 1: 131073 bytes, the kernel takes at most 131072");
	/* 32 pages, however large those are. */
	assert_true(check(argument, variable, STACK, 4 * PAGE));
	large[sizeof(large) - 2] = '\0';
	assert_true(check(argument, variable, STACK, PAGE));
	large[1] = 'v';
	large[sizeof(large) - 2] = 'v';
	assert_false(check(argv_small, variable, STACK, PAGE));
	assert_string_equal(e.text, "variable without a name: 131073 bytes with its name, the "
				    "kernel takes at most 131072");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_numbers_are_told),
		cmocka_unit_test(test_one_string),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
