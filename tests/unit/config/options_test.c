#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "config/options.h"

/* NULL is written "" here. */
static void
assert_text(const char *what, const char *text, const char *wanted)
{
	const char *got = text == NULL ? "" : text;
	if (strcmp(got, wanted) != 0)
		fail_msg("%s: \"%s\" is not \"%s\"", what, got, wanted);
}

/* The table, row by row. */
static const struct {
	const char *name;
	char letter;
	const char *twin;
	const char *chamber_twin;
	const char *aws_twin;
	const char *fallback;
} expected[] = {
	{ "backend", 'b', "ANTECHAMBER_BACKEND", "CHAMBER_SECRET_BACKEND", "", "ssm" },
	{ "references", 0, "ANTECHAMBER_REFERENCES", "", "", "" },
	{ "recursive", 0, "ANTECHAMBER_RECURSIVE", "", "", "" },
	{ "env-names", 0, "ANTECHAMBER_ENV_NAMES", "", "", "chamber" },
	{ "pristine", 0, "ANTECHAMBER_PRISTINE", "", "", "" },
	{ "strict", 0, "ANTECHAMBER_STRICT", "", "", "" },
	{ "strict-value", 0, "ANTECHAMBER_STRICT_VALUE", "", "", "chamberme" },
	{ "no-clobber", 0, "ANTECHAMBER_NO_CLOBBER", "", "", "" },
	{ "fail-if-empty", 0, "ANTECHAMBER_FAIL_IF_EMPTY", "", "", "" },
	{ "keep", 0, "ANTECHAMBER_KEEP", "", "", "" },
	{ "unset", 0, "ANTECHAMBER_UNSET", "", "", "" },
	{ "keep-case", 0, "ANTECHAMBER_KEEP_CASE", "", "", "" },
	{ "retries", 'r', "ANTECHAMBER_RETRIES", "CHAMBER_RETRIES", "AWS_MAX_ATTEMPTS", "10" },
	{ "timeout", 0, "ANTECHAMBER_TIMEOUT", "", "", "60" },
	{ "sandbox", 0, "ANTECHAMBER_SANDBOX", "", "", "auto" },
	{ "allow-http", 0, "ANTECHAMBER_ALLOW_HTTP", "", "", "" },
	{ "supervise", 0, "ANTECHAMBER_SUPERVISE", "", "", "auto" },
	{ "signal-group", 'g', "ANTECHAMBER_SIGNAL_GROUP", "", "", "" },
	{ "subreaper", 's', "ANTECHAMBER_SUBREAPER", "", "", "" },
	{ "parent-death-signal", 'p', "ANTECHAMBER_PARENT_DEATH_SIGNAL", "", "", "" },
	{ "remap-exit", 'e', "ANTECHAMBER_REMAP_EXIT", "", "", "" },
	{ "rewrite-signal", 0, "ANTECHAMBER_REWRITE_SIGNAL", "", "", "" },
	{ "grace", 0, "ANTECHAMBER_GRACE", "", "", "2" },
	{ "quiet", 'q', "ANTECHAMBER_QUIET", "", "", "" },
	{ "verbose", 'v', "ANTECHAMBER_VERBOSE", "", "", "" },
	{ "log-format", 0, "ANTECHAMBER_LOG_FORMAT", "", "", "text" },
	{ "retry-mode", 0, "", "", "", "" },
	{ "min-throttle-delay", 0, "", "", "", "" },
};

static void
test_table(void **state)
{
	(void)state;
	size_t i = 0;
	for (const struct option *o = option_table; o < option_table + option_count; o++, i++) {
		char twin[OPTION_TWIN_MAX];
		option_twin(o, twin);
		assert_true(i < sizeof(expected) / sizeof(*expected));
		/* A text that fills its array has no end. */
		assert_int_equal(o->name[sizeof(o->name) - 1], 0);
		assert_int_equal(o->fallback[sizeof(o->fallback) - 1], 0);
		assert_string_equal(o->name, expected[i].name);
		assert_int_equal(o->letter, expected[i].letter);
		assert_text(o->name, twin, expected[i].twin);
		assert_text(o->name, o->chamber_twin, expected[i].chamber_twin);
		assert_text(o->name, o->aws_twin, expected[i].aws_twin);
		assert_text(o->name, o->fallback, expected[i].fallback);
		assert_int_equal(option_index(o), i);
	}
	assert_int_equal(i, sizeof(expected) / sizeof(*expected));
}

/* One bit of a word for each option, names and letters that stand once, no empty texts. */
static void
test_table_is_sound(void **state)
{
	(void)state;
	uint64_t seen = 0;
	for (const struct option *o = option_table; o < option_table + option_count; o++) {
		assert_true(option_index(o) < 64);
		assert_int_equal(seen >> option_index(o), 0);
		seen |= UINT64_C(1) << option_index(o);
		assert_true(o->help[0] != '\0');
		assert_true(o->commands != 0);
		assert_true(o->offset < sizeof(struct config));
		/* -h is --help. */
		assert_true(o->letter != 'h');
		/* A flag shows no value; everything else does. */
		assert_int_equal(option_is_flag(o), o->value == NULL);
		for (const struct option *k = option_table; k < o; k++) {
			assert_string_not_equal(o->name, k->name);
			assert_true(o->letter == 0 || o->letter != k->letter);
		}
	}
}

static void
test_lookup(void **state)
{
	(void)state;
	for (const struct option *o = option_table; o < option_table + option_count; o++) {
		assert_ptr_equal(option_by_name(span_of(o->name)), o);
		if (o->letter != 0)
			assert_ptr_equal(option_by_letter(o->letter), o);
	}
	assert_null(option_by_name(SPAN("")));
	assert_null(option_by_name(SPAN("retrie")));
	assert_null(option_by_name(SPAN("retriess")));
	assert_null(option_by_name(SPAN("Retries")));
	assert_null(option_by_letter('x'));
	assert_null(option_by_letter('-'));
	assert_null(option_by_letter('\0'));
}

static void
test_kinds(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		bool flag;
		bool list;
	} row[] = {
		{ "pristine", true, false },
		{ "subreaper", true, false },
		{ "unset", false, true },
		{ "keep", false, true },
		{ "keep-case", true, false },
		{ "remap-exit", false, true },
		{ "rewrite-signal", false, true },
		{ "retries", false, false },
		{ "strict-value", false, false },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		const struct option *o = option_by_name(span_of(row[i].name));
		assert_non_null(o);
		assert_int_equal(option_is_flag(o), row[i].flag);
		assert_int_equal(option_is_list(o), row[i].list);
	}
}

/* config_parse sets the defaults without a look at the result: it relies on this test. */
static void
test_defaults_are_good(void **state)
{
	(void)state;
	static struct config c;
	for (const struct option *o = option_table; o < option_table + option_count; o++) {
		struct err e = { 0 };
		if (o->fallback[0] != '\0' && !option_set(o, &c, span_of(o->fallback), &e))
			fail_msg("--%s %s: %s", o->name, o->fallback, e.text);
	}
	assert_int_equal(c.backend, BACKEND_SSM);
	assert_int_equal(c.env_names, ENV_NAMES_CHAMBER);
	assert_string_equal(c.rules.strict_value, "chamberme");
	assert_int_equal(c.retries, 10);
	assert_int_equal(c.timeout_ms, 60000);
	assert_int_equal(c.sandbox, SANDBOX_AUTO);
	assert_int_equal(c.supervision.mode, SUPERVISE_AUTO);
	assert_int_equal(c.supervision.grace_ms, 2000);
	assert_int_equal(c.log_format, LOG_FORMAT_TEXT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_table_is_sound),
		cmocka_unit_test(test_lookup),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_defaults_are_good),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
