#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"

static void
test_set(void **state)
{
	(void)state;
	struct err e = { .kind = ERR_THROTTLED, .text = "old", .hint = "old hint" };
	assert_false(err_set(&e, ERR_USAGE, "%s: %d", "number", 3));
	assert_int_equal(e.kind, ERR_USAGE);
	assert_string_equal(e.text, "number: 3");
	/* The hint belonged to the error before. */
	assert_string_equal(e.hint, "");
}

static void
test_sys(void **state)
{
	(void)state;
	struct err e = { .hint = "old hint" };
	assert_false(err_sys(&e, ERR_TRANSIENT, ENOENT, "open %s", "f"));
	assert_int_equal(e.kind, ERR_TRANSIENT);
	assert_string_equal(e.text, "open f: No such file or directory");
	assert_string_equal(e.hint, "");

	err_sys(&e, ERR_USAGE, EACCES, "open f");
	assert_int_equal(e.kind, ERR_USAGE);
	/* No memory and no descriptors may pass; what is worth another attempt stays so. */
	static const int passing[] = { ENOMEM, EMFILE, ENFILE, ENOBUFS };
	for (size_t i = 0; i < sizeof(passing) / sizeof(*passing); i++) {
		err_sys(&e, ERR_USAGE, passing[i], "open f");
		assert_int_equal(e.kind, ERR_FINAL);
	}
	err_sys(&e, ERR_TRANSIENT, ENOMEM, "socket");
	assert_int_equal(e.kind, ERR_TRANSIENT);
}

/* The number stays with its error, through context and hints, and leaves with it. */
static void
test_number(void **state)
{
	(void)state;
	struct err e = { 0 };
	assert_false(err_number(&e, ERR_TRANSIENT, ECONNREFUSED));
	assert_string_equal(e.text, "Connection refused");
	assert_int_equal(e.number, ECONNREFUSED);
	err_sys(&e, ERR_USAGE, ENOMEM, "open f");
	err_ctx(&e, "read it");
	err_hint(&e, "free some");
	assert_int_equal(e.number, ENOMEM);
	assert_string_equal(e.text, "read it: open f: Out of memory");
	err_set(&e, ERR_USAGE, "Out of memory");
	assert_int_equal(e.number, 0);
}

static void
test_ctx(void **state)
{
	(void)state;
	struct err e = { 0 };
	err_set(&e, ERR_REFUSED, "why");
	err_hint(&e, "do this");
	assert_false(err_ctx(&e, "where %d", 2));
	assert_false(err_ctx(&e, "what"));
	assert_string_equal(e.text, "what: where 2: why");
	assert_int_equal(e.kind, ERR_REFUSED);
	assert_string_equal(e.hint, "do this");
}

static void
test_first_hint_stays(void **state)
{
	(void)state;
	struct err e = { 0 };
	err_set(&e, ERR_REFUSED, "why");
	assert_false(err_hint(&e, "first %u", 1u));
	assert_false(err_hint(&e, "second"));
	assert_string_equal(e.hint, "first 1");
}

/* A message may be cut, but never beyond its array and always with its NUL. */
static void
test_cut(void **state)
{
	(void)state;
	struct {
		struct err e;
		char guard[8];
	} s = { .guard = "guarded" };
	char text[sizeof(s.e.text)];
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';

	err_set(&s.e, ERR_USAGE, "%s", text);
	assert_int_equal(strlen(s.e.text), sizeof(s.e.text) - 1);
	err_ctx(&s.e, "front");
	assert_int_equal(strlen(s.e.text), sizeof(s.e.text) - 1);
	assert_memory_equal(s.e.text, "front: xxx", 10);
	/* Whatever is put in front, the end with the reason stays. */
	err_sys(&s.e, ERR_USAGE, EIO, "open");
	err_ctx(&s.e, "%s", text + 100);
	err_ctx(&s.e, "front");
	assert_memory_equal(s.e.text, "front: ", 7);
	assert_string_equal(s.e.text + strlen(s.e.text) - 9, "I/O error");
	err_ctx(&s.e, "%s%s", text, "y");
	assert_int_equal(strlen(s.e.text), sizeof(s.e.text) - 1);
	err_sys(&s.e, ERR_USAGE, EIO, "%s", text);
	assert_int_equal(strlen(s.e.text), sizeof(s.e.text) - 1);
	err_hint(&s.e, "%s", "fits");
	assert_string_equal(s.e.hint, "fits");
	assert_string_equal(s.guard, "guarded");

	text[sizeof(s.e.hint)] = '\0';
	s.e.hint[0] = '\0';
	err_hint(&s.e, "say: %s", text);
	assert_true(strlen(s.e.hint) < sizeof(s.e.hint));
	assert_string_equal(s.guard, "guarded");
}

static void
test_classes(void **state)
{
	(void)state;
	static const struct {
		enum err_kind kind;
		int code;
		bool retryable;
	} row[] = {
		{ ERR_NONE, 0, false },
		{ ERR_USAGE, 100, false },
		{ ERR_REFUSED, 100, false },
		{ ERR_LIMIT, 100, false },
		{ ERR_TRANSIENT, 111, true },
		{ ERR_THROTTLED, 111, true },
		{ ERR_FINAL, 111, false },
		{ ERR_NOT_EXECUTABLE, 126, false },
		{ ERR_NOT_FOUND, 127, false },
	};
	_Static_assert(sizeof(row) / sizeof(*row) == ERR_NOT_FOUND + 1, "a kind is missing");
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		const struct err e = { .kind = row[i].kind };
		assert_int_equal(err_exit_code(&e), row[i].code);
		assert_int_equal(err_is_retryable(&e), row[i].retryable);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_sys),
		cmocka_unit_test(test_number),
		cmocka_unit_test(test_ctx),
		cmocka_unit_test(test_first_hint_stays),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_classes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
