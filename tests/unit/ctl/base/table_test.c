#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "ctl/base/table.h"
#include "ctl/base/time.h"
#include "json/utf8.h"

#define TEXT(literal) TABLE_CELL_TEXT(SPAN(literal))
#define UNKNOWN ((struct table_cell){ .text = { NULL, 0 } })
#define NUMBER(value) TABLE_CELL_NUMBER(value)

static const struct table_column list_column[] = {
	{ "Key", TABLE_TEXT },
	{ "Version", TABLE_NUMBER },
	{ "LastModified", TABLE_TIME },
	{ "User", TABLE_TEXT },
};

static const struct table_column pair_column[] = {
	{ "Key", TABLE_TEXT },
	{ "Value", TABLE_TEXT },
};

static const char *
written(const struct table *t)
{
	static struct text out;
	text_clear(&out);
	table_write(t, &out);
	return text_str(&out);
}

static const char *
written_json(const struct table *t)
{
	static struct text out;
	text_clear(&out);
	table_write_json(t, &out);
	return text_str(&out);
}

static void
init_list(struct table *t)
{
	table_init(t, list_column, 4);
	table_row(t, (struct table_cell[]){ TEXT("sixteen_letters_"), NUMBER(3),
			     NUMBER(1738335845999), TEXT("arn:aws:iam::1:user/x") });
	table_row(t, (struct table_cell[]){ TEXT("a"), NUMBER(-1), NUMBER(TIME_NONE), UNKNOWN });
}

/* The widths that chamber's own output shows (facts of the peer): 16 letters, then 3, 2, 1 tabs. */
static void
test_table(void **state)
{
	(void)state;
	struct table t;
	init_list(&t);
	assert_string_equal(written(&t), "Key\t\t\tVersion\t\tLastModified\t\tUser\n"
					 "sixteen_letters_\t3\t\t2025-01-31 15:04:05\t"
					 "arn:aws:iam::1:user/x\n"
					 "a\t\t\t-1\t\t\t\t\t\n");
}

static void
test_no_rows(void **state)
{
	(void)state;
	struct table t;
	table_init(&t, list_column, 4);
	assert_string_equal(written(&t), "Key\tVersion\t\tLastModified\tUser\n");
	assert_string_equal(written_json(&t), "[]\n");
}

/* A cell of 8n - 2 characters fills its column to the last tab stop; one more needs another. */
static void
test_width(void **state)
{
	(void)state;
	for (size_t n = 0; n < 40; n++) {
		struct table t;
		char key[64];
		memset(key, 'k', sizeof(key));
		table_init(&t, pair_column, 2);
		table_row(&t, (struct table_cell[]){
				      TABLE_CELL_TEXT(((struct span){ key, n })), TEXT("v") });
		const size_t longest = n > 3 ? n : 3;
		const size_t width = (longest + 2 + 7) / 8 * 8;
		struct text want = { 0 };
		text_put_str(&want, "Key");
		for (size_t i = 0; i < (width - 3 + 7) / 8; i++)
			text_put_char(&want, '\t');
		text_put_str(&want, "Value\n");
		text_put(&want, (struct span){ key, n });
		for (size_t i = 0; i < (width - n + 7) / 8; i++)
			text_put_char(&want, '\t');
		text_put_str(&want, "v\n");
		assert_string_equal(written(&t), text_str(&want));
	}
}

static void
test_one_column(void **state)
{
	(void)state;
	static const struct table_column column[] = { { "Service", TABLE_TEXT } };
	struct table t;
	table_init(&t, column, 1);
	table_row(&t, &TEXT("kops"));
	table_row(&t, &TEXT("a/b"));
	assert_string_equal(written(&t), "Service\nkops\na/b\n");
	assert_string_equal(
		written_json(&t), "[\n{\"service\":\"kops\"},\n{\"service\":\"a/b\"}\n]\n");
}

/* Characters are counted, not bytes: "füße" and "日本" take 4 and 2. */
static void
test_characters(void **state)
{
	(void)state;
	struct table t;
	table_init(&t, pair_column, 2);
	table_row(&t, (struct table_cell[]){ TEXT("f\xc3\xbc\xc3\x9f"
						  "e67"),
			      TEXT("x") });
	table_row(&t, (struct table_cell[]){ TEXT("\xe6\x97\xa5\xe6\x9c\xac"), TEXT("y") });
	assert_string_equal(written(&t), "Key\tValue\n"
					 "f\xc3\xbc\xc3\x9f"
					 "e67\tx\n"
					 "\xe6\x97\xa5\xe6\x9c\xac\ty\n");
}

/* Nothing in a cell breaks the table or reaches the terminal as a command; JSON has it exactly. */
static void
test_escapes(void **state)
{
	(void)state;
	const struct {
		struct span cell;
		const char *table;
		const char *json;
	} row[] = {
		{ SPAN("a\tb"), "a\\tb", "a\\u0009b" },
		{ SPAN("a\nb\n"), "a\\nb\\n", "a\\u000ab\\u000a" },
		{ SPAN("a\r"), "a\\r", "a\\u000d" },
		{ SPAN("\v\f"), "\\x0b\\x0c", "\\u000b\\u000c" },
		{ SPAN("\x1b[2J"), "\\x1b[2J", "\\u001b[2J" },
		{ SPAN("\0"), "\\x00", "\\u0000" },
		{ SPAN("\x7f"), "\\x7f", "\x7f" },
		{ SPAN("\xc2\x9b"
		       "2J"),
			"\\xc2\\x9b2J",
			"\xc2\x9b"
			"2J" },
		{ SPAN("\xc2\xa0"), "\xc2\xa0", "\xc2\xa0" },
		{ SPAN("\\t\""), "\\t\"", "\\\\t\\\"" },
		{ SPAN("\xe2\x80\xae"), "\\xe2\\x80\\xae", "\xe2\x80\xae" },
		{ SPAN("\x9b\xff"
		       "a\xc3"),
			"\\x9b\\xffa\\xc3",
			"\xef\xbf\xbd\xef\xbf\xbd"
			"a\xef\xbf\xbd" },
		{ SPAN("\xf0\x9f\x94\x91"), "\xf0\x9f\x94\x91", "\xf0\x9f\x94\x91" },
		{ SPAN(""), "", "" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct table t;
		struct text want = { 0 };
		table_init(&t, pair_column, 2);
		table_row(&t, (struct table_cell[]){ TEXT("k"), TABLE_CELL_TEXT(row[i].cell) });
		text_printf(&want, "Key\tValue\nk\t%s\n", row[i].table);
		assert_string_equal(written(&t), text_str(&want));
		text_clear(&want);
		text_printf(&want, "[\n{\"key\":\"k\",\"value\":\"%s\"}\n]\n", row[i].json);
		assert_string_equal(written_json(&t), text_str(&want));
	}
}

static bool
is_escaped(uint32_t code)
{
	char bytes[4];
	struct buf b = BUF(bytes);
	struct table t;
	utf8_put(&b, code);
	table_init(&t, pair_column, 2);
	table_row(&t, (struct table_cell[]){ TEXT("k"), TABLE_CELL_TEXT(buf_span(&b)) });
	return strchr(written(&t), '\\') != NULL;
}

/* Each character of the property Bidi_Control, each end of a line, and none that is next to one. */
static void
test_controls_of_unicode(void **state)
{
	(void)state;
	static const uint32_t range[][2] = { { 0, 0x1f }, { 0x5c, 0x5c }, { 0x7f, 0x9f },
		{ 0x61c, 0x61c }, { 0x200e, 0x200f }, { 0x2028, 0x202e }, { 0x2066, 0x2069 } };
	size_t in = 0;
	for (uint32_t code = 0; code < 0x3000; code++) {
		const size_t last = sizeof(range) / sizeof(*range) - 1;
		in += in < last && code > range[in][1];
		/* A backslash is one itself, and stays alone. */
		assert_int_equal(is_escaped(code), code >= range[in][0] && code <= range[in][1]);
	}
}

/* An escape counts as what is printed. */
static void
test_escape_width(void **state)
{
	(void)state;
	struct table t;
	table_init(&t, pair_column, 2);
	table_row(&t, (struct table_cell[]){ TEXT("1234\n\n"), TEXT("x") });
	assert_string_equal(written(&t), "Key\t\tValue\n1234\\n\\n\tx\n");
}

static void
test_json(void **state)
{
	(void)state;
	struct table t;
	init_list(&t);
	assert_string_equal(written_json(&t),
		"[\n"
		"{\"key\":\"sixteen_letters_\",\"version\":3,"
		"\"last_modified\":\"2025-01-31T15:04:05Z\",\"user\":\"arn:aws:iam::1:user/x\"},\n"
		"{\"key\":\"a\",\"version\":-1,\"last_modified\":null,\"user\":null}\n"
		"]\n");
}

static void
test_numbers(void **state)
{
	(void)state;
	static const struct table_column column[] = { { "KMSKeyVersion", TABLE_NUMBER } };
	struct table t;
	table_init(&t, column, 1);
	table_row(&t, &NUMBER(INT64_MAX));
	table_row(&t, &NUMBER(INT64_MIN));
	table_row(&t, &NUMBER(0));
	assert_string_equal(written_json(&t), "[\n{\"kmskey_version\":9223372036854775807},\n"
					      "{\"kmskey_version\":-9223372036854775808},\n"
					      "{\"kmskey_version\":0}\n]\n");
}

/* Memory is in proportion to the rows: a store of any size is listed. */
static void
test_many_rows(void **state)
{
	(void)state;
	static const size_t rows = 100000;
	struct table t;
	struct text out = { 0 };
	init_list(&t);
	for (size_t i = 2; i < rows; i++)
		table_row(&t, (struct table_cell[]){ TEXT("key"), NUMBER((int64_t)i),
				      NUMBER(1738335845000), TEXT("user") });
	table_write(&t, &out);
	struct span rest = text_span(&out);
	struct span line;
	size_t lines = 0;
	for (; span_split(&rest, '\n', &line) && line.n > 0; lines++)
		if (lines == rows)
			assert_true(
				span_eq(line, SPAN("key\t\t\t99999\t\t2025-01-31 15:04:05\tuser")));
	assert_int_equal(lines, rows + 1);
	/* Twice as much again and again, and never less than is needed. */
	assert_true(t.cap <= 4 * 4 * rows);
	table_write_json(&t, &out);
}

int
main(void)
{
	setenv("TZ", "UTC0", 1);
	tzset();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_no_rows),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_one_column),
		cmocka_unit_test(test_characters),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_controls_of_unicode),
		cmocka_unit_test(test_escape_width),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_many_rows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
