#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/bounds.h"
#include "base/buf.h"
#include "base/quote.h"
#include "base/secret.h"

static struct secret_list secrets;

static int
enter(void **state)
{
	(void)state;
	secret_use(&secrets);
	return 0;
}

static const char *
quoted(struct span text)
{
	static struct quoted_long q;
	return quote_long(&q, text);
}

static void
test_keep(void **state)
{
	(void)state;
	struct span bytes = SPAN("swordfish");
	struct secret s = secret_keep(bytes);
	assert_ptr_equal(s.bytes.p, bytes.p);
	assert_int_equal(s.bytes.n, bytes.n);
	assert_int_equal(secret_mark(), 1);
	assert_string_equal(quoted(SPAN("swordfish")), "***");
	assert_string_equal(quoted(SPAN("swordfis")), "swordfis");
	assert_string_equal(quoted(SPAN("")), "");
}

/* One that is forgotten is text like any other, also where it was kept twice. */
static void
test_forget(void **state)
{
	(void)state;
	static const char same[] = "swordfish";
	const struct span bytes = SPAN("swordfish");
	const struct span other = { same, 9 };
	secret_keep(bytes);
	secret_keep(SPAN("barracuda"));
	secret_keep(bytes);
	secret_forget(bytes);
	assert_int_equal(secret_mark(), 1);
	assert_string_equal(quoted(SPAN("swordfish barracuda")), "swordfish ***");
	/* The place counts: the same bytes may be a secret twice. */
	secret_keep(bytes);
	if (other.p != bytes.p)
		secret_forget(other);
	assert_string_equal(quoted(SPAN("swordfish")), "***");
	/* As many as there may be at a time, again and again. */
	for (size_t i = 0; i < 3 * SECRETS_MAX; i++) {
		secret_keep(other);
		secret_forget(other);
	}
	assert_string_equal(quoted(SPAN("an answer")), "an answer");
	secret_use(NULL);
	secret_forget(bytes);
}

/* PID 1 and the launcher have no list. */
static void
test_no_list(void **state)
{
	(void)state;
	secret_use(NULL);
	struct secret s = secret_keep(SPAN("swordfish"));
	assert_int_equal(s.bytes.n, 9);
	assert_int_equal(secret_mark(), 0);
	secret_copy_since(0);
	assert_string_equal(quoted(SPAN("swordfish")), "swordfish");
}

/* Values like these are in every message, and masking them would say what they are. */
static void
test_short_ones_are_not_looked_for(void **state)
{
	(void)state;
	static const char *const value[] = { "", "1", "e", "prod", "kops", "/", "hunter2" };
	for (size_t i = 0; i < sizeof(value) / sizeof(*value); i++)
		secret_keep(span_of(value[i]));
	assert_int_equal(secret_mark(), 0);
	assert_string_equal(quoted(SPAN("kops/prod: 1 hunter2e")), "kops/prod: 1 hunter2e");
}

/* From 8 bytes on as a whole, and exactly. */
static void
test_short_secret(void **state)
{
	(void)state;
	static const char *const whole[] = { "abcdefgh", "klmnopqrs", "uvwxyz0123", "45678901234" };
	for (size_t i = 0; i < sizeof(whole) / sizeof(*whole); i++) {
		char text[64];
		struct buf b = BUF(text);
		secret_use(&secrets);
		secret_keep(span_of(whole[i]));
		buf_printf(&b, "(%s) %s", whole[i], whole[i]);
		assert_string_equal(quoted(buf_span(&b)), "(***) ***");
		struct span most = { whole[i], strlen(whole[i]) - 1 };
		assert_string_not_equal(quoted(most), "***");
		assert_string_not_equal(quoted(span_skip(span_of(whole[i]), 1)), "***");
	}
	secret_use(&secrets);
	secret_keep(SPAN("abcdefgh"));
	assert_string_equal(quoted(SPAN("ABCDEFGH")), "ABCDEFGH");
}

/* A run of 12 bytes gives a part away, in either case; 11 bytes do not. */
static void
test_runs(void **state)
{
	(void)state;
	secret_keep(SPAN("abcdefghijklmnopqrstuvwxyz0123456789"));
	static const struct {
		const char *in;
		const char *out;
	} row[] = {
		{ "abcdefghijklmnopqrstuvwxyz0123456789", "***" },
		{ "abcdefghijk", "abcdefghijk" },
		{ "abcdefghijkl", "***" },
		{ "z0123456789", "z0123456789" },
		{ "yz0123456789", "***" },
		{ "<yz0123456789>", "<***>" },
		{ "half: ABCDEFGHIJKLMNOPQR", "half: ***" },
		{ "aBcDeFgHiJkLmNoPqR!", "***!" },
		{ "abcdefghijkl mnopqrstuvwx yz0123", "*** *** yz0123" },
		{ "abcdefghijklabcdefghijkl", "***" },
		{ "abcdefghijkXabcdefghijk", "abcdefghijkXabcdefghijk" },
		{ "xxabcdefghijklmnopqrxx", "xx***xx" },
		{ "abcdefghijkl\nmnopqrstuvwx", "***\\x0a***" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++)
		assert_string_equal(quoted(span_of(row[i].in)), row[i].out);
}

/* Case is folded for letters alone: these pairs differ in the same bit. */
static void
test_what_is_no_case(void **state)
{
	(void)state;
	secret_keep(SPAN("@[\\]^@[\\]^@[\\]^"));
	assert_string_equal(quoted(SPAN("`{|}~`{|}~`{|}~")), "`{|}~`{|}~`{|}~");
	secret_keep(SPAN("0123456789012345"));
	assert_string_equal(quoted(SPAN("\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x10\x11")),
		"\\x10\\x11\\x12\\x13\\x14\\x15\\x16\\x17\\x18\\x19\\x10\\x11");
}

static void
test_any_byte(void **state)
{
	(void)state;
	secret_keep(SPAN("a\0b\xff\n\\\"\x80"));
	assert_string_equal(quoted(SPAN("a\0b\xff\n\\\"\x80!")), "***!");
	secret_keep(SPAN("\0\0\0\0\0\0\0\0\0\0\0\0\0"));
	assert_string_equal(quoted(SPAN("x\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")), "x***");
}

/* What a rejected page held stays secret when its bytes hold something else. */
static void
test_copy(void **state)
{
	(void)state;
	char bytes[] = "swordfish and chips";
	secret_keep(SPAN("before-that"));
	size_t mark = secret_mark();
	secret_keep((struct span){ bytes, 9 });
	secret_keep((struct span){ bytes, sizeof(bytes) - 1 });
	secret_copy_since(mark);
	memset(bytes, 'x', sizeof(bytes) - 1);
	secret_keep(SPAN("another-one"));
	assert_string_equal(quoted(SPAN("swordfish before-that another-one")), "*** *** ***");
	assert_string_equal(quoted(SPAN("and of: fish and chips")), "and of: ***");
	assert_string_equal(quoted(SPAN("xxxxxxxxxxxxxxxxxxx")), "xxxxxxxxxxxxxxxxxxx");
}

/* The same page again and again takes no more room. */
static void
test_copy_again(void **state)
{
	(void)state;
	static char page[SECRET_PAST_MAX / 4];
	memset(page, 'p', sizeof(page));
	for (int i = 0; i < 100; i++) {
		size_t mark = secret_mark();
		secret_keep((struct span){ page, sizeof(page) });
		secret_keep(SPAN("swordfish"));
		secret_copy_since(mark);
		assert_int_equal(secret_mark(), 2);
	}
	assert_string_equal(quoted(SPAN("swordfish, text")), "***, text");
}

/* More than can be remembered: nothing from outside is shown, rather than one too much. */
static void
test_copy_too_much(void **state)
{
	(void)state;
	static char page[SECRET_PAST_MAX / 2 + 1];
	for (char c = 'p'; c < 'r'; c++) {
		size_t mark = secret_mark();
		memset(page, c, sizeof(page));
		secret_keep((struct span){ page, sizeof(page) });
		secret_copy_since(mark);
	}
	assert_string_equal(quoted(SPAN("innocent text")), "***");
	struct quoted_long q;
	assert_string_equal(quote_name(&q, SPAN("/kops/url")), "/kops/url");
}

static void
test_too_many(void **state)
{
	(void)state;
	static char bytes[SECRETS_MAX][8];
	for (unsigned i = 0; i < SECRETS_MAX; i++) {
		for (unsigned n = 0; n < 8; n++)
			bytes[i][n] = (char)('a' + (i >> 2 * n) % 4);
		secret_keep((struct span){ bytes[i], 8 });
	}
	assert_string_equal(quoted((struct span){ bytes[0], 8 }), "***");
	assert_string_equal(quoted((struct span){ bytes[SECRETS_MAX - 1], 8 }), "***");
	assert_string_equal(quoted(SPAN("aaaaaaax")), "aaaaaaax");
	secret_keep(SPAN("one too many"));
	assert_string_equal(quoted(SPAN("one too many")), "***");
}

/* All that can be held, against the longest text, whatever either repeats. */
static void
test_the_most(void **state)
{
	(void)state;
	static char bytes[PARAM_BYTES_MAX];
	static char text[HTTP_BODY_MAX];
	for (uint32_t round = 0; round < 3; round++) {
		uint32_t x = 1;
		secret_use(&secrets);
		for (size_t i = 0; i < sizeof(bytes); i++) {
			x = x * 1664525 + 1013904223;
			bytes[i] = (char)((x >> 24) % (round * 12 + 1));
		}
		memcpy(text, bytes, sizeof(text));
		for (size_t i = 0; i < PARAMS_MAX; i++)
			secret_keep((struct span){ bytes + i * 512, 512 });
		assert_string_equal(quoted((struct span){ text, sizeof(text) }), "***...");
		assert_string_equal(quoted((struct span){ text, SECRET_LOOK_MAX }), "***");
	}
}

/* Past the part that is looked at, nothing is printed: a secret there would not be recognized. */
static void
test_end_of_the_look(void **state)
{
	(void)state;
	static char text[SECRET_LOOK_MAX + 64];
	secret_keep(SPAN("abcdefghijklmnopqrstuvwxyz"));
	for (size_t at = SECRET_LOOK_MAX - 40; at < SECRET_LOOK_MAX + 10; at++) {
		const bool *hidden;
		memset(text, '.', sizeof(text));
		memcpy(text + at, "abcdefghijklmnopqrstuvwxyz", 26);
		size_t n = secret_look((struct span){ text, sizeof(text) }, &hidden);
		assert_true(n < sizeof(text));
		for (size_t i = 0; i < n; i++)
			assert_true((hidden != NULL && hidden[i]) == (i >= at && i < at + 26));
	}
}

static uint32_t
random_below(uint32_t most)
{
	static uint32_t x = 20;
	x = x * 1664525 + 1013904223;
	return (x >> 8) % most;
}

/* By the definition, byte by byte: whether a printed run of 12 is in a secret. */
static bool
shows_run(struct span printed, struct span secret)
{
	for (size_t i = 0; i + SECRET_RUN <= printed.n; i++) {
		for (size_t k = 0; k + SECRET_RUN <= secret.n; k++) {
			if (span_eq_nocase((struct span){ printed.p + i, SECRET_RUN },
				    (struct span){ secret.p + k, SECRET_RUN }))
				return true;
		}
	}
	return false;
}

static void
put_echo(struct buf *b, struct span secret)
{
	size_t from = random_below((uint32_t)secret.n);
	size_t n = 1 + random_below((uint32_t)(secret.n - from));
	bool upper = random_below(2) == 1;
	for (size_t i = from; i < from + n; i++)
		buf_put_char(b, upper ? ascii_upper(secret.p[i]) : secret.p[i]);
	for (size_t i = random_below(3); i > 0; i--)
		buf_put_char(b, (char)('a' + random_below(4)));
}

/* Whatever a peer echoes of the secrets: whole, parts, in another case, next to each other. */
static void
test_echoes(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 3000; round++) {
		char bytes[4][64];
		struct span secret[4];
		char text[600];
		struct buf b = BUF(text);
		secret_use(&secrets);
		for (unsigned i = 0; i < 4; i++) {
			secret[i] = (struct span){ bytes[i], 1 + random_below(64) };
			for (size_t n = 0; n < secret[i].n; n++)
				bytes[i][n] = (char)('a' + random_below(2 + round % 20));
			secret_keep(secret[i]);
		}
		for (unsigned i = 0; i < 6; i++)
			put_echo(&b, secret[random_below(4)]);
		const struct span printed = span_of(quoted(buf_span(&b)));
		for (unsigned i = 0; i < 4; i++) {
			if (shows_run(printed, secret[i]))
				fail_msg("%.*s shows %.*s", (int)printed.n, printed.p,
					(int)secret[i].n, secret[i].p);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_keep, enter),
		cmocka_unit_test_setup(test_forget, enter),
		cmocka_unit_test_setup(test_no_list, enter),
		cmocka_unit_test_setup(test_short_ones_are_not_looked_for, enter),
		cmocka_unit_test_setup(test_short_secret, enter),
		cmocka_unit_test_setup(test_runs, enter),
		cmocka_unit_test_setup(test_what_is_no_case, enter),
		cmocka_unit_test_setup(test_any_byte, enter),
		cmocka_unit_test_setup(test_copy, enter),
		cmocka_unit_test_setup(test_copy_again, enter),
		cmocka_unit_test_setup(test_copy_too_much, enter),
		cmocka_unit_test_setup(test_too_many, enter),
		cmocka_unit_test_setup(test_the_most, enter),
		cmocka_unit_test_setup(test_end_of_the_look, enter),
		cmocka_unit_test_setup(test_echoes, enter),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
