#include "unit/ctl/format/sample.h"

static void
test_plain(void **state)
{
	(void)state;
	static const char *const texts[] = { "a", "a b", "a:b", "a=b", "10.0.0.1", "1.2.3", "0b12",
		"0x", "-a", "?a", ":a", "--", "---", "nullx", "_1", "1:99", "http://h:80/p?q=r",
		"it's", "say \"hi\"", "a'b", "caf\xc3\xa9", "\xf0\x9f\x98\x80", "2001-1", "abc-def",
		"1e", "0X1F", "$HOME", "a{b}" };
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct text wanted = { 0 };
		text_printf(&wanted, "k: %s\n", texts[i]);
		assert_text(written("yaml", SPAN("k"), span_of(texts[i])), text_str(&wanted));
	}
}

/* Nothing of it would be read back as the text that it is. */
static void
test_quoted(void **state)
{
	(void)state;
	static const char *const texts[] = { "", "null", "~", "Yes", "n", "OFF", "true", ".inf",
		"-.INF", ".nan", "=", "<<", "-", "0", "08", "-1", "+1", "1_000", "1.5", ".5", "5.",
		"1e3", "1.5E-3", "0x1F", "0o17", "0b11", "12:30", "190:20:30", "190:20:30.15",
		"2001-12-14", "2001-13-45", "2001-12-14t21:59:43.10-05:00",
		"2001-12-14 21:59:43.10 -5", "99999999999999999999", "&a", "*a", "!a", "|", ">",
		"%a", "@a", "`a", "{a", "[a", "]", "}", ",", "'a'", " a", "a ", "a:", "a: b",
		"a - b", "- a", "a #b", "a#b", "? a", "?" };
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct text wanted = { 0 };
		text_printf(&wanted, "k: \"%s\"\n", texts[i]);
		assert_text(written("yaml", SPAN("k"), span_of(texts[i])), text_str(&wanted));
	}
	static const struct sample samples[] = {
		SAMPLE("k", "\"a\"", "k: \"\\\"a\\\"\"\n"),
		SAMPLE("k", "a\\b", "k: \"a\\\\b\"\n"),
		SAMPLE("k", "a\tb", "k: \"a\\tb\"\n"),
		SAMPLE("k", "a\r\nb", "k: \"a\\r\\nb\"\n"),
		SAMPLE("k", "\x01\x1b\x7f", "k: \"\\x01\\x1b\\x7f\"\n"),
		SAMPLE("k", "\a\b\f\v", "k: \"\\a\\b\\f\\v\"\n"),
		SAMPLE("k", "a\xc2\x85", "k: \"a\\u0085\"\n"),
		SAMPLE("k", "a\xe2\x80\xa8", "k: \"a\\u2028\"\n"),
		SAMPLE("k", "\xef\xbb\xbf", "k: \"\\ufeff\"\n"),
	};
	assert_samples("yaml", samples, COUNT(samples));
}

static void
test_blocks(void **state)
{
	(void)state;
	static const struct sample samples[] = {
		SAMPLE("k", "a\nb", "k: |-\n  a\n  b\n"),
		SAMPLE("k", "a\nb\n", "k: |\n  a\n  b\n"),
		SAMPLE("k", "a\nb\n\n", "k: |+\n  a\n  b\n\n"),
		SAMPLE("k", "a\n\n\n", "k: |+\n  a\n  \n\n"),
		SAMPLE("k", "a\n b\n\tc", "k: |-\n  a\n   b\n  \tc\n"),
		SAMPLE("k", "\na", "k: |-\n  \n  a\n"),
		/* Blanks that would be taken for the indentation, and line breaks alone. */
		SAMPLE("k", "\n a", "k: \"\\n a\"\n"),
		SAMPLE("k", " a\nb", "k: \" a\\nb\"\n"),
		SAMPLE("k", "\n \nb", "k: \"\\n \\nb\"\n"),
		SAMPLE("k", "\n", "k: \"\\n\"\n"),
		SAMPLE("k", "a: b\nc", "k: \"a: b\\nc\"\n"),
	};
	assert_samples("yaml", samples, COUNT(samples));
}

static void
test_keys(void **state)
{
	(void)state;
	static const struct sample samples[] = {
		SAMPLE("db-password", "x", "db-password: x\n"),
		SAMPLE("123", "x", "\"123\": x\n"),
		SAMPLE("yes", "x", "\"yes\": x\n"),
		SAMPLE("a\nb", "x", "\"a\\nb\": x\n"),
	};
	assert_samples("yaml", samples, COUNT(samples));
	assert_not_written(
		"yaml", SPAN("K"), SPAN("\xff"), "key K: the value is not UTF-8, which YAML needs");
}

static void
test_empty(void **state)
{
	(void)state;
	struct pairs pairs = { 0 };
	struct text out = { 0 };
	struct err e = { 0 };
	assert_true(format_find(SPAN("yaml"))->write(&pairs, &out, &e));
	assert_text(text_span(&out), "{}\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_quoted),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_empty),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
