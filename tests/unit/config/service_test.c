#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "config/service.h"

static void
test_good(void **state)
{
	(void)state;
	static const struct {
		const char *written;
		const char *name;
		const char *label;
	} row[] = {
		/* chamber's table of services */
		{ "foo", "foo", "" },
		{ "foo.", "foo.", "" },
		{ ".foo", ".foo", "" },
		{ "foo.bar", "foo.bar", "" },
		{ "foo-bar", "foo-bar", "" },
		{ "foo/bar", "foo/bar", "" },
		{ "foo.bar/foo", "foo.bar/foo", "" },
		{ "foo-bar/foo-bar", "foo-bar/foo-bar", "" },
		{ "foo/bar/foo-bar", "foo/bar/foo-bar", "" },
		{ "_chamber", "_chamber", "" },
		/* chamber's table of services with labels */
		{ "foo/bar:-current-", "foo/bar", "-current-" },
		{ "foo.bar/foo:current", "foo.bar/foo", "current" },
		{ "foo-bar/foo-bar:current", "foo-bar/foo-bar", "current" },
		/* a label without a slash, which chamber does not take */
		{ "foo:current", "foo", "current" },
		{ "foo.:1", "foo.", "1" },
		{ "foo:a.b_c-D", "foo", "a.b_c-D" },
		/* case: names lose it, labels keep it */
		{ "UPPERCASE_SERVICE", "uppercase_service", "" },
		{ ".Complex/service-CASE:Label", ".complex/service-case", "Label" },
		{ "..", "..", "" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct service s;
		struct err e = { 0 };
		if (!service_parse(span_of(row[i].written), &s, &e))
			fail_msg("%s", e.text);
		assert_true(span_eq(s.written, span_of(row[i].written)));
		assert_true(span_eq(s.name, span_of(row[i].name)));
		assert_true(span_eq(s.label, span_of(row[i].label)));
	}
}

static void
test_bad(void **state)
{
	(void)state;
	static const struct {
		const char *written;
		const char *text;
	} row[] = {
		{ "", "service \"\": the name is empty" },
		{ "foo/",
			"service \"foo/\": a leading, trailing or double slash: write it without" },
		{ "/foo",
			"service \"/foo\": a leading, trailing or double slash: write it without" },
		{ "/", "service \"/\": a leading, trailing or double slash: write it without" },
		{ "foo//bar", "service \"foo//bar\": a leading, trailing or double slash: write it "
			      "without" },
		{ "foo:current$", "service \"foo:current$\": \"$\" cannot stand in a label: "
				  "letters, digits and \"_.-\" can" },
		{ "foo.:", "service \"foo.:\": the label is empty" },
		{ ":foo/bar:current", "service \":foo/bar:current\": the name is empty" },
		{ "foo.bar:cur|rent", "service \"foo.bar:cur|rent\": \"|\" cannot stand in a "
				      "label: letters, digits and \"_.-\" can" },
		{ "foo:a/b", "service \"foo:a/b\": \"/\" cannot stand in a label: letters, digits "
			     "and \"_.-\" can" },
		{ "foo:v30:current",
			"service \"foo:v30:current\": more than one label: one \":\" at most" },
		{ "a b", "service \"a b\": \" \" cannot stand in a name: letters, digits and "
			 "\"_.-/\" can" },
		{ "a\nb", "service \"a\\x0ab\": \"\\x0a\" cannot stand in a name: letters, digits "
			  "and \"_.-/\" can" },
		{ "{X}", "service \"{X}\": \"{\" cannot stand in a name: letters, digits and "
			 "\"_.-/\" can" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct service s;
		struct err e = { 0 };
		assert_false(service_parse(span_of(row[i].written), &s, &e));
		assert_string_equal(e.text, row[i].text);
		assert_int_equal(e.kind, ERR_USAGE);
	}
}

static void
test_bounds(void **state)
{
	(void)state;
	char name[SERVICE_NAME_MAX + 1];
	char label[2 + LABEL_MAX + 1] = "a:";
	memset(name, 'n', sizeof(name));
	memset(label + 2, 'L', LABEL_MAX + 1);
	struct service s;
	struct err e = { 0 };
	assert_true(service_parse((struct span){ name, SERVICE_NAME_MAX }, &s, &e));
	assert_true(service_parse((struct span){ label, 2 + LABEL_MAX }, &s, &e));
	assert_int_equal(s.label.n, LABEL_MAX);
	assert_false(service_parse((struct span){ name, SERVICE_NAME_MAX + 1 }, &s, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
	e.kind = ERR_NONE;
	assert_false(service_parse((struct span){ label, 2 + LABEL_MAX + 1 }, &s, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
