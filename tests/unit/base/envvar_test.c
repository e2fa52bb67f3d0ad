#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/envvar.h"

static void
test_get(void **state)
{
	(void)state;
	char a[] = "A=1";
	char ab[] = "AB=2";
	char empty[] = "EMPTY=";
	char second[] = "A=3";
	char bare[] = "BARE";
	char tricky[] = "T=a=b";
	char *environ[] = { bare, ab, empty, a, second, tricky, NULL };
	char *none[] = { NULL };
	assert_string_equal(envvar_get(environ, "A"), "1");
	assert_string_equal(envvar_get(environ, "AB"), "2");
	assert_string_equal(envvar_get(environ, "T"), "a=b");
	assert_null(envvar_get(environ, "EMPTY"));
	assert_null(envvar_get(environ, "BARE"));
	assert_null(envvar_get(environ, "AA"));
	assert_null(envvar_get(environ, "a"));
	assert_null(envvar_get(none, "A"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_get),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
