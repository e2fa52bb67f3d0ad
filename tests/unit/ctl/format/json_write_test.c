#include "unit/ctl/format/sample.h"

static void
test_json(void **state)
{
	(void)state;
	static const struct sample samples[] = {
		SAMPLE("k", "", "{\"k\":\"\"}\n"),
		SAMPLE("k", "\"\\/\b\f\n\r\t", "{\"k\":\"\\\"\\\\/\\b\\f\\n\\r\\t\"}\n"),
		SAMPLE("k", "\x01\x1f\x7f", "{\"k\":\"\\u0001\\u001f\x7f\"}\n"),
		SAMPLE("k", "\0", "{\"k\":\"\\u0000\"}\n"),
		SAMPLE("k", "<a href='x'>&amp;",
			"{\"k\":\"\\u003ca href='x'\\u003e\\u0026amp;\"}\n"),
		SAMPLE("k", "\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa",
			"{\"k\":\"\\u2028\\u2029\xe2\x80\xaa\"}\n"),
		SAMPLE("\xc3\xa9", "\xf0\x9f\x98\x80", "{\"\xc3\xa9\":\"\xf0\x9f\x98\x80\"}\n"),
	};
	assert_samples("json", samples, COUNT(samples));
}

static void
test_several(void **state)
{
	(void)state;
	struct pairs pairs = { 0 };
	struct text out = { 0 };
	struct err e = { 0 };
	const struct format *format = format_find(SPAN("json"));
	assert_true(format->write(&pairs, &out, &e));
	assert_text(text_span(&out), "{}\n");
	text_clear(&out);
	pairs_add(&pairs, SPAN("a"), SPAN("1"));
	pairs_add(&pairs, SPAN("b"), SPAN("2"));
	assert_true(format->write(&pairs, &out, &e));
	assert_text(text_span(&out), "{\"a\":\"1\",\"b\":\"2\"}\n");
}

static void
test_refused(void **state)
{
	(void)state;
	assert_not_written("json", SPAN("K"), SPAN("s3cret-value\xff"),
		"key K: the value is not UTF-8, which JSON needs");
	/* A surrogate, and a sequence that is cut. */
	assert_not_written("json", SPAN("K"), SPAN("\xed\xa0\x80"),
		"key K: the value is not UTF-8, which JSON needs");
	assert_not_written("json", SPAN("K\xc3"), SPAN("v"),
		"key K\\xc3: the key is not UTF-8, which JSON needs");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
