#include "unit/ctl/format/sample.h"

static void
test_pairs(void **state)
{
	(void)state;
	static const struct file_sample samples[] = {
		FILE_SAMPLE("{}", ""),
		FILE_SAMPLE(" { \"a\" : \"b\" , \"c\" : \"\" }\r\n", "a=b;c=;"),
		FILE_SAMPLE("\xef\xbb\xbf{\"a\":1,\"b\":-1.50E+3,\"c\":true,\"d\":false}",
			"a=1;b=-1.50E+3;c=true;d=false;"),
		FILE_SAMPLE("{\"\\u0061\":\"\\\"\\\\\\/\\n\\ud83d\\ude00\"}",
			"a=\"\\/\n\xf0\x9f\x98\x80;"),
		FILE_SAMPLE("{\"a\":\"}\\\\\",\"b\":\"{\"}", "a=}\\;b={;"),
	};
	assert_files(FORMAT_FILE_JSON, samples, COUNT(samples));
	assert_files(FORMAT_FILE_YAML, samples, COUNT(samples));
}

static void
test_faults(void **state)
{
	(void)state;
	static const struct file_sample samples[] = {
		FILE_SAMPLE("", "the file is empty"),
		FILE_SAMPLE(" \r\n\t", "the file is empty"),
		FILE_SAMPLE("[]", "line 1, column 1: an object of keys and texts is expected"),
		FILE_SAMPLE("\"a\"", "line 1, column 1: an object of keys and texts is expected"),
		FILE_SAMPLE("{\n \"a\": null}", "line 2, column 7: key a: null, where text is "
						"expected; \"\" is the empty text"),
		FILE_SAMPLE("{\"a\":{\"b\":1}}",
			"line 1, column 6: key a: an object, where text is expected"),
		FILE_SAMPLE("{\"\xc3\xa9\":[1]}",
			"line 1, column 6: key \\xc3\\xa9: an array, where text is expected"),
		FILE_SAMPLE("{\"a\":1,\"b\":2,\"\\u0061\":3}", "key a: given more than once"),
		FILE_SAMPLE("{\"\":1}", "a key is empty"),
		FILE_SAMPLE("{\n\"a\":\"s3cret",
			"line 2, column 12: not JSON: byte 14: a string without an end"),
		FILE_SAMPLE("{\"a\":1}\n{}",
			"line 2, column 1: not JSON: byte 9: more text after the value"),
		FILE_SAMPLE("{\"a\":\"\\u0000\"}",
			"key a: line 1, column 6: a string with a NUL character (\\u0000)"),
		FILE_SAMPLE("{\"a\":\"\0\"}",
			"line 1, column 7: a NUL byte, which no value may contain"),
		FILE_SAMPLE(
			"{\"\xc3\xa9\":\"\xff\"}", "line 1, column 7: a byte that is not UTF-8"),
		FILE_SAMPLE("\xff\xfe{", "the file is UTF-16, where UTF-8 is expected"),
	};
	assert_files(FORMAT_FILE_JSON, samples, COUNT(samples));
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
