#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ctl/aws/secrets_value.h"
#include "ctl/base/time.h"

#define ARN "arn:aws:iam::111122223333:user/alice"

/* As chamber v3 writes it: members sorted, a fraction in the time. */
static const char by_chamber[] =
	"{\"_chamber_metadata\":\"{\\\"db\\\":{\\\"created\\\":\\\"2024-02-29T12:30:45.123456789Z"
	"\\\",\\\"created_by\\\":\\\"" ARN "\\\",\\\"version\\\":7}}\",\"db\":\"p\\u00e4ss\"}";

static struct secrets_value
read_value(const char *text)
{
	struct err e = { 0 };
	struct secrets_value v;
	if (!secrets_value_read(span_of(text), &v, &e))
		fail_msg("%s: %s", text, e.text);
	return v;
}

static struct item
item_of(const struct secrets_value *v, const char *key)
{
	struct item item;
	secrets_value_item(v, span_of(key), &item);
	return item;
}

static void
assert_span(struct span s, const char *text)
{
	if (!span_eq(s, span_of(text)))
		fail_msg("\"%.*s\" is not \"%s\"", (int)s.n, s.p, text);
}

static void
test_read_chamber(void **state)
{
	(void)state;
	const struct secrets_value v = read_value(by_chamber);
	assert_int_equal(v.members, 1);
	assert_int_equal(v.notes, 1);
	assert_true(v.has_metadata);
	const struct item item = item_of(&v, "db");
	assert_span(item.name, "db");
	assert_span(item.key, "db");
	assert_span(item.value, "p\xc3\xa4ss");
	assert_span(item.user, ARN);
	assert_int_equal(item.version, 7);
	assert_int_equal(item.time, 1709209845000);
	assert_int_equal(item_of(&v, "_chamber_metadata").name.n, 0);
	assert_int_equal(item_of(&v, "d").name.n, 0);
	assert_int_equal(secrets_value_next(&v, SPAN("db")), 8);
	assert_int_equal(secrets_value_next(&v, SPAN("new")), 1);
}

/* Keys that somebody else put into the secret, of any type. */
static void
test_read_foreign(void **state)
{
	(void)state;
	const struct secrets_value v = read_value(
		" { \"port\" : 5432 , \"ssl\":true,\"n\":null, \"o\":{\"a\":[1, 2]}, \"\":\"x\" }");
	static const struct {
		const char *key;
		const char *value;
	} row[] = {
		{ "port", "5432" },
		{ "ssl", "true" },
		{ "n", "null" },
		{ "o", "{\"a\":[1, 2]}" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		const struct item item = item_of(&v, row[i].key);
		assert_span(item.value, row[i].value);
		assert_int_equal(item.version, 0);
		assert_null(item.user.p);
		assert_true(item.time == TIME_NONE);
	}
	assert_int_equal(v.members, 5);
	assert_false(v.has_metadata);
}

static void
test_items(void **state)
{
	(void)state;
	const struct secrets_value v = read_value(by_chamber);
	struct items items = { 0 };
	secrets_value_items(&v, false, &items);
	assert_int_equal(items.count, 1);
	assert_null(items.item[0].value.p);
	secrets_value_items(&v, true, &items);
	assert_span(items.item[1].value, "p\xc3\xa4ss");
}

static void
test_metadata_times(void **state)
{
	(void)state;
	static const struct {
		const char *note;
		int64_t time;
	} row[] = {
		{ "{\\\"created\\\":\\\"1970-01-01T00:00:01Z\\\"}", 1000 },
		{ "{\\\"created\\\":\\\"2024-02-29T14:30:45+02:00\\\"}", 1709209845000 },
		{ "{\\\"created\\\":\\\"0001-01-01T00:00:00Z\\\"}", TIME_NONE },
		{ "{\\\"created\\\":\\\"yesterday\\\"}", TIME_NONE },
		{ "{\\\"created\\\":null}", TIME_NONE },
		{ "{}", TIME_NONE },
		{ "null", TIME_NONE },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct text t = { 0 };
		text_printf(
			&t, "{\"a\":\"1\",\"_chamber_metadata\":\"{\\\"a\\\":%s}\"}", row[i].note);
		const struct secrets_value v = read_value(text_str(&t));
		assert_true(item_of(&v, "a").time == row[i].time);
		assert_int_equal(item_of(&v, "a").version, 0);
	}
	const struct secrets_value none = read_value("{\"_chamber_metadata\":\"null\"}");
	assert_int_equal(none.notes, 0);
}

static void
test_read_refuses(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *message;
	} row[] = {
		{ "", "the secret is not a JSON object: not JSON" },
		{ "hunter2-hunter2", "the secret is not a JSON object: not JSON" },
		{ "[1]", "the secret is not a JSON object: it is an array" },
		{ "\"text\"", "the secret is not a JSON object: it is a string" },
		{ "{\"a\":1,\"b\":2,\"\\u0061\":3}", "it has the member a twice" },
		{ "{\"_chamber_metadata\":{}}", "_chamber_metadata is not one string" },
		{ "{\"_chamber_metadata\":\"{}\",\"_chamber_metadata\":\"{}\"}",
			"_chamber_metadata is not one string" },
		{ "{\"_chamber_metadata\":\"\"}", "_chamber_metadata is damaged: not JSON" },
		{ "{\"_chamber_metadata\":\"[]\"}",
			"_chamber_metadata is damaged: it is an array" },
		{ "{\"_chamber_metadata\":\"{\\\"a\\\":1}\"}", "_chamber_metadata is damaged: " },
		{ "{\"_chamber_metadata\":\"{\\\"a\\\":{\\\"version\\\":\\\"1\\\"}}\"}",
			"_chamber_metadata is damaged: " },
		{ "{\"_chamber_metadata\":\"{\\\"a\\\":{\\\"version\\\":-1}}\"}",
			"_chamber_metadata is damaged: " },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct err e = { 0 };
		struct secrets_value v;
		assert_false(secrets_value_read(span_of(row[i].text), &v, &e));
		assert_int_equal(e.kind, ERR_REFUSED);
		if (strncmp(e.text, row[i].message, strlen(row[i].message)) != 0)
			fail_msg("%s: %s", row[i].text, e.text);
		assert_null(strstr(e.text, "hunter2"));
	}
}

/* The secret after an edit by alice at 2026-01-31T15:04:05Z. */
static const char *
edited(const char *before, const struct secrets_change *change, size_t count)
{
	static struct text out;
	const struct secrets_value v = read_value(before);
	const struct secrets_edit edit = {
		.change = change,
		.changes = count,
		.user = span_of(ARN),
		.time = 1769871845000,
	};
	text_clear(&out);
	secrets_value_put(&v, &edit, &out);
	read_value(text_str(&out));
	return text_str(&out);
}

#define NOTE(version)                                                               \
	"{\\\"created\\\":\\\"2026-01-31T15:04:05Z\\\",\\\"created_by\\\":\\\"" ARN \
	"\\\",\\\"version\\\":" version "}"

static void
test_write(void **state)
{
	(void)state;
	static const struct secrets_change a = { { "a", 1 }, { "v\"\n", 3 } };
	static const struct secrets_change both[] = { { { "a", 1 }, { "1", 1 } },
		{ { "b", 1 }, { "", 0 } } };
	assert_string_equal(edited("{}", &a, 1),
		"{\"a\":\"v\\\"\\u000a\",\"_chamber_metadata\":\"{\\\"a\\\":" NOTE("1") "}\"}");
	/* Everything else keeps its JSON: members, and metadata with what is not known here. */
	assert_string_equal(
		edited("{\"port\": 5e3,\"a\":\"old\",\"o\":{\"x\": [ "
		       "]},\"\\u00fc\":\"\\ud83d\\ude00\","
		       "\"_chamber_metadata\":\"{\\\"z\\\":{\\\"version\\\":3,\\\"x\\\": 1.50},"
		       "\\\"a\\\":{\\\"version\\\":41}}\"}",
			&a, 1),
		"{\"port\":5e3,\"a\":\"v\\\"\\u000a\",\"o\":{\"x\": [ ]},\"\xc3\xbc\":"
		"\"\\ud83d\\ude00\",\"_chamber_metadata\":\"{\\\"z\\\":{\\\"version\\\":3,"
		"\\\"x\\\": 1.50},\\\"a\\\":" NOTE("42") "}\"}");
	assert_string_equal(edited("{\"b\":1}", both, 2),
		"{\"b\":\"\",\"a\":\"1\",\"_chamber_metadata\":\"{\\\"a\\\":" NOTE(
			"1") ",\\\"b\\\":" NOTE("1") "}\"}");
}

static void
test_remove(void **state)
{
	(void)state;
	static const struct secrets_change a = { .key = { "a", 1 } };
	static const struct secrets_change mixed[] = { { .key = { "a", 1 } },
		{ { "b", 1 }, { "2", 1 } } };
	assert_string_equal(edited("{\"a\":\"1\",\"_chamber_metadata\":"
				   "\"{\\\"a\\\":{\\\"version\\\":2}}\"}",
				    &a, 1),
		"{\"_chamber_metadata\":\"{}\"}");
	assert_string_equal(edited("{\"a\":1}", &a, 1), "{}");
	assert_string_equal(edited("{\"a\":1,\"c\":3}", &a, 1), "{\"c\":3}");
	assert_string_equal(edited("{\"a\":1,\"b\":1}", mixed, 2),
		"{\"b\":\"2\",\"_chamber_metadata\":\"{\\\"b\\\":" NOTE("1") "}\"}");
}

/* Whether an edit that made version 3 of a key is in what is there by now. */
static void
test_has(void **state)
{
	(void)state;
	static const struct secrets_change written = { { "a", 1 }, { "1", 1 } };
	static const struct secrets_change removed = { .key = { "a", 1 } };
	static const uint64_t version = 3;
	static const struct {
		const struct secrets_change *change;
		bool has;
		const char *text;
		const char *metadata;
	} row[] = {
		{ &written, true, "\"a\":\"1\"", "3" },
		{ &written, false, "\"a\":\"2\"", "3" },
		{ &written, false, "\"a\":\"1\"", "2" },
		{ &written, true, "\"a\":\"2\"", "4" },
		{ &written, false, "\"b\":\"1\"", "3" },
		{ &removed, true, "\"b\":\"1\"", "3" },
		{ &removed, false, "\"a\":\"1\"", "3" },
		{ &removed, true, "\"a\":\"2\"", "1" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct text t = { 0 };
		text_printf(&t, "{%s,\"_chamber_metadata\":\"{\\\"a\\\":{\\\"version\\\":%s}}\"}",
			row[i].text, row[i].metadata);
		const struct secrets_value v = read_value(text_str(&t));
		const struct secrets_edit edit = { .change = row[i].change, .changes = 1 };
		assert_int_equal(secrets_value_has(&v, &edit, &version), row[i].has);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read_chamber),
		cmocka_unit_test(test_read_foreign),
		cmocka_unit_test(test_items),
		cmocka_unit_test(test_metadata_times),
		cmocka_unit_test(test_read_refuses),
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_remove),
		cmocka_unit_test(test_has),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
