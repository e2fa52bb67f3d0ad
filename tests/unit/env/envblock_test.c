#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "env/envblock.h"

static char block_bytes[BLOCK_MAX];
static char value_bytes[ENV_STRING_MAX + 1];
static struct envblock_list x;

static void
test_put(void **state)
{
	(void)state;
	struct err e;
	struct buf b = BUF(block_bytes);
	assert_true(envblock_put(&b, SPAN("A"), SPAN("1"), &e));
	assert_true(envblock_put(&b, SPAN("B"), SPAN("x=y\n\xff"), &e));
	assert_true(envblock_put(&b, SPAN("a.b-c d"), SPAN(""), &e));
	assert_true(span_eq(buf_span(&b), SPAN("A=1\0B=x=y\n\xff\0a.b-c d=\0")));
	assert_true(envblock_read(buf_span(&b), &x, &e));
}

static const struct {
	struct span name;
	struct span value;
	enum err_kind kind;
	const char *text;
} refused[] = {
	{ { "", 0 }, { "v", 1 }, ERR_REFUSED, "a variable has no name" },
	{ { "A=B", 3 }, { "v", 1 }, ERR_REFUSED, "variable A=B: its name holds '='" },
	{ { "A\0B", 3 }, { "v", 1 }, ERR_REFUSED, "variable A\\x00B: its name holds NUL" },
	{ { "LD_PRELOAD", 10 }, { "v", 1 }, ERR_REFUSED,
		"variable LD_PRELOAD: the dynamic loader obeys it" },
	{ { "LD_", 3 }, { "v", 1 }, ERR_REFUSED, "variable LD_: the dynamic loader obeys it" },
	{ { "GLIBC_TUNABLES", 14 }, { "v", 1 }, ERR_REFUSED,
		"variable GLIBC_TUNABLES: the dynamic loader obeys it" },
	{ { "A", 1 }, { "to\0p", 4 }, ERR_REFUSED, "variable A: its value holds NUL" },
	{ { "A", 1 }, { value_bytes, ENV_STRING_MAX - 2 }, ERR_LIMIT,
		"variable A: 131073 bytes with its name, the kernel takes at most 131072" },
	{ { value_bytes, ENV_STRING_MAX }, { "", 0 }, ERR_LIMIT, NULL },
};

static void
test_put_refuses(void **state)
{
	(void)state;
	memset(value_bytes, 'v', sizeof(value_bytes));
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		struct err e;
		struct buf b = BUF(block_bytes);
		assert_true(envblock_put(&b, SPAN("Z"), SPAN("z"), &e));
		assert_false(envblock_put(&b, refused[i].name, refused[i].value, &e));
		assert_int_equal(e.kind, refused[i].kind);
		if (refused[i].text != NULL)
			assert_string_equal(e.text, refused[i].text);
		/* Nothing of it is left in the block. */
		assert_true(span_eq(buf_span(&b), SPAN("Z=z\0")));
	}
}

static void
test_names_that_only_look_like_the_loaders(void **state)
{
	(void)state;
	static const char *const names[] = { "LD", "LDX", "ld_preload", "XLD_", "GLIBC_TUNABLES2",
		"GLIBC" };
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct err e;
		struct buf b = BUF(block_bytes);
		assert_true(envblock_put(&b, span_of(names[i]), SPAN("v"), &e));
	}
}

static void
test_largest_entry(void **state)
{
	(void)state;
	struct err e;
	struct buf b = BUF(block_bytes);
	memset(value_bytes, 'v', sizeof(value_bytes));
	struct span value = { value_bytes, ENV_STRING_MAX - 3 };
	assert_true(envblock_put(&b, SPAN("A"), value, &e));
	assert_int_equal(b.len, ENV_STRING_MAX);
	assert_true(envblock_read(buf_span(&b), &x, &e));
}

static void
test_full_block(void **state)
{
	(void)state;
	char few[8];
	struct err e;
	struct buf b = BUF(few);
	assert_true(envblock_put(&b, SPAN("A"), SPAN("1"), &e));
	assert_false(envblock_put(&b, SPAN("B"), SPAN("23"), &e));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_string_equal(e.text, "variable B: all variables together take more than 8 bytes");
	assert_true(envblock_put(&b, SPAN("C"), SPAN("4"), &e));
	assert_true(span_eq(buf_span(&b), SPAN("A=1\0C=4\0")));
}

static void
test_check_refuses(void **state)
{
	(void)state;
	static const struct {
		struct span block;
		const char *text;
	} row[] = {
		{ { "A=1", 3 }, "the last variable is not complete" },
		{ { "A=1\0B", 5 }, "the last variable is not complete" },
		{ { "\0", 1 }, "entry 1 is not a variable: it has no '='" },
		{ { "A=1\0\0", 5 }, "entry 2 is not a variable: it has no '='" },
		{ { "A=1\0B\0", 6 }, "entry 2 is not a variable: it has no '='" },
		{ { "=1\0", 3 }, "a variable has no name" },
		{ { "LD_X=1\0", 7 }, "variable LD_X: the dynamic loader obeys it" },
		{ { "A=1\0B=2\0A=1\0", 12 }, "variable A: out of order" },
		{ { "AB=1\0A=1\0", 9 }, "variable A: out of order" },
		{ { "a=1\0A=1\0", 8 }, "variable A: out of order" },
		{ { "A=\0A=2\0", 7 }, "variable A: given twice" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct err e;
		assert_false(envblock_read(row[i].block, &x, &e));
		assert_int_equal(e.kind, ERR_REFUSED);
		assert_string_equal(e.text, row[i].text);
	}
}

static void
test_check_refuses_a_long_entry(void **state)
{
	(void)state;
	struct err e;
	memset(block_bytes, 'v', ENV_STRING_MAX + 1);
	block_bytes[1] = '=';
	block_bytes[ENV_STRING_MAX] = '\0';
	assert_false(envblock_read((struct span){ block_bytes, ENV_STRING_MAX + 1 }, &x, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
	memset(block_bytes, 'v', ENV_STRING_MAX + 1);
	block_bytes[ENV_STRING_MAX] = '=';
	block_bytes[ENV_STRING_MAX + 1] = '\0';
	assert_false(envblock_read((struct span){ block_bytes, ENV_STRING_MAX + 2 }, &x, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
}

static void
put_many(struct buf *b, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		buf_printf(b, "N%zu=%zu", 100000 + i, i);
		buf_put_char(b, '\0');
	}
	assert_false(b->overflow);
}

static void
test_find(void **state)
{
	(void)state;
	static const size_t counts[] = { 1, 2, 3, 4, 5, 100, 1000, ENVIRON_MAX };
	for (size_t c = 0; c < sizeof(counts) / sizeof(*counts); c++) {
		struct err e;
		struct buf b = BUF(block_bytes);
		put_many(&b, counts[c]);
		assert_true(envblock_read(buf_span(&b), &x, &e));
		assert_int_equal(x.count, counts[c]);
		for (size_t i = 0; i < counts[c]; i++) {
			char text[16];
			struct buf name = BUF(text);
			buf_printf(&name, "N%zu", 100000 + i);
			assert_int_equal(envblock_find(&x, buf_span(&name)), i);
		}
		assert_int_equal(envblock_find(&x, SPAN("N")), x.count);
		assert_int_equal(envblock_find(&x, SPAN("")), x.count);
		assert_int_equal(envblock_find(&x, SPAN("N-1")), x.count);
	}
}

static void
test_too_many(void **state)
{
	(void)state;
	struct err e;
	struct buf b = BUF(block_bytes);
	put_many(&b, ENVIRON_MAX + 1);
	assert_false(envblock_read(buf_span(&b), &x, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_string_equal(e.text, "more than 32768 variables");
}

static void
test_empty(void **state)
{
	(void)state;
	struct err e;
	struct span none = { NULL, 0 };
	assert_true(envblock_read(none, &x, &e));
	assert_true(envblock_read(none, &x, &e));
	assert_int_equal(x.count, 0);
	assert_int_equal(envblock_find(&x, SPAN("A")), 0);
}

static void
test_entries(void **state)
{
	(void)state;
	struct err e;
	assert_true(envblock_read(SPAN("A=1\0B=\0C==\0"), &x, &e));
	assert_int_equal(x.count, 3);
	assert_string_equal(x.entry[0].name.p, "A=1");
	assert_true(span_eq(x.entry[1].name, SPAN("B")));
	assert_true(span_eq(x.entry[1].value, SPAN("")));
	assert_true(span_eq(x.entry[2].value, SPAN("=")));
	assert_true(span_eq(envblock_name(SPAN("nothing")), SPAN("nothing")));
}

/* Of what is not inherited only names are good that a parameter can become. */
static void
test_new_names(void **state)
{
	(void)state;
	static const char *const good[] = { "A", "a.b-c_D", "9", "_", "-" };
	static const char *const bad[] = { "A B", "A$", "a/b", "\xc3\xa4", "A\n" };
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		struct err e;
		assert_true(envblock_check_new_name(span_of(good[i]), &e));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct err e;
		assert_false(envblock_check_new_name(span_of(bad[i]), &e));
		assert_int_equal(e.kind, ERR_REFUSED);
	}
}

/* No refusal prints a value. */
static void
test_no_value_is_shown(void **state)
{
	(void)state;
	static const struct span blocks[] = { { "LD_A=hunter2\0", 13 },
		{ "A=hunter2\0A=hunter2\0", 20 }, { "=hunter2\0", 9 }, { "A=hunter2", 9 },
		{ "hunter2\0", 8 } };
	for (size_t i = 0; i < sizeof(blocks) / sizeof(*blocks); i++) {
		struct err e;
		assert_false(envblock_read(blocks[i], &x, &e));
		assert_null(strstr(e.text, "hunter2"));
		assert_null(strstr(e.hint, "hunter2"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_put),
		cmocka_unit_test(test_put_refuses),
		cmocka_unit_test(test_names_that_only_look_like_the_loaders),
		cmocka_unit_test(test_largest_entry),
		cmocka_unit_test(test_full_block),
		cmocka_unit_test(test_check_refuses),
		cmocka_unit_test(test_check_refuses_a_long_entry),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_new_names),
		cmocka_unit_test(test_no_value_is_shown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
