#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/pages.h"

static void
test_map(void **state)
{
	(void)state;
	struct err e;
	const size_t before = pages_mapped();
	unsigned char *p = pages_map(100000, "no room for the test", &e);
	assert_non_null(p);
	for (size_t i = 0; i < 100000; i += 999) {
		assert_int_equal(p[i], 0);
		p[i] = 1;
	}
	assert_int_equal(pages_mapped(), before + 100000);
}

/* More than any machine has. */
static void
test_no_room(void **state)
{
	(void)state;
	struct err e = { 0 };
	const size_t before = pages_mapped();
	assert_null(pages_map((size_t)1 << 62, "no room for the test", &e));
	assert_int_equal(pages_mapped(), before);
	assert_int_equal(e.kind, ERR_FINAL);
	assert_string_equal(
		e.text, "no room for the test, 4503599627370496 KiB of addresses: Out of memory");
	assert_string_equal(e.hint,
		"raise the limit of the address space (ulimit -v), or allow overcommit "
		"(vm.overcommit_memory)");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_map),
		cmocka_unit_test(test_no_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
