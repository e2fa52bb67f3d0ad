#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "config/placeholder.h"

static char env_name[] = "NAME=value";
static char env_stage[] = "STAGE=prod";
static char env_empty[] = "EMPTY=";
static char env_braces[] = "BRACES={NAME}";
static char *const environ_of_tests[] = { env_name, env_stage, env_empty, env_braces, NULL };

static const struct placeholder_values full = {
	.environ = environ_of_tests,
	.k8s_namespace = { "shop\n", 5 },
	.ecs_service = { "web", 3 },
	.ecs_family = { "web-task", 8 },
	.ecs_cluster = { "arn:aws:ecs:us-east-1:111122223333:cluster/blue", 47 },
};

static const struct placeholder_values bare = { .environ = environ_of_tests };

#define NEEDS_K8S 1
#define NEEDS_ECS 2

static void
test_expanded(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *want;
		int needs;
	} row[] = {
		{ "", "", 0 },
		{ "plain/name:label", "plain/name:label", 0 },
		{ "{NAME}", "value", 0 },
		{ "a{NAME}b", "avalueb", 0 },
		{ "{NAME}{STAGE}", "valueprod", 0 },
		{ "{STAGE}/{NAME}/x", "prod/value/x", 0 },
		{ "{BRACES}", "{NAME}", 0 },
		{ "{k8s:namespace}", "shop", NEEDS_K8S },
		{ "{ecs:service}", "web", NEEDS_ECS },
		{ "{ecs:family}", "web-task", NEEDS_ECS },
		{ "{ecs:cluster}", "blue", NEEDS_ECS },
		{ "{STAGE}/{k8s:namespace}/{ecs:service}:l", "prod/shop/web:l",
			NEEDS_K8S | NEEDS_ECS },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		char text[64];
		struct buf b = BUF(text);
		struct placeholder_needs needs = { false, false };
		struct err e = { 0 };
		assert_true(placeholder_scan(span_of(row[i].text), &needs, &e));
		assert_int_equal(needs.k8s_namespace, (row[i].needs & NEEDS_K8S) != 0);
		assert_int_equal(needs.ecs_task, (row[i].needs & NEEDS_ECS) != 0);
		assert_true(placeholder_expand(span_of(row[i].text), &full, &b, &e));
		assert_string_equal(buf_str(&b), row[i].want);
	}
}

/* The namespace's file may have blanks around its word; a cluster may be a name or an ARN. */
static void
test_forms_of_values(void **state)
{
	(void)state;
	const struct {
		struct placeholder_values values;
		const char *text;
		const char *want;
	} row[] = {
		{ { .k8s_namespace = SPAN(" \tshop \r\n") }, "{k8s:namespace}", "shop" },
		{ { .ecs_cluster = SPAN("blue") }, "{ecs:cluster}", "blue" },
		{ { .ecs_cluster = SPAN("arn:aws:ecs:r:1:cluster/a/blue") }, "{ecs:cluster}",
			"blue" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		char text[64];
		struct buf b = BUF(text);
		struct err e = { 0 };
		assert_true(placeholder_expand(span_of(row[i].text), &row[i].values, &b, &e));
		assert_string_equal(buf_str(&b), row[i].want);
	}
}

/* Of nothing but blanks nothing is left. */
static void
test_blank_value(void **state)
{
	(void)state;
	const struct placeholder_values blank = { .k8s_namespace = SPAN(" \n") };
	char text[64];
	struct buf b = BUF(text);
	struct err e = { 0 };
	assert_false(placeholder_expand(SPAN("{k8s:namespace}"), &blank, &b, &e));
	assert_int_equal(e.kind, ERR_USAGE);
}

/* A scan of several services adds up what they need. */
static void
test_needs_add_up(void **state)
{
	(void)state;
	struct placeholder_needs needs = { false, false };
	struct err e = { 0 };
	assert_true(placeholder_scan(SPAN("{k8s:namespace}"), &needs, &e));
	assert_true(placeholder_scan(SPAN("{ecs:family}"), &needs, &e));
	assert_true(placeholder_scan(SPAN("plain"), &needs, &e));
	assert_true(needs.k8s_namespace);
	assert_true(needs.ecs_task);
}

static void
test_bad_syntax(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *message;
	} row[] = {
		{ "a{NAME", "\"{NAME\": a \"{\" without a \"}\"" },
		{ "a{", "\"{\": a \"{\" without a \"}\"" },
		{ "a}b", "\"a}b\": a \"}\" without a \"{\"" },
		{ "{NAME}}", "\"}\": a \"}\" without a \"{\"" },
		{ "{NAME}x}{NAME}", "\"x}{NAME}\": a \"}\" without a \"{\"" },
		{ "{{NAME}}", "\"{{NAME}}\": a \"{\" without a \"}\"" },
		{ "{}", "placeholder {}: its name is empty" },
		{ "{ecs:task}", "placeholder {ecs:task}: unknown" },
		{ "{ECS:service}", "placeholder {ECS:service}: unknown" },
		{ "{k8s:}", "placeholder {k8s:}: unknown" },
		{ "{NAME=value}", "placeholder {NAME=value}: not the name of a variable" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		char text[64];
		struct buf b = BUF(text);
		struct placeholder_needs needs = { false, false };
		struct err e = { 0 };
		assert_false(placeholder_scan(span_of(row[i].text), &needs, &e));
		assert_string_equal(e.text, row[i].message);
		assert_int_equal(e.kind, ERR_USAGE);
		e = (struct err){ 0 };
		assert_false(placeholder_expand(span_of(row[i].text), &full, &b, &e));
		assert_string_equal(e.text, row[i].message);
	}
}

static void
test_no_value(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *message;
	} row[] = {
		{ "a/{ABSENT}",
			"placeholder {ABSENT}: the environment variable is unset or empty" },
		{ "{EMPTY}", "placeholder {EMPTY}: the environment variable is unset or empty" },
		{ "{NAM}", "placeholder {NAM}: the environment variable is unset or empty" },
		{ "{k8s:namespace}", "placeholder {k8s:namespace}: it has no value here" },
		{ "{ecs:cluster}", "placeholder {ecs:cluster}: it has no value here" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		char text[64];
		struct buf b = BUF(text);
		struct err e = { 0 };
		assert_false(placeholder_expand(span_of(row[i].text), &bare, &b, &e));
		assert_string_equal(e.text, row[i].message);
		assert_int_equal(e.kind, ERR_USAGE);
	}
}

static void
test_bounds(void **state)
{
	(void)state;
	char text[4];
	char name[300];
	struct buf b = BUF(text);
	struct err e = { 0 };
	assert_false(placeholder_expand(SPAN("{NAME}"), &full, &b, &e));
	assert_int_equal(e.kind, ERR_LIMIT);

	struct placeholder_needs needs = { false, false };
	memset(name, 'N', sizeof(name));
	name[0] = '{';
	name[256] = '}';
	assert_true(placeholder_scan((struct span){ name, 257 }, &needs, &e));
	b = BUF(text);
	assert_false(placeholder_expand((struct span){ name, 257 }, &full, &b, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	name[256] = 'N';
	name[257] = '}';
	e.kind = ERR_NONE;
	assert_false(placeholder_scan((struct span){ name, 258 }, &needs, &e));
	assert_int_equal(e.kind, ERR_USAGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_expanded),
		cmocka_unit_test(test_forms_of_values),
		cmocka_unit_test(test_blank_value),
		cmocka_unit_test(test_needs_add_up),
		cmocka_unit_test(test_bad_syntax),
		cmocka_unit_test(test_no_value),
		cmocka_unit_test(test_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
