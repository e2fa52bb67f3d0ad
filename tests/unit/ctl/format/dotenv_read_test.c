#include "unit/ctl/format/sample.h"

static void
test_pairs(void **state)
{
	(void)state;
	static const struct file_sample samples[] = {
		FILE_SAMPLE("A=b", "A=b;"),
		FILE_SAMPLE(
			"# c\n\n  export A=b\r\nexport\tC = d # e\n\tF.g-h=\n", "A=b;C=d;F.g-h=;"),
		FILE_SAMPLE("A=b#c\nB=b #c\nC= # d\nD=#e\nE=a=b\n", "A=b#c;B=b;C=;D=#e;E=a=b;"),
		FILE_SAMPLE("A=it's $B ${C} \\n x  \n", "A=it's $B ${C} \\n x;"),
		FILE_SAMPLE("A=\"\"\nB=''\n", "A=;B=;"),
		FILE_SAMPLE("A=\"a\\nb\\rc\\td\\\\e\\\"f\\$g\\`h\\'i\\qj\" # c\n",
			"A=a\nb\rc\td\\e\"f$g`h'i\\qj;"),
		FILE_SAMPLE("A='a\\nb\\'c\\\\d\"e'\n", "A=a\\nb'c\\d\"e;"),
		FILE_SAMPLE("A=\"one\ntwo # x\r\nB=three\"\nC='four\nfive'\n",
			"A=one\ntwo # x\nB=three;C=four\nfive;"),
		FILE_SAMPLE("\xef\xbb\xbf"
			    "A=\xc3\xa9\n",
			"A=\xc3\xa9;"),
		FILE_SAMPLE("export=1\nexported=2\n", "export=1;exported=2;"),
		FILE_SAMPLE("# nothing\n", ""),
	};
	assert_files(FORMAT_FILE_DOTENV, samples, COUNT(samples));
}

static void
test_faults(void **state)
{
	(void)state;
	static const struct file_sample samples[] = {
		FILE_SAMPLE("", "the file is empty"),
		FILE_SAMPLE("A=1\nB\n", "line 2, column 2: after the name B, '=' is expected"),
		FILE_SAMPLE("export A\n", "line 1, column 9: after the name A, '=' is expected"),
		FILE_SAMPLE("A=1\n =s3cret\n",
			"line 2, column 2: a name is expected (letters, digits, '_', '.' and '-')"),
		FILE_SAMPLE("A B=1\n", "line 1, column 3: after the name A, '=' is expected"),
		FILE_SAMPLE("A=\"s3cret\nB=2\n",
			"key A: line 1, column 3: a quote (\") without its end"),
		FILE_SAMPLE("A='s3cret\\'", "key A: line 1, column 3: a quote (') without its end"),
		FILE_SAMPLE("A=\"b\\", "key A: line 1, column 3: a quote (\") without its end"),
		FILE_SAMPLE("A=\"b\" c\n", "key A: line 1, column 7: text after the closing quote"),
		FILE_SAMPLE("A=1\nB=2\nA=3\n", "key A: given more than once"),
		FILE_SAMPLE("A=\0\n", "line 1, column 3: a NUL byte, which no value may contain"),
		FILE_SAMPLE("A=\xff\n", "line 1, column 3: a byte that is not UTF-8"),
	};
	assert_files(FORMAT_FILE_DOTENV, samples, COUNT(samples));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_faults),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
