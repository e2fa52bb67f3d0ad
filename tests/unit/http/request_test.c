#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "http/request.h"

/* clang-format off */
#define BYTES(literal) { literal, sizeof(literal) - 1 }
/* clang-format on */

static char text[4096];

static void
assert_written(const struct http_request *r, const char *expected)
{
	struct buf b = BUF(text);
	struct err e = { 0 };
	if (!http_request_write(&b, r, &e))
		fail_msg("%s", e.text);
	assert_string_equal(buf_str(&b), expected);
	assert_int_equal(b.len, strlen(expected));
}

static void
assert_refused(const struct http_request *r, const char *message)
{
	struct buf b = BUF(text);
	struct err e = { 0 };
	assert_false(http_request_write(&b, r, &e));
	assert_string_equal(e.text, message);
	assert_int_equal(e.kind, ERR_USAGE);
	assert_int_equal(b.len, 0);
}

static void
test_get(void **state)
{
	(void)state;
	static const struct http_field fields[] = {
		{ BYTES("Host"), BYTES("169.254.170.2") },
		{ BYTES("Accept"), BYTES("*/*") },
	};
	const struct http_request r = {
		.method = SPAN("GET"),
		.target = SPAN("/v2/credentials/1?a=b%20c!~"),
		.field = fields,
		.field_count = 2,
	};
	assert_written(&r, "GET /v2/credentials/1?a=b%20c!~ HTTP/1.1\r\n"
			   "Host: 169.254.170.2\r\nAccept: */*\r\n\r\n");
}

static void
test_length(void **state)
{
	(void)state;
	struct http_request r = { .method = SPAN("POST"), .target = SPAN("/"), .body = SPAN("{}") };
	assert_written(&r, "POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}");
	r.body = SPAN("");
	assert_written(&r, "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
	r.method = SPAN("PUT");
	assert_written(&r, "PUT / HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
	r.method = SPAN("GET");
	assert_written(&r, "GET / HTTP/1.1\r\n\r\n");
	r.body = SPAN("x\r\n");
	assert_written(&r, "GET / HTTP/1.1\r\nContent-Length: 3\r\n\r\nx\r\n");
}

static void
test_connect(void **state)
{
	(void)state;
	static const struct http_field host = { BYTES("Host"), BYTES("a.example:443") };
	const struct http_request r = {
		.method = SPAN("CONNECT"),
		.target = SPAN("a.example:443"),
		.field = &host,
		.field_count = 1,
	};
	assert_written(&r, "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n");
}

static void
test_bad_method(void **state)
{
	(void)state;
	static const struct {
		struct span method;
		const char *message;
	} cases[] = {
		{ BYTES(""), "HTTP request: \"\": no method" },
		{ BYTES("GET "), "HTTP request: \"GET \": no method" },
		{ BYTES("GET\r\n"), "HTTP request: \"GET\\x0d\\x0a\": no method" },
		{ BYTES("G\0T"), "HTTP request: \"G\\x00T\": no method" },
		{ BYTES("G/T"), "HTTP request: \"G/T\": no method" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct http_request r = { .method = cases[i].method, .target = SPAN("/") };
		assert_refused(&r, cases[i].message);
	}
}

static void
test_bad_target(void **state)
{
	(void)state;
	static const struct {
		struct span target;
		const char *message;
	} cases[] = {
		{ BYTES(""), "HTTP request: \"\": no request target" },
		{ BYTES("/a b"), "HTTP request: \"/a b\": no request target" },
		{ BYTES("/ HTTP/1.1\r\nX: y"),
			"HTTP request: \"/ HTTP/1.1\\x0d\\x0aX: y\": no request target" },
		{ BYTES("/\t"), "HTTP request: \"/\\x09\": no request target" },
		{ BYTES("/\0"), "HTTP request: \"/\\x00\": no request target" },
		{ BYTES("/\177"), "HTTP request: \"/\\x7f\": no request target" },
		{ BYTES("/\303\251"), "HTTP request: \"/\\xc3\\xa9\": no request target" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct http_request r = { .method = SPAN("GET"), .target = cases[i].target };
		assert_refused(&r, cases[i].message);
	}
}

static void
test_bad_field(void **state)
{
	(void)state;
	static const struct {
		struct http_field field;
		const char *message;
	} cases[] = {
		{ { BYTES(""), BYTES("x") }, "HTTP request: \"\": no name of a field" },
		{ { BYTES("A B"), BYTES("x") }, "HTTP request: \"A B\": no name of a field" },
		{ { BYTES("A:"), BYTES("x") }, "HTTP request: \"A:\": no name of a field" },
		{ { BYTES("A\r\n"), BYTES("x") },
			"HTTP request: \"A\\x0d\\x0a\": no name of a field" },
		{ { BYTES("content-length"), BYTES("1") },
			"HTTP request: \"content-length\": it follows from the body" },
		{ { BYTES("Transfer-Encoding"), BYTES("chunked") },
			"HTTP request: \"Transfer-Encoding\": it follows from the body" },
		{ { BYTES("Token"), BYTES("s3cret\n") },
			"HTTP request: \"Token\": a control character in its value" },
		{ { BYTES("Token"), BYTES("s3cret\r\nX: y") },
			"HTTP request: \"Token\": a control character in its value" },
		{ { BYTES("Token"), BYTES("s3\0cret") },
			"HTTP request: \"Token\": a control character in its value" },
		{ { BYTES("Token"), BYTES("\177") },
			"HTTP request: \"Token\": a control character in its value" },
		{ { BYTES("Token"), BYTES("\033") },
			"HTTP request: \"Token\": a control character in its value" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct http_field fields[] = {
			{ SPAN("Host"), SPAN("x") },
			cases[i].field,
		};
		const struct http_request r = {
			.method = SPAN("GET"),
			.target = SPAN("/"),
			.field = fields,
			.field_count = 2,
		};
		assert_refused(&r, cases[i].message);
	}
}

static void
test_value_of_other_letters(void **state)
{
	(void)state;
	static const struct http_field field = { BYTES("X"), BYTES("a\tb\303\251") };
	const struct http_request r = {
		.method = SPAN("GET"),
		.target = SPAN("/"),
		.field = &field,
		.field_count = 1,
	};
	assert_written(&r, "GET / HTTP/1.1\r\nX: a\tb\303\251\r\n\r\n");
}

static void
test_no_room(void **state)
{
	(void)state;
	const struct http_request r = {
		.method = SPAN("POST"), .target = SPAN("/"), .body = SPAN("0123456789")
	};
	struct err e = { 0 };
	const size_t need = sizeof("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n0123456789") - 1;
	for (size_t cap = 0; cap < need; cap++) {
		struct buf b = { .p = text, .cap = cap };
		assert_false(http_request_write(&b, &r, &e));
		assert_int_equal(e.kind, ERR_LIMIT);
	}
	assert_string_equal(e.text, "HTTP request: larger than 48 bytes, the room for it");
	struct buf b = { .p = text, .cap = need };
	assert_true(http_request_write(&b, &r, &e));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_get),
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_connect),
		cmocka_unit_test(test_bad_method),
		cmocka_unit_test(test_bad_target),
		cmocka_unit_test(test_bad_field),
		cmocka_unit_test(test_value_of_other_letters),
		cmocka_unit_test(test_no_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
