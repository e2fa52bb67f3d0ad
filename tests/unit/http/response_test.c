#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "http/response.h"
#include "vectors/http_accept.h"
#include "vectors/http_reject_body.h"
#include "vectors/http_reject_head.h"

/* What must be the same however the bytes arrive. */
struct outcome {
	bool ok;
	bool done;
	bool keep_alive;
	unsigned status;
	size_t taken;
	struct err e;
};

static struct http_response response;

static void
feed(struct outcome *o, struct span bytes)
{
	size_t taken;
	if (!o->ok)
		return;
	o->ok = http_response_feed(&response, bytes, &taken, &o->e);
	o->taken += taken;
}

/* The wire of v in three pieces, cut at a and b. */
static struct outcome
run(const struct http_vector *v, size_t a, size_t b)
{
	struct outcome o = { .ok = true };
	http_response_init(&response, v->how == HTTP_CONNECT || v->how == HTTP_CONNECT_CLOSED);
	feed(&o, (struct span){ v->wire.p, a });
	feed(&o, (struct span){ v->wire.p + a, b - a });
	feed(&o, (struct span){ v->wire.p + b, v->wire.n - b });
	if (o.ok && (v->how == HTTP_CLOSED || v->how == HTTP_CONNECT_CLOSED))
		o.ok = http_response_close(&response, &o.e);
	o.done = http_response_is_done(&response);
	o.keep_alive = response.keep_alive;
	o.status = response.status;
	return o;
}

static void
check_taken(const struct http_vector *v, const struct outcome *o)
{
	if (!o->ok)
		fail_msg("%s: %s", v->name, o->e.text);
	if (!o->done || o->status != v->status || o->keep_alive != v->keep_alive ||
		o->taken != v->wire.n - v->junk || !span_eq(http_response_body(&response), v->body))
		fail_msg("%s: done %d, status %u, keep_alive %d, %zu taken, body of %zu", v->name,
			o->done, o->status, o->keep_alive, o->taken, response.body_len);
}

static void
check_refused(const struct http_vector *v, const struct outcome *o)
{
	if (o->ok)
		fail_msg("%s is accepted", v->name);
	if (o->e.kind != v->kind || strcmp(o->e.text, v->error) != 0)
		fail_msg("%s: %s", v->name, o->e.text);
}

static void
check(const struct http_vector *v, const struct outcome *o)
{
	if (v->error == NULL)
		check_taken(v, o);
	else
		check_refused(v, o);
}

/* In one piece, then cut at every place and at every two places. */
static void
check_all_splits(const struct http_vector *v, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t a = 0; a <= v[i].wire.n; a++) {
			for (size_t b = a; b <= v[i].wire.n; b++) {
				struct outcome o = run(&v[i], a, b);
				check(&v[i], &o);
			}
		}
	}
}

static void
test_accept(void **state)
{
	(void)state;
	check_all_splits(http_accept, sizeof(http_accept) / sizeof(*http_accept));
}

static void
test_reject_head(void **state)
{
	(void)state;
	check_all_splits(http_reject_head, sizeof(http_reject_head) / sizeof(*http_reject_head));
}

static void
test_reject_body(void **state)
{
	(void)state;
	check_all_splits(http_reject_body, sizeof(http_reject_body) / sizeof(*http_reject_body));
}

static void
test_byte_for_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(http_accept) / sizeof(*http_accept); i++) {
		const struct http_vector *v = &http_accept[i];
		struct outcome o = { .ok = true };
		http_response_init(&response, v->how == HTTP_CONNECT);
		for (size_t n = 0; n < v->wire.n; n++) {
			feed(&o, (struct span){ v->wire.p + n, 1 });
			feed(&o, (struct span){ NULL, 0 });
		}
		assert_true(o.ok);
		assert_int_equal(o.taken, v->wire.n - v->junk);
	}
}

static bool
feed_all(struct span bytes, struct err *e)
{
	size_t taken;
	return http_response_feed(&response, bytes, &taken, e);
}

static void
assert_field(const char *name, const char *expected)
{
	struct span value = http_response_field(&response, span_of(name));
	assert_int_equal(value.n, strlen(expected));
	assert_memory_equal(value.p, expected, value.n);
}

static void
test_fields(void **state)
{
	(void)state;
	struct err e = { 0 };
	http_response_init(&response, false);
	assert_true(
		feed_all(SPAN("HTTP/1.1 100 Continue\r\nInterim: 1\r\n\r\n" HTTP_200
			      "Date:  Sun, 06 Nov 1994 08:49:37 GMT \r\n"
			      "X-Twice: first\r\nx-twice: second\r\n"
			      "Empty:\r\nColons: a:b:c\r\n"
			      "Transfer-Encoding: chunked\r\n\r\n0\r\nTrailer-Field: z\r\n\r\n"),
			&e));
	assert_field("date", "Sun, 06 Nov 1994 08:49:37 GMT");
	assert_field("X-TWICE", "first");
	assert_field("Empty", "");
	assert_field("Colons", "a:b:c");
	assert_field("Interim", "");
	assert_field("Trailer-Field", "");
	assert_field("Dat", "");
	assert_field("Date:", "");
	assert_field("", "");
}

/* Nothing of one response is left in the next. */
static void
test_init_again(void **state)
{
	(void)state;
	struct err e = { 0 };
	http_response_init(&response, true);
	assert_true(feed_all(
		SPAN("HTTP/1.0 500 x\r\nConnection: close\r\nContent-Length: 9\r\n\r\nabc"), &e));
	http_response_init(&response, false);
	assert_true(feed_all(SPAN(HTTP_200 "A: b\r\nContent-Length: 1\r\n\r\nz"), &e));
	assert_true(http_response_is_done(&response));
	assert_true(response.keep_alive);
	assert_int_equal(response.status, 200);
	assert_int_equal(http_response_body(&response).n, 1);
	assert_field("Connection", "");

	http_response_init(&response, false);
	assert_false(response.keep_alive);
	assert_int_equal(response.status, 0);
	assert_field("A", "");
	assert_int_equal(http_response_body(&response).n, 0);
}

/* The struct is large and in static memory: init leaves the pages of its buffers alone. */
static void
test_init_leaves_buffers_alone(void **state)
{
	(void)state;
	memset(&response, 0xa5, sizeof(response));
	http_response_init(&response, false);
	const char *const buffers[] = { response.line, response.head, response.body };
	for (size_t i = 0; i < sizeof(buffers) / sizeof(*buffers); i++)
		assert_int_equal((unsigned char)buffers[i][0], 0xa5);
	assert_int_equal((unsigned char)response.body[HTTP_BODY_MAX - 1], 0xa5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accept),
		cmocka_unit_test(test_reject_head),
		cmocka_unit_test(test_reject_body),
		cmocka_unit_test(test_byte_for_byte),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_init_again),
		cmocka_unit_test(test_init_leaves_buffers_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
