#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/quote.h"
#include "base/secret.h"

static struct secret_list secrets;

static int
forget(void **state)
{
	(void)state;
	secret_use(&secrets);
	return 0;
}

static void
test_escapes(void **state)
{
	(void)state;
	static const struct {
		struct span in;
		const char *out;
	} row[] = {
		{ { NULL, 0 }, "" },
		{ { "", 0 }, "" },
		{ { "plain text ~!", 13 }, "plain text ~!" },
		{ { "a\nb\tc\r", 6 }, "a\\x0ab\\x09c\\x0d" },
		{ { "\0", 1 }, "\\x00" },
		{ { "\x1b[31m", 5 }, "\\x1b[31m" },
		{ { "\x7f\x80\xff", 3 }, "\\x7f\\x80\\xff" },
		{ { "\\x0a", 4 }, "\\\\x0a" },
		{ { "\xc3\xa4", 2 }, "\\xc3\\xa4" },
		{ { "'\"%s", 4 }, "'\"%s" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct quoted q;
		const char *text = quote(&q, row[i].in);
		assert_ptr_equal(text, q.text);
		assert_string_equal(text, row[i].out);
	}
}

/* Whatever bytes it has, the output is printable ASCII. */
static void
test_every_byte(void **state)
{
	(void)state;
	for (int i = 0; i < 256; i++) {
		char c = (char)i;
		struct quoted q;
		const char *text = quote(&q, (struct span){ &c, 1 });
		size_t n = strlen(text);
		assert_int_equal(n, i == '\\' ? 2 : i >= ' ' && i <= '~' ? 1 : 4);
		for (size_t k = 0; k < n; k++)
			assert_in_range(text[k], ' ', '~');
	}
}

/* 200 bytes stay, 201 become 197 and "...". */
static void
test_cut(void **state)
{
	(void)state;
	char text[QUOTE_MAX * 2];
	struct quoted q;
	memset(text, 'x', sizeof(text));
	for (size_t n = QUOTE_MAX - 3; n <= QUOTE_MAX; n++) {
		quote(&q, (struct span){ text, n });
		assert_int_equal(strlen(q.text), n);
		assert_null(strstr(q.text, "..."));
	}
	for (size_t n = QUOTE_MAX + 1; n <= sizeof(text); n++) {
		quote(&q, (struct span){ text, n });
		assert_int_equal(strlen(q.text), QUOTE_MAX);
		assert_string_equal(q.text + QUOTE_MAX - 4, "x...");
	}
}

/* Never in the middle of an escape: the cut is at a whole piece. */
static void
test_cut_keeps_escapes_whole(void **state)
{
	(void)state;
	char text[QUOTE_MAX];
	for (size_t shift = 0; shift < 8; shift++) {
		struct quoted q;
		memset(text, '\x01', sizeof(text));
		memset(text, 'x', shift);
		quote(&q, (struct span){ text, sizeof(text) });
		size_t n = strlen(q.text);
		assert_in_range(n, QUOTE_MAX - 3, QUOTE_MAX);
		assert_string_equal(q.text + n - 3, "...");
		assert_int_equal((n - 3 - shift) % 4, 0);
		assert_memory_equal(q.text + n - 7, "\\x01", 4);
	}
}

static void
test_cut_of_escapes_that_just_fit(void **state)
{
	(void)state;
	char text[QUOTE_MAX / 4];
	struct quoted q;
	memset(text, '\n', sizeof(text));
	quote(&q, (struct span){ text, sizeof(text) });
	assert_int_equal(strlen(q.text), QUOTE_MAX);
	assert_string_equal(q.text + QUOTE_MAX - 4, "\\x0a");
}

static void
test_secrets(void **state)
{
	(void)state;
	secret_keep(SPAN("swordfish"));
	secret_keep(SPAN("p\nq\\r\x01s\""));
	static const struct {
		const char *in;
		const char *out;
	} row[] = {
		{ "swordfish", "***" },
		{ "say swordfish!", "say ***!" },
		{ "swordfis", "swordfis" },
		{ "swordfish swordfish", "*** ***" },
		{ "a p\nq\\r\x01s\" b", "a *** b" },
		{ "p\nr", "p\\x0ar" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct quoted q;
		assert_string_equal(quote(&q, span_of(row[i].in)), row[i].out);
	}
}

/* What was checked is as it is, up to the long bound; other text is not taken for a name. */
static void
test_names(void **state)
{
	(void)state;
	struct quoted_long q;
	char name[QUOTE_LONG_MAX];
	secret_keep(SPAN("eu-west-1"));
	secret_keep(SPAN("/kops/db_host.internal"));
	assert_string_equal(quote_name(&q, SPAN("eu-west-1")), "eu-west-1");
	assert_string_equal(
		quote_name(&q, SPAN("/kops/db_host.internal")), "/kops/db_host.internal");
	assert_string_equal(quote_name(&q, SPAN("rds!cluster-1")), "rds!cluster-1");
	assert_string_equal(quote_name(&q, SPAN("a eu-west-1")), "a ***");
	assert_string_equal(quote_name(&q, SPAN("a\n")), "a\\x0a");
	memset(name, 'n', sizeof(name));
	quote_name(&q, (struct span){ name, sizeof(name) });
	assert_int_equal(strlen(q.text), sizeof(name));
}

/* The message of an AWS error says its reason at its end. */
static void
test_long(void **state)
{
	(void)state;
	char text[QUOTE_LONG_MAX + 1];
	struct quoted_long q;
	memset(text, 'x', sizeof(text));
	quote_long(&q, (struct span){ text, QUOTE_LONG_MAX });
	assert_int_equal(strlen(q.text), QUOTE_LONG_MAX);
	assert_null(strstr(q.text, "..."));
	quote_long(&q, (struct span){ text, QUOTE_LONG_MAX + 1 });
	assert_int_equal(strlen(q.text), QUOTE_LONG_MAX);
	assert_string_equal(q.text + QUOTE_LONG_MAX - 4, "x...");
}

/* A secret across the cut does not show its beginning. */
static void
test_secret_at_the_cut(void **state)
{
	(void)state;
	static const char secret[] = "SECRETSECRETSECRETSECRET";
	secret_keep(SPAN("SECRETSECRETSECRETSECRET"));
	for (size_t before = QUOTE_MAX - 30; before <= QUOTE_MAX + 1; before++) {
		char text[QUOTE_MAX * 2];
		struct quoted q;
		memset(text, 'x', sizeof(text));
		memcpy(text + before, secret, sizeof(secret) - 1);
		quote(&q, (struct span){ text, sizeof(text) });
		assert_null(strchr(q.text, 'S'));
		assert_in_range(strlen(q.text), QUOTE_MAX - 6, QUOTE_MAX);
		assert_string_equal(q.text + strlen(q.text) - 3, "...");
	}
}

/* A secret longer than what is shown is still found as a whole. */
static void
test_long_secret(void **state)
{
	(void)state;
	static char token[5000];
	static char text[6000];
	struct quoted q;
	memset(token, 'T', sizeof(token));
	token[sizeof(token) - 1] = 'E';
	memset(text, ' ', sizeof(text));
	memcpy(text + 10, token, sizeof(token));
	secret_keep((struct span){ token, sizeof(token) });
	quote(&q, (struct span){ text, 10 + sizeof(token) });
	assert_string_equal(q.text, "          ***");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_escapes, forget),
		cmocka_unit_test_setup(test_every_byte, forget),
		cmocka_unit_test_setup(test_cut, forget),
		cmocka_unit_test_setup(test_cut_keeps_escapes_whole, forget),
		cmocka_unit_test_setup(test_cut_of_escapes_that_just_fit, forget),
		cmocka_unit_test_setup(test_secrets, forget),
		cmocka_unit_test_setup(test_names, forget),
		cmocka_unit_test_setup(test_long, forget),
		cmocka_unit_test_setup(test_secret_at_the_cut, forget),
		cmocka_unit_test_setup(test_long_secret, forget),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
