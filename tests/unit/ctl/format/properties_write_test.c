#include "unit/ctl/format/sample.h"

static void
test_properties(void **state)
{
	(void)state;
	static const struct sample samples[] = {
		SAMPLE("k", "", "k = \n"),
		SAMPLE("k", "a b=c:d#e!", "k = a b=c:d#e!\n"),
		SAMPLE("k", "a\tb\nc\rd\fe\\f", "k = a\\tb\\nc\\rd\\fe\\\\f\n"),
		SAMPLE("k", "  a", "k = \\  a\n"),
		SAMPLE("k", " ", "k = \\ \n"),
		SAMPLE("k", "\xc3\xa9", "k = \\u00e9\n"),
		SAMPLE("k", "\xe2\x82\xac", "k = \\u20ac\n"),
		SAMPLE("k", "\xf0\x9f\x98\x80", "k = \\ud83d\\ude00\n"),
		SAMPLE("k", "\0", "k = \\u0000\n"),
		SAMPLE("a b:c=d", "x", "a\\ b\\:c\\=d = x\n"),
		SAMPLE("#a#", "x", "\\#a# = x\n"),
		SAMPLE("!a!", "x", "\\!a! = x\n"),
	};
	assert_samples("java-properties", samples, COUNT(samples));
	assert_samples("properties", samples, COUNT(samples));
}

static void
test_refused(void **state)
{
	(void)state;
	assert_not_written("properties", SPAN("K"), SPAN("\xff"),
		"key K: the value is not UTF-8, which java-properties needs");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_properties),
		cmocka_unit_test(test_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
