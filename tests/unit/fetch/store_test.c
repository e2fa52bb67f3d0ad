#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/quote.h"
#include "base/secret.h"
#include "fetch/store.h"

static struct secret_list secrets;

static struct store store;
static struct json_doc doc;
static struct err e;

static int
reset(void **state)
{
	(void)state;
	secret_use(&secrets);
	store.count = 0;
	store.bytes_len = 0;
	memset(&e, 0, sizeof(e));
	return 0;
}

static bool
add_json(unsigned service, const char *name, const char *json)
{
	struct json_value value;
	struct err bad = { 0 };
	if (!json_parse(&doc, span_of(json), &value, &bad))
		fail_msg("%s: %s", json, bad.text);
	return store_add(&store, service, span_of(name), value, &e);
}

static bool
add_text(unsigned service, struct span name, struct span value)
{
	struct buf b;
	store_begin(&store, name, &b);
	buf_put(&b, value);
	return store_end(&store, service, &b, &e);
}

static bool
add(const char *name, const char *value)
{
	return add_text(0, span_of(name), span_of(value));
}

static void
assert_param(size_t i, unsigned service, const char *name, struct span value)
{
	assert_true(i < store.count);
	assert_int_equal(store.param[i].service, service);
	assert_true(span_eq(store.param[i].name, span_of(name)));
	assert_true(span_eq(store.param[i].value, value));
}

static void
test_add(void **state)
{
	(void)state;
	assert_true(add_json(0, "/s/a", "\"x\\n\\u00e4\\u0000y\""));
	assert_true(add_json(3, "/s/empty", "\"\""));
	assert_true(add_text(STORE_REFERENCES, SPAN("VAR"), SPAN("a\0b")));
	assert_int_equal(store.count, 3);
	assert_param(0, 0, "/s/a", SPAN("x\n\xc3\xa4\0y"));
	assert_param(1, 3, "/s/empty", SPAN(""));
	assert_param(2, STORE_REFERENCES, "VAR", SPAN("a\0b"));
}

/* What was added stays, whatever becomes of what it was made of. */
static void
test_copies(void **state)
{
	(void)state;
	char name[] = "/s/a";
	char value[] = "hunter2";
	assert_true(add(name, value));
	memset(name, 'x', sizeof(name) - 1);
	memset(value, 'x', sizeof(value) - 1);
	assert_true(add("/s/b", "2"));
	assert_param(0, 0, "/s/a", SPAN("hunter2"));
	assert_param(1, 0, "/s/b", SPAN("2"));
}

static void
test_values_are_secrets(void **state)
{
	(void)state;
	struct quoted q;
	assert_true(add("/s/name", "hunter2-hunter2"));
	assert_true(add_json(0, "/s/other", "\"swordfish\""));
	assert_string_equal(
		quote(&q, SPAN("/s/name hunter2-hunter2 swordfish")), "/s/name *** ***");
}

static void
test_mark_and_reset(void **state)
{
	(void)state;
	assert_true(add("/s/a", "1"));
	struct store_mark mark = store_mark(&store);
	assert_true(add("/s/b", "2"));
	assert_true(add("/s/c", "3"));
	store_reset(&store, mark);
	assert_int_equal(store.count, 1);
	assert_param(0, 0, "/s/a", SPAN("1"));
	assert_true(add("/s/d", "4"));
	assert_int_equal(store.count, 2);
	assert_param(1, 0, "/s/d", SPAN("4"));
	store_reset(&store, mark);
	assert_int_equal(store.count, 1);
}

/* What was taken back stays secret, though its bytes hold something else then. */
static void
test_reset_keeps_its_secrets(void **state)
{
	(void)state;
	struct quoted q;
	assert_true(add("/s/kept", "hunter2-hunter2"));
	struct store_mark mark = store_mark(&store);
	assert_true(add("/s/x", "swordfish"));
	store_reset(&store, mark);
	assert_true(add("/parameters/name/of/another", "another v4lue"));
	assert_string_equal(
		quote(&q, SPAN("hunter2-hunter2 swordfish another v4lue")), "*** *** ***");
	assert_string_equal(
		quote(&q, SPAN("/parameters/name/of/another")), "/parameters/name/of/another");
}

/* Attempts that came to nothing do not use up the room for secrets. */
static void
test_many_resets(void **state)
{
	(void)state;
	struct quoted q;
	for (int i = 0; i < PARAMS_MAX + 1000; i++) {
		struct store_mark mark = store_mark(&store);
		assert_true(add("/s/a", "swordfish"));
		store_reset(&store, mark);
	}
	assert_true(add("/s/a", "hunter2-hunter2"));
	assert_string_equal(quote(&q, SPAN("as hunter2-hunter2")), "as ***");
}

static void
test_too_many(void **state)
{
	(void)state;
	for (int i = 0; i < PARAMS_MAX; i++)
		assert_true(add("n", "v"));
	assert_false(add("n", "v"));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_string_equal(e.text, "parameters: more than 16384");
	assert_int_equal(store.count, PARAMS_MAX);
}

static void
test_too_large(void **state)
{
	(void)state;
	static char value[PARAM_BYTES_MAX];
	memset(value, 'v', sizeof(value));
	struct span most = { value, sizeof(value) - 4 };
	assert_true(add_text(0, SPAN("name"), most));
	assert_int_equal(store.bytes_len, PARAM_BYTES_MAX);
	assert_false(add("", "x"));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_string_equal(e.text, "parameters: more than 8388608 bytes of names and values");
	/* Nothing of what did not fit is there. */
	assert_int_equal(store.count, 1);
	assert_int_equal(store.bytes_len, PARAM_BYTES_MAX);
}

/* One name twice, wherever they are; what was there before does not count. */
static void
test_find_repeated(void **state)
{
	(void)state;
	static char name[4000][8];
	assert_true(add("k3000", "of another service"));
	assert_null(store_find_repeated(&store, 0));
	for (unsigned i = 0; i < 4000; i++) {
		struct buf b = BUF(name[i]);
		/* 1009 has no divisor in common with 4000: each number comes once. */
		buf_printf(&b, "k%u", i * 1009 % 4000);
		assert_true(add(buf_str(&b), "v"));
	}
	assert_null(store_find_repeated(&store, 1));
	assert_non_null(store_find_repeated(&store, 0));
	assert_true(add("k17", "again"));
	const struct param *twice = store_find_repeated(&store, 1);
	assert_non_null(twice);
	assert_true(span_eq(twice->name, SPAN("k17")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_find_repeated, reset),
		cmocka_unit_test_setup(test_add, reset),
		cmocka_unit_test_setup(test_copies, reset),
		cmocka_unit_test_setup(test_values_are_secrets, reset),
		cmocka_unit_test_setup(test_mark_and_reset, reset),
		cmocka_unit_test_setup(test_reset_keeps_its_secrets, reset),
		cmocka_unit_test_setup(test_many_resets, reset),
		cmocka_unit_test_setup(test_too_many, reset),
		cmocka_unit_test_setup(test_too_large, reset),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
