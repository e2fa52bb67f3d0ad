#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "env/inherit.h"

static char text[][16] = { "A=1", "AB=2", "A=3", "EMPTY=", "EMPTY=x", "BARE", "=odd", "T=a=b",
	"AWS_KEY=k", "LONG" };
static char *const environ_list[] = { text[0], text[1], text[2], text[3], text[4], text[5], text[6],
	text[7], text[8], text[9], NULL };

static void
test_find(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		const char *value; /* NULL: not inherited */
	} row[] = {
		{ "A", "1" },
		{ "AB", "2" },
		/* Set but empty exists; of two the first counts. */
		{ "EMPTY", "" },
		{ "T", "a=b" },
		{ "AWS_KEY", "k" },
		{ "BARE", NULL },
		{ "LONG", NULL },
		{ "LONGER_THAN_ANY_ENTRY", NULL },
		{ "a", NULL },
		{ "ABC", NULL },
		{ "AWS_", NULL },
	};
	const struct environment_rules rules = { 0 };
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct span value = SPAN("untouched");
		bool found = inherit_find(environ_list, &rules, span_of(row[i].name), &value);
		assert_int_equal(found, row[i].value != NULL);
		assert_true(span_eq(value, found ? span_of(row[i].value) : SPAN("untouched")));
	}
}

static void
test_pristine(void **state)
{
	(void)state;
	const struct environment_rules rules = { .pristine = true };
	struct span value;
	assert_false(inherit_find(environ_list, &rules, SPAN("A"), &value));
}

static void
test_no_environment(void **state)
{
	(void)state;
	char *none[] = { NULL };
	const struct environment_rules rules = { 0 };
	struct span value;
	assert_false(inherit_find(none, &rules, SPAN("A"), &value));
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
		struct environment_rules rules = { .unset.count = 1 };
		rules.unset.name[0] = span_of(row[i].pattern);
		if (inherit_is_unset(&rules, span_of(row[i].name)) != row[i].unset)
			fail_msg("%s of %s: %d", row[i].pattern, row[i].name, !row[i].unset);
	}
}

static void
test_keep(void **state)
{
	(void)state;
	struct environment_rules rules = { .pristine = true, .keep.count = 2 };
	struct span value;
	rules.keep.name[0] = SPAN("AWS_*");
	rules.keep.name[1] = SPAN("EMPTY");
	assert_true(inherit_is_kept(&rules, SPAN("EMPTY")));
	assert_true(inherit_is_kept(&rules, SPAN("AWS_")));
	assert_false(inherit_is_kept(&rules, SPAN("AWS")));
	/* With --pristine only these are inherited. */
	assert_true(inherit_find(environ_list, &rules, SPAN("EMPTY"), &value));
	assert_int_equal(value.n, 0);
	assert_false(inherit_find(environ_list, &rules, SPAN("A"), &value));
	rules.unset.count = 1;
	rules.unset.name[0] = SPAN("EMP*");
	assert_false(inherit_is_kept(&rules, SPAN("EMPTY")));
	assert_false(inherit_find(environ_list, &rules, SPAN("EMPTY"), &value));
}

static void
test_several_unset(void **state)
{
	(void)state;
	struct environment_rules rules = { .unset.count = 2 };
	struct span value;
	rules.unset.name[0] = SPAN("T");
	rules.unset.name[1] = SPAN("AWS_*");
	/* Beyond the count nothing counts. */
	rules.unset.name[2] = SPAN("A");
	assert_false(inherit_find(environ_list, &rules, SPAN("T"), &value));
	assert_false(inherit_find(environ_list, &rules, SPAN("AWS_KEY"), &value));
	assert_true(inherit_find(environ_list, &rules, SPAN("A"), &value));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_pristine),
		cmocka_unit_test(test_no_environment),
		cmocka_unit_test(test_unset),
		cmocka_unit_test(test_several_unset),
		cmocka_unit_test(test_keep),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
