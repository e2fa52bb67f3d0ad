#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "aws/sigv4.h"

static const struct credentials example = {
	.access_key_id = { { "AKIDEXAMPLE", 11 } },
	.secret_access_key = { { "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", 40 } },
};
static const struct sigv4_scope example_scope = {
	.region = { "us-east-1", 9 },
	.service = { "service", 7 },
	.stamp = { "20150830T123600Z", 16 },
};
static const struct http_field example_field[] = {
	{ { "Host", 4 }, { "example.amazonaws.com", 21 } },
	{ { "X-Amz-Date", 10 }, { "20150830T123600Z", 16 } },
};

static struct sigv4_request
example_request(const char *method)
{
	return (struct sigv4_request){ .method = span_of(method),
		.path = SPAN("/"),
		.query = SPAN(""),
		.field = example_field,
		.field_count = 2,
		.payload = SPAN("") };
}

/* The suite's get-vanilla and post-vanilla, so that this file proves something without it. */
static void
test_known_answers(void **state)
{
	(void)state;
	static const struct {
		const char *method;
		const char *signature;
	} row[] = {
		{ "GET", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31" },
		{ "POST", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct sigv4_request r = example_request(row[i].method);
		char got[1024];
		char want[512];
		struct buf b = BUF(got);
		struct buf w = BUF(want);
		struct err e = { 0 };
		assert_true(sigv4_put_authorization(&b, &example, &example_scope, &r, &e));
		buf_printf(&w,
			"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/"
			"aws4_request, SignedHeaders=host;x-amz-date, Signature=%s",
			row[i].signature);
		assert_string_equal(buf_str(&b), buf_str(&w));
	}
}

static void
test_fields(void **state)
{
	(void)state;
	static const struct http_field field[] = {
		{ { "Host", 4 }, { "h", 1 } },
		{ { "x-a", 3 }, { "", 0 } },
		{ { "X-b", 3 }, { "  two \t words ", 14 } },
	};
	struct sigv4_request r = { .method = SPAN("GET"),
		.path = SPAN("/"),
		.query = SPAN("a=b"),
		.field = field,
		.field_count = 3,
		.payload = SPAN("abc") };
	char got[512];
	struct buf b = BUF(got);
	sigv4_put_canonical_request(&b, &r);
	assert_string_equal(buf_str(&b),
		"GET\n/\na=b\nhost:h\nx-a:\nx-b:two words\n\nhost;x-a;x-b\n"
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void
test_path(void **state)
{
	(void)state;
	static const struct {
		const char *path;
		const char *want;
	} row[] = {
		{ "", "/" },
		{ "/", "/" },
		{ "//", "/" },
		{ "/a//b/", "/a/b/" },
		{ "/a/./b", "/a/b" },
		{ "/a/.", "/a/" },
		{ "/a/..", "/" },
		{ "/a/b/..", "/a/" },
		{ "/../../a", "/a" },
		{ "/a/../../b/c/..", "/b/" },
		{ "/.../..a/b..", "/.../..a/b.." },
		{ "/a b", "/a%20b" },
		{ "/a%20b", "/a%2520b" },
		{ "/-._~!*:\x7f\xff", "/-._~%21%2A%3A%7F%FF" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		char got[64] = "before";
		struct buf b = { .p = got, .cap = sizeof(got), .len = 6 };
		sigv4_put_path(&b, span_of(row[i].path));
		assert_string_equal(buf_str(&b) + 6, row[i].want);
	}
}

static void
test_encoded(void **state)
{
	(void)state;
	static const struct {
		struct span text;
		const char *plain;
		const char *want;
	} row[] = {
		{ { "", 0 }, SIGV4_UNRESERVED "/", "" },
		{ { "/a/../b//", 9 }, SIGV4_UNRESERVED "/", "/a/../b//" },
		{ { "/a", 2 }, SIGV4_UNRESERVED, "%2Fa" },
		{ { "a\0b", 3 }, SIGV4_UNRESERVED, "a%00b" },
		{ { "azAZ09-._~", 10 }, SIGV4_UNRESERVED, "azAZ09-._~" },
		{ { " %+\xff", 4 }, SIGV4_UNRESERVED, "%20%25%2B%FF" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		char got[64];
		struct buf b = BUF(got);
		sigv4_put_encoded(&b, row[i].text, row[i].plain);
		assert_string_equal(buf_str(&b), row[i].want);
	}
}

/* Every size below the least good one is refused, and what stood in the buffer stays. */
static void
test_small_buffer(void **state)
{
	(void)state;
	struct sigv4_request r = example_request("GET");
	char got[1024];
	size_t refused = 0;
	for (size_t cap = 1; cap < sizeof(got); cap++) {
		struct err e = { 0 };
		struct buf b = { .p = got, .cap = cap };
		buf_put_char(&b, '>');
		if (sigv4_put_authorization(&b, &example, &example_scope, &r, &e)) {
			assert_int_equal(b.p[b.len - 1], '1');
			continue;
		}
		refused++;
		assert_int_equal(refused, cap);
		assert_int_equal(e.kind, ERR_LIMIT);
		assert_int_equal(b.len, 1);
		assert_false(b.overflow);
		assert_int_equal(b.p[0], '>');
	}
	assert_in_range(refused, 200, 512);
}

static bool
has(struct span text, const char *what)
{
	while (text.n > 0 && !span_starts_with(text, span_of(what)))
		text = span_skip(text, 1);
	return text.n > 0;
}

static void
test_no_secret_left(void **state)
{
	(void)state;
	struct sigv4_request r = example_request("GET");
	char got[2048] = { 0 };
	struct buf b = BUF(got);
	struct err e = { 0 };
	assert_true(sigv4_put_authorization(&b, &example, &example_scope, &r, &e));
	assert_false(has((struct span){ got, sizeof(got) }, "bPxRfiCYEXAMPLEKEY"));
}

/* An Authorization that is longer than all the scratch that it needs. */
static void
test_long_key_id(void **state)
{
	(void)state;
	char id[600];
	char got[640];
	memset(id, 'I', sizeof(id));
	struct credentials c = example;
	c.access_key_id.bytes = (struct span){ id, sizeof(id) };
	struct sigv4_request r = example_request("GET");
	struct buf b = BUF(got);
	struct err e = { 0 };
	buf_put_str(&b, "before");
	assert_false(sigv4_put_authorization(&b, &c, &example_scope, &r, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_string_equal(buf_str(&b), "before");
	assert_false(b.overflow);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_answers),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_path),
		cmocka_unit_test(test_encoded),
		cmocka_unit_test(test_small_buffer),
		cmocka_unit_test(test_no_secret_left),
		cmocka_unit_test(test_long_key_id),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
