#include "unit/ctl/format/sample.h"

static void
test_pairs(void **state)
{
	(void)state;
	static const struct file_sample samples[] = {
		FILE_SAMPLE("a: b", "a=b;"),
		FILE_SAMPLE("# c\n\n%YAML 1.2\n--- # c\na: b # c\n# c\nc:  d e  \r\n...\n# c\n",
			"a=b;c=d e;"),
		FILE_SAMPLE("  a: b\n  c: d\n", "a=b;c=d;"),
		FILE_SAMPLE("a b: c\n\"d\\u0065\": f\n'g''h' : i\n", "a b=c;de=f;g'h=i;"),
		FILE_SAMPLE("a: 1\nb: 0x1F\nc: true\nd: 1_0.50\ne: 2001-12-14\n",
			"a=1;b=0x1F;c=true;d=1_0.50;e=2001-12-14;"),
		FILE_SAMPLE("# only a comment\n", ""),
		FILE_SAMPLE("---\n", ""),
	};
	assert_files(FORMAT_FILE_YAML, samples, COUNT(samples));
}

static void
test_scalars(void **state)
{
	(void)state;
	static const struct file_sample samples[] = {
		FILE_SAMPLE("a: b:c d#e http://x -f\n", "a=b:c d#e http://x -f;"),
		FILE_SAMPLE("a: -b\nc: ?d\ne: :f\n", "a=-b;c=?d;e=:f;"),
		FILE_SAMPLE("a: b\tc\n", "a=b\tc;"),
		FILE_SAMPLE("a: one\n  two\n\n three # c\nb: c\n", "a=one two\nthree;b=c;"),
		FILE_SAMPLE("a: \"\"\nb: ''\n", "a=;b=;"),
		FILE_SAMPLE("a: 'b \\n \"c\" ''d'' #e: f'  # c\n", "a=b \\n \"c\" 'd' #e: f;"),
		FILE_SAMPLE("a: \"\\a\\b\\t\\n\\v\\f\\r\\e\\ \\\"\\/\\\\\\x41\\u20ac\\U0001F600\"",
			"a=\a\b\t\n\v\f\r\x1b \"/\\A\xe2\x82\xac\xf0\x9f\x98\x80;"),
		FILE_SAMPLE("a: \"\\N\\_\\L\\P\\ud83d\\ude00\"",
			"a=\xc2\x85\xc2\xa0\xe2\x80\xa8\xe2\x80\xa9\xf0\x9f\x98\x80;"),
		FILE_SAMPLE("a: \"one \n  two\n\n  three\\\n  \\ four\\n\n  five\"\n",
			"a=one two\nthree four\n five;"),
		FILE_SAMPLE("a: 'one\r\n\r\n\r\n  two'\n", "a=one\n\ntwo;"),
		FILE_SAMPLE("a: \"null\"\nb: nullx\n", "a=null;b=nullx;"),
	};
	assert_files(FORMAT_FILE_YAML, samples, COUNT(samples));
}

static void
test_blocks(void **state)
{
	(void)state;
	static const struct file_sample samples[] = {
		FILE_SAMPLE("a: |\n  b\n   c\n\n  d\n\n\ne: f\n", "a=b\n c\n\nd\n;e=f;"),
		FILE_SAMPLE("a: |-\n  b\n\ne: f\n", "a=b;e=f;"),
		FILE_SAMPLE("a: |+ # c\n  b\n\n\ne: f\n", "a=b\n\n\n;e=f;"),
		FILE_SAMPLE("a: |2-\n   b\n  c\n", "a= b\nc;"),
		FILE_SAMPLE("a: |-1\n  b", "a= b;"),
		FILE_SAMPLE("a: |\n  b: # c\n# d\ne: f", "a=b: # c\n;e=f;"),
		FILE_SAMPLE("a: |\n  b", "a=b;"),
		FILE_SAMPLE("a: |\nb: >-\n", "a=;b=;"),
		FILE_SAMPLE("a: |+\n\n\nb: c\n", "a=\n\n;b=c;"),
		FILE_SAMPLE("a: |\r\n  b\r\n  c\r\n", "a=b\nc\n;"),
		FILE_SAMPLE("a: |\n\n  b\n  \t\n", "a=\nb\n\t\n;"),
		FILE_SAMPLE("a: >\n  b\n  c\n\n  d\n   e\n  f\n  g\n", "a=b c\nd\n e\nf g\n;"),
		FILE_SAMPLE("a: >+\n  b\n\n\n", "a=b\n\n\n;"),
		FILE_SAMPLE("  a: |\n    b\n  c: d\n", "a=b\n;c=d;"),
	};
	assert_files(FORMAT_FILE_YAML, samples, COUNT(samples));
}

static void
test_faults(void **state)
{
	(void)state;
	static const struct file_sample samples[] = {
		FILE_SAMPLE("", "the file is empty"),
		FILE_SAMPLE("text\n", "line 1, column 1: a key, ':' and a blank are expected"),
		FILE_SAMPLE("a: b\nc:d\n", "line 2, column 1: a key, ':' and a blank are expected"),
		FILE_SAMPLE("a: \"s3cret\nb: c\n",
			"key a: line 1, column 4: a quote (\") without its end"),
		FILE_SAMPLE("a: 's3cret", "key a: line 1, column 4: a quote (') without its end"),
		FILE_SAMPLE("a: \"b\" c\n", "key a: line 1, column 8: text after the value"),
		FILE_SAMPLE("a: \"b\"#c\n", "key a: line 1, column 7: text after the value"),
		FILE_SAMPLE("a: \"\\z\"\n", "key a: line 1, column 6: an unknown escape"),
		FILE_SAMPLE("a: \"\\x4\"\n",
			"key a: line 1, column 6: an escape with less than 2 hexadecimal digits"),
		FILE_SAMPLE("a: \"\\0\"\n", "key a: line 1, column 6: an escape of a character "
					    "that text must not have"),
		FILE_SAMPLE("a: \"\\ud83d\"\n", "key a: line 1, column 6: an escape of a character "
						"that text must not have"),
		FILE_SAMPLE(
			"a: b\n\tc: d\n", "line 2, column 1: a tab; YAML is indented with blanks"),
		FILE_SAMPLE("a:\tb\n",
			"key a: line 1, column 3: a tab; YAML has blanks before a value"),
		FILE_SAMPLE("a: |x\n  b\n",
			"key a: line 1, column 5: text after the beginning of a block"),
		FILE_SAMPLE("a: |\n    \n  b\n", "key a: line 3, column 3: an empty line above is "
						 "indented more than the first line "
						 "of the block"),
		FILE_SAMPLE("a: b\nb: c\na: d\n", "key a: given more than once"),
		FILE_SAMPLE("\"\": b\n", "a key is empty"),
		FILE_SAMPLE("a: \x01\n",
			"line 1, column 4: a character that YAML allows only as an escape"),
		FILE_SAMPLE("a:\n", "key a: line 1, column 3: no value, where text is expected; "
				    "\"\" is the empty text"),
		FILE_SAMPLE("a: ~ # c\n", "key a: line 1, column 4: null, where text is expected; "
					  "\"\" is the empty text"),
	};
	assert_files(FORMAT_FILE_YAML, samples, COUNT(samples));
}

#define FLAT ": of YAML, only flat mappings of keys to text are read"

static void
test_foreign(void **state)
{
	(void)state;
	static const struct file_sample samples[] = {
		FILE_SAMPLE("a:\n  b: c\n", "key a: line 2, column 3: a nested value" FLAT),
		FILE_SAMPLE("a:\n- b\n", "key a: line 2, column 1: a nested value" FLAT),
		FILE_SAMPLE("a: b: c\n", "key a: line 1, column 5: ':' and a blank in a value that "
					 "is not in quotes" FLAT),
		FILE_SAMPLE("- a\n", "line 1, column 1: a sequence" FLAT),
		FILE_SAMPLE("? a\n", "line 1, column 1: a complex key" FLAT),
		FILE_SAMPLE("a: &b c\n", "key a: line 1, column 4: an anchor" FLAT),
		FILE_SAMPLE("a: *b\n", "key a: line 1, column 4: an alias" FLAT),
		FILE_SAMPLE("a: !!str b\n", "key a: line 1, column 4: a tag" FLAT),
		FILE_SAMPLE("a: {b: c}\n", "key a: line 1, column 4: a flow mapping" FLAT),
		FILE_SAMPLE("a: [b]\n", "key a: line 1, column 4: a flow sequence" FLAT),
		FILE_SAMPLE("[a]\n", "line 1, column 1: a flow sequence" FLAT),
		FILE_SAMPLE("<<: a\n", "line 1, column 1: a merge key" FLAT),
		FILE_SAMPLE("a: @b\n", "key a: line 1, column 4: a character that must be in "
				       "quotes at this place" FLAT),
		FILE_SAMPLE("a: b\n---\nc: d\n", "line 2, column 1: a second document" FLAT),
		FILE_SAMPLE("a: b\n...\nc: d\n", "line 3, column 1: a second document" FLAT),
		FILE_SAMPLE("a: b\n c: d\n", "key a: line 2, column 3: ':' and a blank in a value "
					     "that is not in quotes" FLAT),
		FILE_SAMPLE("  a: b\nc: d\n", "line 2, column 1: a line indented by 0, but the "
					      "keys are indented by 2" FLAT),
	};
	assert_files(FORMAT_FILE_YAML, samples, COUNT(samples));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_scalars),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_foreign),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
