#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ctl/base/typing.h"

static struct termios
usual_keys(void)
{
	struct termios keys = { 0 };
	keys.c_cc[VERASE] = '\x7f';
	keys.c_cc[VWERASE] = '\x17';
	keys.c_cc[VKILL] = '\x15';
	keys.c_cc[VEOF] = '\x04';
	keys.c_cc[VLNEXT] = '\x16';
	return keys;
}

/* The state after the last key; every earlier one leaves the line open. */
static enum typing_state
type(struct typing *t, const struct termios *keys, struct span typed)
{
	enum typing_state state = TYPING_MORE;
	for (size_t i = 0; i < typed.n; i++) {
		assert_int_equal(state, TYPING_MORE);
		state = typing_take(t, keys, typed.p[i]);
	}
	return state;
}

static void
test_lines(void **state)
{
	(void)state;
	const struct {
		struct span typed;
		struct span line;
	} row[] = {
		{ SPAN("abc\n"), SPAN("abc") },
		{ SPAN("abc\r"), SPAN("abc") },
		{ SPAN("\n"), SPAN("") },
		{ SPAN(" a\tb \n"), SPAN(" a\tb ") },
		{ SPAN("ab\x7f"
		       "c\n"),
			SPAN("ac") },
		{ SPAN("ab\b"
		       "c\n"),
			SPAN("ac") },
		{ SPAN("\x7f\x7f"
		       "a\n"),
			SPAN("a") },
		{ SPAN("a\xc3\xbc\x7f"
		       "b\n"),
			SPAN("ab") },
		{ SPAN("a\xf0\x9f\x94\x91\x7f"
		       "b\n"),
			SPAN("ab") },
		{ SPAN("\xbc\xbc\x7f"
		       "b\n"),
			SPAN("b") },
		{ SPAN("one two\x17"
		       "x\n"),
			SPAN("one x") },
		{ SPAN("one two  \x17"
		       "x\n"),
			SPAN("one x") },
		{ SPAN("one\x17\x17\x17"
		       "x\n"),
			SPAN("x") },
		{ SPAN("one two\x15"
		       "x\n"),
			SPAN("x") },
		{ SPAN("a\x04"
		       "b\n"),
			SPAN("ab") },
		{ SPAN("\x16\n\x16\x16\x16\x7f\x16\x04\n"), SPAN("\n\x16\x7f\x04") },
		{ SPAN("a\0b\n"), SPAN("a\0b") },
		{ SPAN("\x1b[A\x01\n"), SPAN("\x1b[A\x01") },
	};
	const struct termios keys = usual_keys();
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct text line = { 0 };
		struct typing t = { .line = &line, .most = 100 };
		assert_int_equal(type(&t, &keys, row[i].typed), TYPING_DONE);
		assert_int_equal(line.n, row[i].line.n);
		assert_true(span_eq(text_span(&line), row[i].line));
		assert_false(t.is_too_long);
	}
}

static void
test_end(void **state)
{
	(void)state;
	const struct termios keys = usual_keys();
	struct text line = { 0 };
	struct typing t = { .line = &line, .most = 100 };
	assert_int_equal(type(&t, &keys, SPAN("ab\x15\x04")), TYPING_END);
	t = (struct typing){ .line = &line, .most = 100 };
	assert_int_equal(type(&t, &keys, SPAN("\x04")), TYPING_END);
}

static void
test_limit(void **state)
{
	(void)state;
	const struct termios keys = usual_keys();
	struct text line = { 0 };
	struct typing t = { .line = &line, .most = 3 };
	assert_int_equal(type(&t, &keys, SPAN("abc\n")), TYPING_DONE);
	assert_false(t.is_too_long);
	assert_int_equal(line.n, 3);

	text_clear(&line);
	t = (struct typing){ .line = &line, .most = 3 };
	assert_int_equal(type(&t, &keys, SPAN("abcdef\x7f\n")), TYPING_DONE);
	assert_true(t.is_too_long);

	/* All of it is gone, so it may begin anew. */
	text_clear(&line);
	t = (struct typing){ .line = &line, .most = 3 };
	assert_int_equal(type(&t, &keys, SPAN("abcdef\x15xy\n")), TYPING_DONE);
	assert_false(t.is_too_long);
	assert_true(span_eq(text_span(&line), SPAN("xy")));
}

/* A terminal without a key for something has 0 there, which is no key. */
static void
test_keys_that_are_off(void **state)
{
	(void)state;
	struct termios keys = usual_keys();
	for (size_t i = 0; i < NCCS; i++)
		keys.c_cc[i] = _POSIX_VDISABLE;
	struct text line = { 0 };
	struct typing t = { .line = &line, .most = 100 };
	assert_int_equal(type(&t, &keys, SPAN("\0\x15\x17\x04\x16\n")), TYPING_DONE);
	assert_true(span_eq(text_span(&line), SPAN("\0\x15\x17\x04\x16")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_end),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_keys_that_are_off),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
