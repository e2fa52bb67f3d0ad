#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ctl/options.h"

static struct words words;
static struct err e;

/* Parses a command line and an environment, each of words that end with NULL. */
static bool
parse(const char *const *argv, const char *const *environ)
{
	const char *all[16] = { "antechamberctl" };
	int argc = 1;
	for (; argv[argc - 1] != NULL; argc++)
		all[argc] = argv[argc - 1];
	memset(&words, 0, sizeof(words));
	memset(&e, 0, sizeof(e));
	return options_parse(
		argc, (char *const *)(uintptr_t)all, (char *const *)(uintptr_t)environ, &words, &e);
}

#define LINE(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define NONE ((const char *const[]){ NULL })

static void
expect_error(const char *const *argv, const char *const *environ, const char *text)
{
	assert_false(parse(argv, environ));
	assert_int_equal(e.kind, ERR_USAGE);
	if (strstr(e.text, text) == NULL)
		fail_msg("%s", e.text);
}

static void
test_places_of_options(void **state)
{
	(void)state;
	assert_true(parse(LINE("-r", "3", "read", "app", "-q", "key", "--keep-case"), NONE));
	assert_string_equal(words.command->name, "read");
	assert_int_equal(words.count, 2);
	assert_string_equal(words.word[1], "key");
	assert_int_equal(words.options.retries, 3);
	assert_true(words.options.quiet && words.options.keep_case);
	/* What only one command has is not known before its name. */
	expect_error(LINE("-q", "read", "app", "key"), NONE, "-q is not an option");
	expect_error(LINE("list", "app", "-q"), NONE, "-q is not an option of list");
}

static void
test_forms_of_values(void **state)
{
	(void)state;
	assert_true(parse(LINE("read", "a", "b", "-v5"), NONE));
	assert_int_equal(words.options.version, 5);
	assert_true(parse(LINE("read", "a", "b", "-qv", "6"), NONE));
	assert_int_equal(words.options.version, 6);
	assert_true(parse(LINE("read", "a", "b", "--version=7"), NONE));
	assert_int_equal(words.options.version, 7);
	assert_true(parse(LINE("list", "a", "-etv"), NONE));
	assert_true(words.options.expand && words.options.by_time && words.options.by_version);
	expect_error(LINE("read", "a", "b", "--version"), NONE, "--version needs a value: N");
	expect_error(LINE("read", "a", "b", "--version="), NONE, "not a whole number");
	expect_error(LINE("read", "a", "b", "-v", "0"), NONE, "from 1 to 2147483647");
	assert_true(parse(LINE("read", "a", "b", "-v=8"), NONE));
	assert_int_equal(words.options.version, 8);
	expect_error(LINE("read", "a", "b", "-v="), NONE, "-v: \"\" is not a whole number");
	expect_error(LINE("export", "a", "--format", ""), NONE, "--format is empty");
}

/* As antechamber's and chamber's: a value only after "=", never the next word. */
static void
test_flags(void **state)
{
	static const char *const on[] = { "--quiet", "--quiet=1", "--quiet=true", "--quiet=YES",
		"-q", "-q=on" };
	static const char *const off[] = { "--quiet=0", "--quiet=false", "--quiet=No", "-q=OFF" };
	static const char *const bad[] = { "--quiet=", "--quiet=2", "--quiet=fals", "-q=", "-q=x" };
	(void)state;
	for (size_t i = 0; i < sizeof(on) / sizeof(*on); i++) {
		assert_true(parse(LINE("read", "a", "b", on[i]), NONE));
		assert_true(words.options.quiet);
	}
	for (size_t i = 0; i < sizeof(off) / sizeof(*off); i++) {
		assert_true(parse(LINE("read", "a", "b", "-q", off[i]), NONE));
		assert_false(words.options.quiet);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		expect_error(LINE("read", "a", "b", bad[i]), NONE,
			"not one of 1, 0, true, false, yes, no, on, off");
	assert_true(parse(LINE("list", "a", "-et=false"), NONE));
	assert_true(words.options.expand && !words.options.by_time);
	assert_true(parse(LINE("read", "--quiet", "false", "key"), NONE));
	assert_string_equal(words.word[0], "false");
}

static void
test_seconds(void **state)
{
	(void)state;
	assert_true(parse(LINE("list", "a"), NONE));
	assert_int_equal(words.options.timeout_ms, 300000);
	assert_true(parse(LINE("list", "a", "--timeout", "0.5"), NONE));
	assert_int_equal(words.options.timeout_ms, 500);
	assert_true(parse(LINE("list", "a", "--timeout=0"), LINE("ANTECHAMBER_TIMEOUT=7")));
	assert_int_equal(words.options.timeout_ms, 0);
	assert_true(parse(LINE("list", "a"), LINE("ANTECHAMBER_TIMEOUT=7")));
	assert_int_equal(words.options.timeout_ms, 7000);
	expect_error(LINE("list", "a", "--timeout", "5s"), NONE,
		"--timeout: \"5s\": not a number of seconds");
	expect_error(LINE("list", "a"), LINE("ANTECHAMBER_TIMEOUT=-1"), "ANTECHAMBER_TIMEOUT");
}

static void
test_without_effect(void **state)
{
	(void)state;
	assert_true(parse(LINE("list", "a"), NONE));
	assert_false(words.options.retry_mode || words.options.min_throttle_delay);
	assert_true(parse(LINE("list", "a", "--retry-mode", "adaptive"), NONE));
	assert_true(words.options.retry_mode && !words.options.min_throttle_delay);
	assert_true(parse(LINE("--min-throttle-delay=1s", "list", "a"), NONE));
	assert_true(words.options.min_throttle_delay && !words.options.retry_mode);
}

static void
test_end_of_options(void **state)
{
	(void)state;
	assert_true(parse(LINE("write", "a", "b", "--", "--tags"), NONE));
	assert_int_equal(words.count, 3);
	assert_string_equal(words.word[2], "--tags");
	assert_true(parse(LINE("write", "a", "b", "-"), NONE));
	assert_string_equal(words.word[2], "-");
}

static void
test_commands_of_two_words(void **state)
{
	(void)state;
	assert_true(parse(LINE("tag", "--keep-case", "read", "a", "b"), NONE));
	assert_string_equal(words.command->name, "tag read");
	expect_error(LINE("tag", "eat", "a", "b"), NONE, "\"eat\" is not a command");
	expect_error(LINE("tag"), NONE, "is not a command");
	expect_error(LINE("reed"), NONE, "\"reed\" is not a command");
}

static void
test_help_and_version(void **state)
{
	(void)state;
	assert_true(parse(NONE, NONE));
	assert_true(words.wants_help && words.command == NULL);
	assert_true(parse(LINE("--version"), NONE));
	assert_true(words.wants_version);
	/* Help does not need the words that the command needs. */
	assert_true(parse(LINE("read", "--help"), NONE));
	assert_true(words.wants_help && words.command != NULL);
}

static void
test_variables(void **state)
{
	(void)state;
	assert_true(parse(LINE("read", "a", "b"), NONE));
	assert_int_equal(words.options.retries, 10);
	assert_string_equal(words.options.backend, "ssm");
	assert_true(parse(LINE("read", "a", "b"),
		LINE("AWS_MAX_ATTEMPTS=4", "CHAMBER_RETRIES=5", "CHAMBER_SECRET_BACKEND=SSM")));
	assert_int_equal(words.options.retries, 5);
	assert_string_equal(words.options.backend, "ssm");
	assert_true(parse(LINE("read", "a", "b"),
		LINE("AWS_MAX_ATTEMPTS=4", "CHAMBER_RETRIES=5", "ANTECHAMBER_RETRIES=6")));
	assert_int_equal(words.options.retries, 6);
	assert_true(parse(LINE("read", "a", "b"),
		LINE("CHAMBER_SECRET_BACKEND=ssm", "ANTECHAMBER_BACKEND=SecretsManager")));
	assert_string_equal(words.options.backend, "secretsmanager");
	assert_true(
		parse(LINE("read", "a", "b"), LINE("ANTECHAMBER_RETRIES=", "CHAMBER_RETRIES=5")));
	assert_int_equal(words.options.retries, 5);
	assert_true(parse(LINE("read", "a", "b", "-r2"), LINE("CHAMBER_RETRIES=nonsense")));
	assert_int_equal(words.options.retries, 2);
	expect_error(LINE("read", "a", "b"), LINE("CHAMBER_RETRIES=nonsense"), "CHAMBER_RETRIES");
	expect_error(LINE("read", "a", "b"), LINE("CHAMBER_SECRET_BACKEND=s3"),
		"CHAMBER_SECRET_BACKEND: \"s3\" is not one of ssm");
}

/* antechamber's, which the command line turns off again. */
static void
test_variables_of_flags(void **state)
{
	const char *const *all = LINE("ANTECHAMBER_KEEP_CASE=1", "ANTECHAMBER_ALLOW_HTTP=yes",
		"ANTECHAMBER_VERBOSE=on", "ANTECHAMBER_QUIET=1");
	(void)state;
	assert_true(parse(LINE("read", "a", "b"), all));
	assert_true(words.options.keep_case && words.options.allow_http && words.options.verbose);
	/* It means something else here. */
	assert_false(words.options.quiet);
	assert_true(parse(LINE("--keep-case=false", "read", "a", "b", "--verbose=0"), all));
	assert_true(!words.options.keep_case && words.options.allow_http && !words.options.verbose);
	assert_true(parse(LINE("read", "a", "b"), LINE("ANTECHAMBER_VERBOSE=off")));
	assert_false(words.options.verbose);
	expect_error(LINE("read", "a", "b"), LINE("ANTECHAMBER_VERBOSE=2"),
		"ANTECHAMBER_VERBOSE: \"2\": not one of");
	expect_error(LINE("read", "a", "b"), LINE("ANTECHAMBER_BACKEND=file:x"),
		"ANTECHAMBER_BACKEND: \"file:x\" is not one of ssm");
}

static void
test_number_of_words(void **state)
{
	(void)state;
	expect_error(LINE("read", "a"), NONE, "read takes SERVICE KEY, not 1 argument");
	expect_error(LINE("list", "a", "b"), NONE, "list takes SERVICE, not 2 arguments");
	assert_true(parse(LINE("list-services"), NONE));
}

/* In the table: each command of an option exists, and has each name and each letter once. */
static void
test_table(void **state)
{
	(void)state;
	for (size_t c = 0; c < ctl_command_count; c++) {
		const char *command = ctl_command_table[c].name;
		bool has_letter[128] = { ['h'] = true };
		for (size_t i = 0; i < ctl_option_count; i++) {
			const struct ctl_option *o = &ctl_option_table[i];
			if (!ctl_option_is_of(o, command))
				continue;
			assert_true(o->letter == 0 || !has_letter[(unsigned char)o->letter]);
			has_letter[(unsigned char)o->letter] = o->letter != 0;
			for (size_t j = 0; j < i; j++) {
				if (ctl_option_is_of(&ctl_option_table[j], command))
					assert_string_not_equal(ctl_option_table[j].name, o->name);
			}
		}
	}
	for (size_t i = 0; i < ctl_option_count; i++) {
		struct span rest = span_of(ctl_option_table[i].commands);
		struct span name;
		while (ctl_option_table[i].commands != NULL && span_split(&rest, ',', &name)) {
			size_t c = 0;
			while (c < ctl_command_count &&
				!span_eq(name, span_of(ctl_command_table[c].name)))
				c++;
			assert_true(c < ctl_command_count);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places_of_options),
		cmocka_unit_test(test_forms_of_values),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_seconds),
		cmocka_unit_test(test_without_effect),
		cmocka_unit_test(test_end_of_options),
		cmocka_unit_test(test_commands_of_two_words),
		cmocka_unit_test(test_help_and_version),
		cmocka_unit_test(test_variables),
		cmocka_unit_test(test_variables_of_flags),
		cmocka_unit_test(test_number_of_words),
		cmocka_unit_test(test_table),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
