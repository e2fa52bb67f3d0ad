#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "http/response.h"
#include "vectors/http.h"

static struct http_response response;

static bool
feed_all(struct span bytes, struct err *e)
{
	size_t taken;
	return http_response_feed(&response, bytes, &taken, e);
}

static char big[3 * HTTP_BODY_MAX];

/* A head of n bytes: status line, one field of many, one with the length 0. */
static struct span
head_of(size_t n)
{
	struct buf b = { .p = big, .cap = n };
	const struct span end = SPAN("\r\nContent-Length: 0\r\n\r\n");
	buf_put_str(&b, "HTTP/1.1 200 OK\r\nX: ");
	while (b.len < n - end.n)
		buf_put_char(&b, 'x');
	buf_put(&b, end);
	assert_false(b.overflow);
	return buf_span(&b);
}

static void
test_head_bound(void **state)
{
	(void)state;
	struct err e = { 0 };
	http_response_init(&response, false);
	assert_true(feed_all(head_of(HTTP_HEAD_MAX), &e));
	assert_true(http_response_is_done(&response));
	http_response_init(&response, false);
	assert_false(feed_all(head_of(HTTP_HEAD_MAX + 1), &e));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_non_null(strstr(e.text, "larger than 16384 bytes (HTTP_HEAD_MAX)"));
}

/* Interim responses count as part of the head, so they cannot go on for ever. */
static void
test_interim_responses_are_bounded(void **state)
{
	(void)state;
	const struct span interim = SPAN("HTTP/1.1 100 Continue\r\n\r\n");
	struct err e = { 0 };
	http_response_init(&response, false);
	size_t n = 0;
	while (n < HTTP_HEAD_MAX && feed_all(interim, &e))
		n += interim.n;
	assert_in_range(n, HTTP_HEAD_MAX - 2 * interim.n, HTTP_HEAD_MAX);
	assert_int_equal(e.kind, ERR_LIMIT);
}

/* After the head, unit is given again and again until it is refused; returns the bytes taken. */
static size_t
feed_until_refused(const char *head, struct span unit, struct err *e)
{
	size_t n = 0;
	http_response_init(&response, false);
	assert_true(feed_all(span_of(head), e));
	while (n < sizeof(big) && feed_all(unit, e))
		n += unit.n;
	return n;
}

static void
test_trailers_are_bounded(void **state)
{
	(void)state;
	struct err e = { 0 };
	size_t n = feed_until_refused(HTTP_200_CHUNKED "0\r\n", SPAN("X: y\r\n"), &e);
	assert_in_range(n, HTTP_HEAD_MAX - 12, HTTP_HEAD_MAX);
	assert_int_equal(e.kind, ERR_LIMIT);
}

static void
test_chunk_extensions_are_bounded(void **state)
{
	(void)state;
	struct err e = { 0 };
	/* Three bytes of each nine are an extension. */
	size_t n = feed_until_refused(HTTP_200_CHUNKED, SPAN("1;ab\r\na\r\n"), &e);
	assert_in_range(n / 9 * 3, HTTP_HEAD_MAX - 6, HTTP_HEAD_MAX);
	assert_int_equal(e.kind, ERR_LIMIT);

	n = feed_until_refused(HTTP_200_CHUNKED "1;", SPAN("x"), &e);
	assert_int_equal(n, HTTP_HEAD_MAX - 2);
	assert_int_equal(e.kind, ERR_LIMIT);
}

static void
test_body_bound(void **state)
{
	(void)state;
	struct err e = { 0 };
	memset(big, 'x', sizeof(big));
	http_response_init(&response, false);
	assert_true(feed_all(SPAN(HTTP_200 "Content-Length: 1048576\r\n\r\n"), &e));
	assert_true(feed_all((struct span){ big, HTTP_BODY_MAX }, &e));
	assert_true(http_response_is_done(&response));
	assert_true(response.keep_alive);
	assert_int_equal(http_response_body(&response).n, HTTP_BODY_MAX);

	http_response_init(&response, false);
	assert_true(feed_all(SPAN(HTTP_200_CHUNKED "100000\r\n"), &e));
	assert_true(feed_all((struct span){ big, HTTP_BODY_MAX }, &e));
	assert_true(feed_all(SPAN("\r\n0\r\n\r\n"), &e));
	assert_true(http_response_is_done(&response));
}

static void
test_body_until_close_is_bounded(void **state)
{
	(void)state;
	struct err e = { 0 };
	http_response_init(&response, false);
	assert_true(feed_all(SPAN(HTTP_200 "\r\n"), &e));
	assert_true(feed_all((struct span){ big, HTTP_BODY_MAX }, &e));
	assert_false(http_response_is_done(&response));
	assert_false(feed_all((struct span){ big, 1 }, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_string_equal(e.text, "HTTP body larger than 1048576 bytes (HTTP_BODY_MAX)");
}

/* Half a megabyte in chunks of one byte: sizes and line ends count against no bound. */
static void
test_many_chunks(void **state)
{
	(void)state;
	struct err e = { 0 };
	size_t n = feed_until_refused(HTTP_200_CHUNKED, SPAN("1\r\na\r\n"), &e);
	assert_int_equal(n, sizeof(big));
	assert_int_equal(http_response_body(&response).n, sizeof(big) / 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_head_bound),
		cmocka_unit_test(test_interim_responses_are_bounded),
		cmocka_unit_test(test_trailers_are_bounded),
		cmocka_unit_test(test_chunk_extensions_are_bounded),
		cmocka_unit_test(test_body_bound),
		cmocka_unit_test(test_body_until_close_is_bounded),
		cmocka_unit_test(test_many_chunks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
