#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "env/envname.h"

static void
test_put(void **state)
{
	(void)state;
	static const struct {
		const char *rest;
		const char *chamber;
		const char *posix;
		const char *keep;
	} row[] = {
		{ "db_username", "DB_USERNAME", "DB_USERNAME", "db_username" },
		{ "mIxed-Key", "MIXED_KEY", "MIXED_KEY", "mIxed-Key" },
		{ "a.b", "A.B", "A_B", "a.b" },
		{ "1st", "1ST", "_1ST", "1st" },
		{ "_1st", "_1ST", "_1ST", "_1st" },
		{ "-1", "_1", "_1", "-1" },
		{ "db/password", "DB_PASSWORD", "DB_PASSWORD", "db_password" },
		{ "db/1/a-b.c", "DB_1_A_B.C", "DB_1_A_B_C", "db_1_a-b.c" },
		{ "9/x", "9_X", "_9_X", "9_x" },
		{ "z{@[`~", "Z{@[`~", "Z_____", "z{@[`~" },
		{ "", "", "", "" },
	};
	static const enum env_names modes[] = { ENV_NAMES_CHAMBER, ENV_NAMES_POSIX,
		ENV_NAMES_KEEP };
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		const char *const want[] = { row[i].chamber, row[i].posix, row[i].keep };
		for (size_t m = 0; m < 3; m++) {
			char text[64];
			struct buf b = BUF(text);
			envname_put(&b, span_of(row[i].rest), modes[m]);
			assert_false(b.overflow);
			assert_string_equal(buf_str(&b), want[m]);
		}
	}
}

static void
test_overflow(void **state)
{
	(void)state;
	char text[3];
	struct buf b = BUF(text);
	envname_put(&b, SPAN("abc"), ENV_NAMES_CHAMBER);
	assert_false(b.overflow);
	b = BUF(text);
	envname_put(&b, SPAN("1bc"), ENV_NAMES_POSIX);
	assert_true(b.overflow);
}

static void
test_fits(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		bool fits;
	} row[] = {
		{ "/foo", true },
		{ "/foo.", true },
		{ "/.foo", true },
		{ "/foo.bar", true },
		{ "/foo-bar", true },
		{ "/foo/bar", true },
		{ "/foo/bar/foo-bar", true },
		{ "/_/9", true },
		{ "/foo//bar", false },
		{ "foo//bar", false },
		{ "foo/bar", false },
		{ "foo", false },
		{ "/foo/", false },
		{ "/", false },
		{ "", false },
		{ "/foo bar", false },
		{ "/foo\n", false },
		{ "/foo=bar", false },
		{ "/f\xc3\xb6", false },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++)
		assert_int_equal(envname_fits_parameter(span_of(row[i].name)), row[i].fits);
	assert_false(envname_fits_parameter(SPAN("/foo\0bar")));
	assert_true(envname_fits_part(SPAN("a.B_9-")));
	assert_false(envname_fits_part(SPAN("a/b")));
	assert_false(envname_fits_part(SPAN("")));
}

static void
test_below(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		const char *path;
		const char *rest; /* NULL: not below */
	} row[] = {
		{ "/svc/key", "/svc/", "key" },
		{ "/svc/db/key", "/svc/", "db/key" },
		{ "/a/b/key", "/a/b/", "key" },
		{ "/svc/", "/svc/", NULL },
		{ "/svc", "/svc/", NULL },
		{ "/svclonger/key", "/svc/", NULL },
		{ "/Svc/key", "/svc/", NULL },
		{ "svc/key", "/svc/", NULL },
		{ "", "/svc/", NULL },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct span rest = { 0 };
		assert_int_equal(envname_below(span_of(row[i].name), span_of(row[i].path), &rest),
			row[i].rest != NULL);
		assert_true(span_eq(rest, span_of(row[i].rest)));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_put),
		cmocka_unit_test(test_overflow),
		cmocka_unit_test(test_fits),
		cmocka_unit_test(test_below),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
