#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "env/inherit.h"

static void
test_counts(void **state)
{
	(void)state;
	struct environment_rules rules = { 0 };
	assert_true(inherit_counts(&rules, SPAN("A")));
	assert_true(inherit_counts(&rules, SPAN("")));
	rules.unset.count = 1;
	rules.unset.name[0] = SPAN("A*");
	assert_false(inherit_counts(&rules, SPAN("AB")));
	assert_true(inherit_counts(&rules, SPAN("B")));
	/* With --pristine only what is kept. */
	rules.pristine = true;
	assert_false(inherit_counts(&rules, SPAN("B")));
	rules.keep.count = 2;
	rules.keep.name[0] = SPAN("B");
	rules.keep.name[1] = SPAN("AC");
	assert_true(inherit_counts(&rules, SPAN("B")));
	assert_false(inherit_counts(&rules, SPAN("BB")));
	/* --unset takes precedence. */
	assert_false(inherit_counts(&rules, SPAN("AC")));
}

static void
test_unset(void **state)
{
	(void)state;
	static const struct {
		const char *pattern;
		const char *name;
		bool unset;
	} row[] = {
		{ "A", "A", true },
		{ "A", "AB", false },
		{ "AB", "A", false },
		{ "a", "A", false },
		{ "A*", "A", true },
		{ "A*", "AWS_KEY", true },
		{ "A*", "BA", false },
		{ "*", "ANYTHING", true },
		{ "*", "", true },
		/* A star elsewhere is a byte like any other. */
		{ "*A", "BA", false },
		{ "*A", "*A", true },
		{ "A*B", "AXB", false },
		{ "A**", "A*B", true },
		{ "A**", "AB", false },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct environment_rules rules = { .unset.count = 1, .keep.count = 1 };
		rules.unset.name[0] = span_of(row[i].pattern);
		if (inherit_is_unset(&rules, span_of(row[i].name)) != row[i].unset)
			fail_msg("%s of %s: %d", row[i].pattern, row[i].name, !row[i].unset);
		rules.keep.name[0] = rules.unset.name[0];
		rules.unset.count = 0;
		if (inherit_is_kept(&rules, span_of(row[i].name)) != row[i].unset)
			fail_msg("%s keeps %s: %d", row[i].pattern, row[i].name, !row[i].unset);
	}
}

static void
test_several(void **state)
{
	(void)state;
	struct environment_rules rules = { .unset.count = 2, .keep.count = 2 };
	rules.unset.name[0] = SPAN("T");
	rules.unset.name[1] = SPAN("AWS_*");
	/* Beyond the count nothing counts. */
	rules.unset.name[2] = SPAN("A");
	assert_true(inherit_is_unset(&rules, SPAN("T")));
	assert_true(inherit_is_unset(&rules, SPAN("AWS_KEY")));
	assert_false(inherit_is_unset(&rules, SPAN("A")));
	rules.keep.name[0] = SPAN("T");
	rules.keep.name[1] = SPAN("K*");
	assert_true(inherit_is_kept(&rules, SPAN("KEY")));
	/* --unset takes precedence. */
	assert_false(inherit_is_kept(&rules, SPAN("T")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_unset),
		cmocka_unit_test(test_several),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
