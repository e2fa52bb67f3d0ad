#include "unit/ctl/format/sample.h"

static void
test_dotenv(void **state)
{
	(void)state;
	static const struct sample samples[] = {
		SAMPLE("foo", "bar", "FOO=\"bar\"\n"),
		SAMPLE("a-b.c d", "", "A_B_C_D=\"\"\n"),
		SAMPLE("\nextremely  invalid\tstrings\n", "x",
			"EXTREMELY__INVALID_STRINGS=\"x\"\n"),
		SAMPLE("k", "a\\b\nc\rd\"e$f`g", "K=\"a\\\\b\\nc\\rd\\\"e\\$f\\`g\"\n"),
		SAMPLE("k", "a\tb!#'", "K=\"a\tb!#'\"\n"),
		SAMPLE("k", "\xff", "K=\"\xff\"\n"),
	};
	assert_samples("dotenv", samples, COUNT(samples));
}

static struct span
env_of(struct span key, struct span value, struct shell_style style)
{
	struct pairs pairs = { 0 };
	struct text out = { 0 };
	struct err e = { 0 };
	pairs_add(&pairs, key, value);
	assert_true(shell_write(&pairs, style, &out, &e));
	return text_span(&out);
}

static void
test_env(void **state)
{
	(void)state;
	const struct shell_style plain = { 0 };
	static const struct sample samples[] = {
		SAMPLE("db-url", "postgres://u:p@h:5/d", "export DB_URL=postgres://u:p@h:5/d\n"),
		SAMPLE("k", "", "export K=''\n"),
		SAMPLE("k", "a b", "export K='a b'\n"),
		SAMPLE("k", "it's", "export K='it'\"'\"'s'\n"),
		SAMPLE("k", "a\n$b", "export K='a\n$b'\n"),
		SAMPLE("k", "~", "export K='~'\n"),
		SAMPLE("k", "\xc3\xa9", "export K='\xc3\xa9'\n"),
	};
	for (size_t i = 0; i < COUNT(samples); i++)
		assert_text(env_of(samples[i].key, samples[i].value, plain), samples[i].file);
}

static void
test_escaped(void **state)
{
	(void)state;
	const struct shell_style style = { .escapes_strings = true, .preserves_case = true };
	assert_text(env_of(SPAN("Db-Name"), SPAN("a\n$b"), style), "export Db_Name=\"a\\n\\$b\"\n");
}

static void
test_refused(void **state)
{
	(void)state;
	assert_not_written("dotenv", SPAN("1a"), SPAN("s3cret-value"),
		"key 1a: the name of a variable must begin with a letter or an underscore");
	assert_not_written("dotenv", SPAN("a/b"), SPAN("s3cret-value"),
		"key a/b: contains characters that the name of a variable may not have");
	assert_not_written("dotenv", SPAN(" "), SPAN("s3cret-value"),
		"key  : contains characters that the name of a variable may not have");
	assert_not_written("dotenv", SPAN("k"), SPAN("s3cret\0value"),
		"key k: the value contains a NUL byte, which no variable can hold");
}

static void
test_clash(void **state)
{
	(void)state;
	struct pairs pairs = { 0 };
	struct span first;
	struct span second;
	pairs_add(&pairs, SPAN("A"), SPAN("1"));
	pairs_add(&pairs, SPAN("b"), SPAN("2"));
	pairs_add(&pairs, SPAN("a"), SPAN("3"));
	assert_false(shell_names_clash(&pairs, true, &first, &second));
	assert_true(shell_names_clash(&pairs, false, &first, &second));
	assert_text(first, "A");
	assert_text(second, "a");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dotenv),
		cmocka_unit_test(test_env),
		cmocka_unit_test(test_escaped),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_clash),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
