#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "config/service.h"

/* Parameter Store's rules, lower-cased. */
static const struct config plain;

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
		if (!service_parse(span_of(row[i].written), &plain, &s, &e))
			fail_msg("%s", e.text);
		assert_true(span_eq(s.written, span_of(row[i].written)));
		assert_true(span_eq(s.name, span_of(row[i].name)));
		assert_true(span_eq(s.label, span_of(row[i].label)));
	}
}

/* --keep-case takes names as written; the other rules stay. */
static void
test_keep_case(void **state)
{
	(void)state;
	const struct config kept = { .keep_case = true };
	struct service s;
	struct err e = { 0 };
	assert_true(service_parse(SPAN("Prod/WebApp:Label"), &kept, &s, &e));
	assert_true(span_eq(s.name, SPAN("Prod/WebApp")));
	assert_true(span_eq(s.label, SPAN("Label")));
	assert_false(s.is_lowered);
	assert_false(service_parse(SPAN("/Prod"), &kept, &s, &e));
	assert_true(service_parse(SPAN("Prod/WebApp"), &plain, &s, &e));
	assert_true(span_eq(s.name, SPAN("prod/webapp")));
	assert_true(s.is_lowered);
	assert_true(service_parse(SPAN("prod:Label"), &plain, &s, &e));
	assert_false(s.is_lowered);
}

/* With Secrets Manager its own rule for names. */
static void
test_secrets(void **state)
{
	(void)state;
	static const struct config secrets = { .backend = BACKEND_SECRETS_MANAGER };
	static const char *const good[] = { "rds!db-0a1b:stage", "/leading/slash", "a//b/",
		"a+b=c@d!e" };
	static const char *const bad[] = { "", "a b", "a{b}", "a:b:c", "a%" };
	char name[SECRET_NAME_MAX + 1];
	struct service s;
	struct err e = { 0 };
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		if (!service_parse(span_of(good[i]), &secrets, &s, &e))
			fail_msg("%s", e.text);
		assert_int_equal(s.name.n, span_find(span_of(good[i]), ':'));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(service_parse(span_of(bad[i]), &secrets, &s, &e));
	memset(name, 'n', sizeof(name));
	assert_true(service_parse((struct span){ name, SECRET_NAME_MAX }, &secrets, &s, &e));
	assert_false(service_parse((struct span){ name, SECRET_NAME_MAX + 1 }, &secrets, &s, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
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
		{ "foo/", "service \"foo/\": a leading, trailing or double slash is not allowed" },
		{ "/foo", "service \"/foo\": a leading, trailing or double slash is not allowed" },
		{ "/", "service \"/\": a leading, trailing or double slash is not allowed" },
		{ "foo//bar", "service \"foo//bar\": a leading, trailing or double slash is not "
			      "allowed" },
		{ "foo:current$", "service \"foo:current$\": \"$\" is not allowed in a label: only "
				  "letters, digits and \"_.-\" are" },
		{ "foo.:", "service \"foo.:\": the label is empty" },
		{ ":foo/bar:current", "service \":foo/bar:current\": the name is empty" },
		{ "foo.bar:cur|rent", "service \"foo.bar:cur|rent\": \"|\" is not allowed in a "
				      "label: only letters, digits and \"_.-\" are" },
		{ "foo:a/b", "service \"foo:a/b\": \"/\" is not allowed in a label: only letters, "
			     "digits "
			     "and \"_.-\" are" },
		{ "foo:v30:current", "service \"foo:v30:current\": more than one label: at most "
				     "one \":\" is allowed" },
		{ "a b", "service \"a b\": \" \" is not allowed in a name: only letters, digits "
			 "and "
			 "\"_.-/\" are" },
		{ "a\nb", "service \"a\\x0ab\": \"\\x0a\" is not allowed in a name: only letters, "
			  "digits "
			  "and \"_.-/\" are" },
		{ "{X}", "service \"{X}\": \"{\" is not allowed in a name: only letters, digits "
			 "and "
			 "\"_.-/\" are" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct service s;
		struct err e = { 0 };
		assert_false(service_parse(span_of(row[i].written), &plain, &s, &e));
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
	assert_true(service_parse((struct span){ name, SERVICE_NAME_MAX }, &plain, &s, &e));
	assert_true(service_parse((struct span){ label, 2 + LABEL_MAX }, &plain, &s, &e));
	assert_int_equal(s.label.n, LABEL_MAX);
	assert_false(service_parse((struct span){ name, SERVICE_NAME_MAX + 1 }, &plain, &s, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
	e.kind = ERR_NONE;
	assert_false(service_parse((struct span){ label, 2 + LABEL_MAX + 1 }, &plain, &s, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
}

/* What replaces a placeholder counts if it is known, and is good if somebody would be asked. */
static void
test_unused(void **state)
{
	(void)state;
	static char bad[] = "BAD=a*";
	static char *environ_of_test[] = { bad, NULL };
	static const struct {
		const char *written;
		const char *text;
	} row[] = {
		{ "app", NULL },
		{ "app:label", NULL },
		{ "{k8s:namespace}/{ecs:service}:{ecs:family}", NULL },
		{ "app/", "service \"app/\": a leading, trailing or double slash is not allowed" },
		{ "{X}", "placeholder {X}: the environment variable is unset or empty" },
		{ "{x:y}", "placeholder {x:y}: unknown" },
		{ "{BAD}", "service \"a*\": \"*\" is not allowed in a name: only letters, digits "
			   "and \"_.-/\" are" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct config c = { .environ = environ_of_test, .service_count = 2 };
		struct err e = { 0 };
		c.service[0] = SPAN("good");
		c.service[1] = span_of(row[i].written);
		assert_int_equal(service_check_unused(&c, &e), row[i].text == NULL);
		assert_string_equal(e.text, row[i].text == NULL ? "" : row[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_keep_case),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_unused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
