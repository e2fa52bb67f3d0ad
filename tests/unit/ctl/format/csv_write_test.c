#include "unit/ctl/format/sample.h"

static void
test_csv(void **state)
{
	(void)state;
	static const struct sample samples[] = {
		SAMPLE("k", "", "k,\n"),
		SAMPLE("k", "plain text", "k,plain text\n"),
		SAMPLE("k", "a,b", "k,\"a,b\"\n"),
		SAMPLE("k", "say \"hi\"", "k,\"say \"\"hi\"\"\"\n"),
		SAMPLE("k", "a\nb", "k,\"a\nb\"\n"),
		SAMPLE("k", "a\rb\r\n", "k,\"a\rb\r\n\"\n"),
		SAMPLE("k", " a", "k,\" a\"\n"),
		SAMPLE("k", "\ta", "k,\"\ta\"\n"),
		SAMPLE("k", "\xc2\xa0", "k,\"\xc2\xa0\"\n"),
		SAMPLE("k", "a ", "k,a \n"),
		SAMPLE("k", "\\.", "k,\"\\.\"\n"),
		SAMPLE("k", "\\..", "k,\\..\n"),
		SAMPLE("a,b", "\xff", "\"a,b\",\xff\n"),
	};
	assert_samples("csv", samples, COUNT(samples));
}

static void
test_tsv(void **state)
{
	(void)state;
	static const struct sample samples[] = {
		SAMPLE("k", "a,b", "k\ta,b\n"),
		SAMPLE("k", "a\tb", "k\t\"a\tb\"\n"),
		SAMPLE("k", "a\"b", "k\t\"a\"\"b\"\n"),
	};
	assert_samples("TSV", samples, COUNT(samples));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_tsv),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
