#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ctl/aws/body.h"
#include "ctl/base/time.h"

static struct json_doc doc;
static struct err e;

static struct json_value
parse(const char *text)
{
	struct json_value root;
	if (!json_parse(&doc, span_of(text), &root, &e))
		fail_msg("%s", e.text);
	return root;
}

static void
test_requests(void **state)
{
	(void)state;
	struct text t = { 0 };
	body_put_text(&t, "Name", SPAN("/a\"b"));
	body_put_name(&t, "Tags");
	text_put_str(&t, "[]}");
	assert_string_equal(text_str(&t), "{\"Name\":\"/a\\\"b\",\"Tags\":[]}");
}

static void
test_longest_escapes(void **state)
{
	(void)state;
	char bytes[1000];
	struct text t = { 0 };
	memset(bytes, 1, sizeof(bytes));
	body_put_string(&t, (struct span){ bytes, sizeof(bytes) });
	assert_int_equal(t.n, 6 * sizeof(bytes) + 2);
}

static void
test_members(void **state)
{
	(void)state;
	struct json_value root = parse("{\"s\":\"a\\u0000b\",\"n\":12,\"t\":1.7e9,\"x\":null}");
	struct span text;
	uint64_t count;
	int64_t time;
	assert_true(body_need_text(root, "s", &text, &e));
	assert_true(span_eq(text, ((struct span){ "a\0b", 3 })));
	assert_true(body_get_text(root, "x", &text, &e));
	assert_null(text.p);
	assert_true(body_get_count(root, "n", &count, &e));
	assert_int_equal(count, 12);
	assert_true(body_get_count(root, "none", &count, &e));
	assert_int_equal(count, 0);
	assert_true(body_get_time(root, "t", &time, &e));
	assert_true(time == INT64_C(1700000000000));
	assert_true(body_get_time(root, "none", &time, &e));
	assert_true(time == TIME_NONE);
}

static void
test_malformed_members(void **state)
{
	(void)state;
	struct json_value root = parse("{\"s\":1,\"n\":1.5,\"t\":-1,\"d\":\"\",\"d\":\"\"}");
	struct span text;
	uint64_t count;
	int64_t time;
	assert_false(body_get_text(root, "s", &text, &e));
	assert_int_equal(e.kind, ERR_TRANSIENT);
	assert_false(body_need_text(root, "none", &text, &e));
	assert_false(body_get_text(root, "d", &text, &e));
	assert_false(body_get_count(root, "n", &count, &e));
	assert_false(body_get_time(root, "t", &time, &e));
	assert_non_null(strstr(e.text, "malformed response"));
}

/* Whether a list of pages that has a circle of this length after a start of its own is refused. */
static bool
finds_circle(unsigned start, unsigned length)
{
	struct pages pages = { 0 };
	for (unsigned n = 0; n < 10 * (start + length); n++) {
		char text[64];
		struct buf b = BUF(text);
		const unsigned token = n < start ? n : start + (n - start) % length;
		buf_printf(&b, "{\"NextToken\":\"%u\"}", token);
		if (!pages_next(&pages, parse(buf_str(&b)), &e))
			return e.kind == ERR_FINAL;
	}
	return false;
}

static void
test_circles(void **state)
{
	(void)state;
	for (unsigned start = 0; start < 20; start++) {
		for (unsigned length = 1; length < 20; length++)
			assert_true(finds_circle(start, length));
	}
}

static void
test_last_page(void **state)
{
	(void)state;
	static const char *const last[] = { "{}", "{\"NextToken\":null}", "{\"NextToken\":\"\"}" };
	for (size_t i = 0; i < sizeof(last) / sizeof(*last); i++) {
		struct pages pages = { 0 };
		assert_true(pages_next(&pages, parse("{\"NextToken\":\"a\"}"), &e));
		assert_true(span_eq(pages.token, SPAN("a")));
		assert_true(pages_next(&pages, parse(last[i]), &e));
		assert_int_equal(pages.token.n, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_longest_escapes),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_malformed_members),
		cmocka_unit_test(test_circles),
		cmocka_unit_test(test_last_page),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
