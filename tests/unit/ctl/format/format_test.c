#include "ctl/base/memory.h"
#include "unit/ctl/format/sample.h"

static void
test_find(void **state)
{
	(void)state;
	struct span names = SPAN(FORMAT_NAMES);
	struct span name;
	while (span_word(&names, ", ", &name))
		assert_text(span_of(format_find(name)->name), memory_copy(name).p);
	assert_non_null(format_find(SPAN("Properties")));
	assert_non_null(format_find(SPAN("YAML")));
	assert_null(format_find(SPAN("")));
	assert_null(format_find(SPAN("jso")));
	assert_null(format_find(SPAN("xml")));
}

static const struct {
	const char *name;
	const char *text;
	enum format_file kind;
} guesses[] = {
	{ "a.json", "a: b", FORMAT_FILE_JSON },
	{ "dir.env/A.JSON", "", FORMAT_FILE_JSON },
	{ "a.yml", "{}", FORMAT_FILE_YAML },
	{ "a.YAML", "A=b", FORMAT_FILE_YAML },
	{ "prod.env", "{}", FORMAT_FILE_DOTENV },
	{ ".env", "{}", FORMAT_FILE_DOTENV },
	{ "dir/.env.local", "{}", FORMAT_FILE_DOTENV },
	{ "-", "\n  {\"a\":1}", FORMAT_FILE_JSON },
	{ "-", "\xef\xbb\xbf{}", FORMAT_FILE_JSON },
	{ "-", "# c\r\n\r\nA=b: c", FORMAT_FILE_DOTENV },
	{ "-", "A = b", FORMAT_FILE_DOTENV },
	{ "-", "export A=b", FORMAT_FILE_DOTENV },
	{ "-", "a: b=c", FORMAT_FILE_YAML },
	{ "-", "---\na=b", FORMAT_FILE_YAML },
	{ "secrets.json.txt", "a: b", FORMAT_FILE_YAML },
	{ "-", "", FORMAT_FILE_YAML },
};

static void
test_guess(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(guesses); i++) {
		const enum format_file kind =
			format_guess(span_of(guesses[i].name), span_of(guesses[i].text));
		if (kind != guesses[i].kind)
			fail_msg("%s: %s", guesses[i].name, guesses[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_guess),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
