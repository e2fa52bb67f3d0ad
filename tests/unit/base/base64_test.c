#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/base64.h"

/* RFC 4648 section 10, and the two characters that are neither letter nor digit. */
static void
test_vectors(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *want;
	} row[] = {
		{ "", "" },
		{ "f", "Zg==" },
		{ "fo", "Zm8=" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" },
		{ "\xfb\xff\xfe", "+//+" },
		{ "\xff", "/w==" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		char text[16];
		struct buf b = BUF(text);
		base64_put(&b, span_of(row[i].text));
		assert_string_equal(buf_str(&b), row[i].want);
	}
	char text[16];
	struct buf b = BUF(text);
	base64_put(&b, SPAN("\0\0\0\0"));
	assert_string_equal(buf_str(&b), "AAAAAA==");
}

static void
test_overflow(void **state)
{
	(void)state;
	char text[7];
	struct buf b = BUF(text);
	base64_put(&b, SPAN("fooba"));
	assert_true(b.overflow);
	assert_int_equal(b.len, 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_overflow),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
