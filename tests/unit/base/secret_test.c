#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/bounds.h"
#include "base/secret.h"

static int
forget(void **state)
{
	(void)state;
	secret_forget_all();
	return 0;
}

static void
test_keep(void **state)
{
	(void)state;
	struct span bytes = SPAN("hunter2");
	struct secret s = secret_keep(bytes);
	assert_ptr_equal(s.bytes.p, bytes.p);
	assert_int_equal(s.bytes.n, bytes.n);
	assert_int_equal(secret_prefix(SPAN("hunter2 and more")), 7);
	assert_int_equal(secret_prefix(SPAN("hunter2")), 7);
	assert_int_equal(secret_prefix(SPAN(" hunter2")), 0);
	assert_int_equal(secret_prefix(SPAN("hunter")), 0);
	assert_int_equal(secret_prefix(SPAN("")), 0);
}

static void
test_longest_wins(void **state)
{
	(void)state;
	secret_keep(SPAN("abc"));
	secret_keep(SPAN("abcdef"));
	secret_keep(SPAN("abcd"));
	assert_int_equal(secret_prefix(SPAN("abcdefg")), 6);
	assert_int_equal(secret_prefix(SPAN("abcdex")), 4);
	assert_int_equal(secret_prefix(SPAN("abcx")), 3);
}

/* An empty value must not turn every message into asterisks. */
static void
test_empty(void **state)
{
	(void)state;
	struct secret s = secret_keep((struct span){ NULL, 0 });
	assert_int_equal(s.bytes.n, 0);
	secret_keep(SPAN(""));
	assert_int_equal(secret_prefix(SPAN("text")), 0);
}

static void
test_any_byte(void **state)
{
	(void)state;
	secret_keep(SPAN("a\0b\xff"));
	assert_int_equal(secret_prefix(SPAN("a\0b\xff!")), 4);
	assert_int_equal(secret_prefix(SPAN("a\0c\xff!")), 0);
}

static void
test_forget(void **state)
{
	(void)state;
	secret_keep(SPAN("abc"));
	secret_forget_all();
	assert_int_equal(secret_prefix(SPAN("abc")), 0);
}

/* What came behind a mark is forgotten, what came before it is not. */
static void
test_forget_since(void **state)
{
	(void)state;
	secret_keep(SPAN("abc"));
	size_t mark = secret_mark();
	secret_keep(SPAN("def"));
	secret_keep(SPAN("ghi"));
	secret_forget_since(mark);
	assert_int_equal(secret_mark(), mark);
	assert_int_equal(secret_prefix(SPAN("abc")), 3);
	assert_int_equal(secret_prefix(SPAN("def")), 0);
	assert_int_equal(secret_prefix(SPAN("ghi")), 0);
	secret_keep(SPAN("jkl"));
	assert_int_equal(secret_prefix(SPAN("jkl")), 3);
}

/* Every value that the store can hold is remembered, with the credentials. */
static void
test_as_many_as_the_store(void **state)
{
	(void)state;
	static char bytes[PARAMS_MAX + 32][8];
	for (unsigned i = 0; i < PARAMS_MAX + 32; i++) {
		for (unsigned n = 0; n < 8; n++)
			bytes[i][n] = (char)('a' + (i >> 2 * n) % 4);
		secret_keep((struct span){ bytes[i], 8 });
	}
	assert_int_equal(secret_prefix((struct span){ bytes[0], 8 }), 8);
	secret_forget_all();
	for (unsigned i = 0; i < PARAMS_MAX + 32; i++)
		secret_keep((struct span){ bytes[1], 8 });
	/* Beyond the bound nothing is written out of bounds; the sanitizer tells otherwise. */
	for (unsigned i = 0; i < 1000; i++)
		secret_keep(SPAN("too many"));
	assert_int_equal(secret_prefix((struct span){ bytes[1], 8 }), 8);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_keep, forget),
		cmocka_unit_test_setup(test_longest_wins, forget),
		cmocka_unit_test_setup(test_empty, forget),
		cmocka_unit_test_setup(test_any_byte, forget),
		cmocka_unit_test_setup(test_forget, forget),
		cmocka_unit_test_setup(test_forget_since, forget),
		cmocka_unit_test_setup(test_as_many_as_the_store, forget),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
