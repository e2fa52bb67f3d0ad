#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "env/environ.h"
#include "unit/base/compares.h"

static struct environ_plan plan;
static const char *out[ENVIRON_MAX + 1];

/* One case: environments are written with blanks between the entries, the block too. */
struct row {
	const char *inherited;
	const char *loaded;
	struct environment_rules rules;
	const char *want; /* NULL: refused */
	const char *text; /* of the error, or of the fates: one letter for each loaded entry */
};

#define WORDS_MAX 16

static char words_text[2][512];
static char *words[WORDS_MAX + 1];

static char *const *
split(const char *text)
{
	size_t n = 0;
	memcpy(words_text[0], text, strlen(text) + 1);
	for (char *at = words_text[0]; *at != '\0';) {
		words[n++] = at;
		at += strcspn(at, " ");
		if (*at != '\0')
			*at++ = '\0';
	}
	words[n] = NULL;
	return words;
}

static struct span
as_block(const char *text)
{
	size_t n = strlen(text);
	memcpy(words_text[1], text, n + 1);
	for (size_t i = 0; i < n; i++) {
		if (words_text[1][i] == ' ')
			words_text[1][i] = '\0';
	}
	return (struct span){ words_text[1], n == 0 ? 0 : n + 1 };
}

static const char *
joined(void)
{
	static char text[512];
	struct buf b = BUF(text);
	for (size_t i = 0; out[i] != NULL; i++)
		buf_printf(&b, "%s%s", i > 0 ? " " : "", out[i]);
	return buf_str(&b);
}

static const char *
fates(void)
{
	static const char letter[] = { [ENVIRON_ADDED] = 'a',
		[ENVIRON_OVERWRITES] = 'o',
		[ENVIRON_KEPT] = 'k',
		[ENVIRON_IGNORED] = 'i' };
	static char text[64];
	struct buf b = BUF(text);
	for (size_t i = 0; i < plan.loaded.count; i++)
		buf_put_char(&b, letter[plan.fate[i]]);
	return buf_str(&b);
}

static void
run(const struct row *row)
{
	struct err e = { 0 };
	char *const *inherited = split(row->inherited);
	bool ok = environ_decide(inherited, &row->rules, as_block(row->loaded), &plan, &e);
	if (row->want == NULL) {
		assert_false(ok);
		assert_int_equal(e.kind, ERR_REFUSED);
		assert_string_equal(e.text, row->text);
		return;
	}
	if (!ok)
		fail_msg("%s", e.text);
	assert_string_equal(fates(), row->text);
	assert_true(environ_build(inherited, &row->rules, &plan, out, &e));
	assert_string_equal(joined(), row->want);
}

static void
run_all(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		run(&rows[i]);
}

#define NONE      \
	{         \
		0 \
	}
#define PRISTINE                 \
	{                        \
		.pristine = true \
	}
#define NO_CLOBBER                 \
	{                          \
		.no_clobber = true \
	}
#define STRICT                                      \
	{                                           \
		.strict = true, .strict_value = "S" \
	}

#define REFERENCES                 \
	{                          \
		.references = true \
	}
#define NO_CLOBBER_REFERENCES                          \
	{                                              \
		.references = true, .no_clobber = true \
	}
#define STRICT_REFERENCES                                               \
	{                                                               \
		.strict = true, .strict_value = "S", .references = true \
	}

static void
test_merge(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "", "", NONE, "", "" },
		{ "A=1 B=2", "", NONE, "A=1 B=2", "" },
		{ "", "A=1", NONE, "A=1", "a" },
		{ "A=1 B=2", "C=3", NONE, "A=1 B=2 C=3", "a" },
		{ "A=1 B=2", "A=9", NONE, "B=2 A=9", "o" },
		{ "A= B=2", "A=9 C=3", NONE, "B=2 A=9 C=3", "oa" },
		/* Every entry of an overwritten name goes, or a program would find the old one. */
		{ "A=1 B=2 A=3", "A=9", NONE, "B=2 A=9", "o" },
		{ "A=1 A=3", "B=9", NONE, "A=1 A=3 B=9", "a" },
		{ "AB=1 A=1", "A=", NONE, "AB=1 A=", "o" },
		/* What is no variable stays, and is none that could be overwritten. */
		{ "A garbage =x B=2", "A=9", NONE, "A garbage =x B=2 A=9", "a" },
	};
	run_all(rows, sizeof(rows) / sizeof(*rows));
}

static void
test_pristine(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "A=1 B=2", "", PRISTINE, "", "" },
		{ "A=1 junk", "A=9 C=3", PRISTINE, "A=9 C=3", "aa" },
		{ "A=1", "A=9", { .pristine = true, .no_clobber = true }, "A=9", "a" },
	};
	run_all(rows, sizeof(rows) / sizeof(*rows));
}

static void
test_no_clobber(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "A=1 B=2", "A=9 C=3", NO_CLOBBER, "A=1 B=2 C=3", "ka" },
		/* Set but empty is set. */
		{ "A=", "A=9", NO_CLOBBER, "A=", "k" },
		{ "A=1 A=2", "A=9", NO_CLOBBER, "A=1 A=2", "k" },
		{ "A", "A=9", NO_CLOBBER, "A A=9", "a" },
		{ "A=1", "A=9",
			{ .no_clobber = true, .unset = { .name = { { "A", 1 } }, .count = 1 } },
			"A=9", "a" },
	};
	run_all(rows, sizeof(rows) / sizeof(*rows));
}

#define UNSET(...)                                              \
	{                                                       \
		.unset = {.name = { __VA_ARGS__ }, .count = 2 } \
	}

static void
test_unset(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "A=1 B=2 AB=3", "", UNSET({ "A", 1 }, { "X", 1 }), "B=2 AB=3", "" },
		{ "AWS_A=1 B=2 AWS_=3 AWS=4", "", UNSET({ "AWS_*", 5 }, { "X", 1 }), "B=2 AWS=4",
			"" },
		{ "A=1 B=2", "", UNSET({ "*", 1 }, { "X", 1 }), "", "" },
		{ "A=1 A=2 B=3", "", UNSET({ "A", 1 }, { "B", 1 }), "", "" },
		/* What is loaded is not inherited. */
		{ "A=1", "A=9", UNSET({ "A", 1 }, { "X", 1 }), "A=9", "a" },
		{ "A=1", "A=9", UNSET({ "*", 1 }, { "X", 1 }), "A=9", "a" },
		{ "A B=2", "", UNSET({ "A", 1 }, { "B", 1 }), "A", "" },
	};
	run_all(rows, sizeof(rows) / sizeof(*rows));
}

#define KEEP(text, n, ...)                                                   \
	{                                                                    \
		.keep = { .name = { { text, n } }, .count = 1 }, __VA_ARGS__ \
	}

/* --keep leaves what is inherited alone, whatever the other rules; --unset takes precedence. */
static void
test_keep(void **state)
{
	(void)state;
	static const struct environment_rules unset_too =
		KEEP("A", 1, .unset = { .name = { { "A", 1 } }, .count = 1 });
	static const struct row rows[] = {
		{ "A=1 B=2", "A=9 B=8", KEEP("A", 1, ), "A=1 B=8", "ko" },
		{ "A= B=2", "A=9 B=8", KEEP("A", 1, ), "A= B=8", "ko" },
		{ "B=2", "A=9 B=8", KEEP("A", 1, ), "A=9 B=8", "ao" },
		{ "A", "A=9", KEEP("A", 1, ), "A A=9", "a" },
		{ "AA=1 AB=2 B=3", "AA=9 AB=9 B=9", KEEP("A*", 2, ), "AA=1 AB=2 B=9", "kko" },
		{ "A=1 B=2 C=3", "A=9 B=9", KEEP("A", 1, .pristine = true), "A=1 B=9", "ka" },
		{ "A=1 junk", "B=9", KEEP("*", 1, .pristine = true), "A=1 B=9", "a" },
		{ "A=S B=S", "B=9", KEEP("A", 1, .strict = true, .strict_value = "S"), "A=S B=9",
			"o" },
		{ "A=1 B=S", "A=9 B=9", KEEP("A", 1, .strict = true, .strict_value = "S"),
			"A=1 B=9", "ko" },
		{ "A=S B=S C=3", "A=9 B=9",
			KEEP("A", 1, .strict = true, .strict_value = "S", .pristine = true),
			"A=S B=9", "ko" },
		{ "A=ssm:x", "A=9", KEEP("A", 1, .references = true), "A=ssm:x", "k" },
		{ "A=1 A=2", "A=9", KEEP("A", 1, ), "A=1 A=2", "k" },
	};
	run_all(rows, sizeof(rows) / sizeof(*rows));
	const struct row row = { "A=1", "A=9", unset_too, "A=9", "a" };
	run(&row);
	const struct row gone = { "A=1", "", unset_too, "", "" };
	run(&gone);
}

static void
test_strict(void **state)
{
	(void)state;
	static const char unfilled[] = "--strict: no parameter fills the variable X";
	static const char unexpected[] =
		"--strict: a parameter is loaded for the variable A, whose "
		"inherited value is not the sentinel";
	static const struct row rows[] = {
		/* chamber's own cases, without its order of the environment. */
		{ "HOME=/tmp U=S P=S", "P=hunter22 U=root", STRICT, "HOME=/tmp P=hunter22 U=root",
			"oo" },
		{ "HOME=/tmp U=S P=S X=S", "P=hunter22 U=root", STRICT, NULL, unfilled },
		{ "HOME=/tmp U=S", "U=root",
			{ .strict = true, .strict_value = "S", .pristine = true }, "U=root", "o" },
		{ "A=S", "A=1 B=2", STRICT, "A=1", "oi" },
		{ "A=s", "A=1", STRICT, NULL, unexpected },
		{ "A=", "A=1", STRICT, NULL, unexpected },
		{ "A=1", "A=1", STRICT, NULL, unexpected },
		/* As getenv(3) sees it. */
		{ "A=S A=x", "A=1", STRICT, "A=1", "o" },
		{ "A=x A=S", "A=1", STRICT, NULL, unexpected },
		{ "X=real X=S", "", STRICT, "X=real X=S", "" },
		{ "X=S X=real", "", STRICT, NULL, unfilled },
		/* Our own settings are none. */
		{ "ANTECHAMBER_STRICT_VALUE=S CHAMBER_X=S", "", STRICT,
			"ANTECHAMBER_STRICT_VALUE=S CHAMBER_X=S", "" },
		{ "ANTECHAMBERX=1 X=S", "", STRICT, NULL, unfilled },
		/* After --unset. */
		{ "X=S A=x", "A=1",
			{ .strict = true,
				.strict_value = "S",
				.unset = { .name = { { "X", 1 }, { "A", 1 } }, .count = 2 } },
			"", "i" },
		/* It is stricter than --no-clobber. */
		{ "A=S", "A=1", { .strict = true, .strict_value = "S", .no_clobber = true }, "A=1",
			"o" },
		{ "X", "", STRICT, "X", "" },
	};
	run_all(rows, sizeof(rows) / sizeof(*rows));
}

/* A resolved reference takes the place of the variable that it stood in, whatever the rules. */
static void
test_references(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "A=ssm:x B=1", "A=9 B=2", NO_CLOBBER_REFERENCES, "B=1 A=9", "ok" },
		{ "A=ssm:x B=S", "A=9 B=2", STRICT_REFERENCES, "A=9 B=2", "oo" },
		{ "A=ssm:x", "A=9", REFERENCES, "A=9", "o" },
		{ "A=1 A=ssm:x", "A=9", NO_CLOBBER_REFERENCES, "A=1 A=ssm:x", "k" },
		{ "A=ssm:x", "A=9", NO_CLOBBER, "A=ssm:x", "k" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		run(&rows[i]);
}

static void
test_bad_block(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ "A=1", "LD_PRELOAD=x", NONE, NULL,
			"variable LD_PRELOAD: the dynamic loader obeys it" },
		{ "A=1", "B=1 B=2", NONE, NULL, "variable B: given twice" },
		{ "A=1", "LD_PRELOAD=x", PRISTINE, NULL,
			"variable LD_PRELOAD: the dynamic loader obeys it" },
	};
	run_all(rows, sizeof(rows) / sizeof(*rows));
	static const struct row names[] = {
		{ "A=1", "B=1 A=1", NONE, NULL, "variable A: out of order" },
		{ "A=1", "B$=1", NONE, NULL,
			"variable B$: not inherited, and its name is not made of A-Z a-z 0-9 _ . "
			"-" },
		{ "B$=1", "B$=1", { .unset = { .name = { { "B*", 2 } }, .count = 1 } }, NULL,
			"variable B$: not inherited, and its name is not made of A-Z a-z 0-9 _ . "
			"-" },
		{ "A=1", "B$=1", STRICT, NULL,
			"variable B$: not inherited, and its name is not made of A-Z a-z 0-9 _ . "
			"-" },
	};
	run_all(names, sizeof(names) / sizeof(*names));
	/* The name of a reference's variable is what it was inherited as. */
	const struct row odd = { "B$=ssm:x", "B$=1", REFERENCES, "B$=1", "o" };
	run(&odd);
	const struct row odd_pristine = { "B$=ssm:x", "B$=1",
		{ .references = true, .pristine = true }, "B$=1", "a" };
	run(&odd_pristine);
	/* Inherited ones are the user's own. */
	const struct row own = { "LD_PRELOAD=x", "B=1", NONE, "LD_PRELOAD=x B=1", "a" };
	run(&own);
}

static void
test_too_many(void **state)
{
	(void)state;
	static char entry[] = "A=1";
	static char *inherited[ENVIRON_MAX + 2];
	static const struct environment_rules none;
	struct err e;
	for (size_t i = 0; i < ENVIRON_MAX; i++)
		inherited[i] = entry;
	inherited[ENVIRON_MAX] = NULL;
	assert_true(environ_decide(inherited, &none, as_block(""), &plan, &e));
	assert_true(environ_build(inherited, &none, &plan, out, &e));
	assert_null(out[ENVIRON_MAX]);
	assert_non_null(out[ENVIRON_MAX - 1]);

	assert_true(environ_decide(inherited, &none, as_block("B=1"), &plan, &e));
	assert_false(environ_build(inherited, &none, &plan, out, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_string_equal(e.text, "more than 32768 variables");
	/* What is unset does not count. */
	const struct environment_rules unset = { .unset = { .name = { { "A", 1 } }, .count = 1 } };
	inherited[ENVIRON_MAX] = entry;
	assert_true(environ_build(inherited, &unset, &plan, out, &e));
	assert_string_equal(joined(), "B=1");
	assert_true(environ_decide(inherited, &none, as_block(""), &plan, &e));
	assert_false(environ_build(inherited, &none, &plan, out, &e));
}

/* An environment whose size is the bound, and which is made to be slow: nothing is quadratic. */
static void
test_work_at_the_bounds(void **state)
{
	(void)state;
	static char block[16 * PARAMS_MAX];
	static char entry[ENVIRON_MAX][12];
	static char *inherited[ENVIRON_MAX + 1];
	/* Two searches, and with --strict a sort: each of log2(ENVIRON_MAX) for each. */
	const size_t most = 80 * (size_t)ENVIRON_MAX;
	const struct environment_rules rules[] = { NONE, NO_CLOBBER, STRICT };
	struct buf b = BUF(block);
	struct err e = { 0 };
	for (unsigned i = 0; i < PARAMS_MAX; i++) {
		buf_printf(&b, "P%u=1", 100000 + 2 * i);
		buf_put_char(&b, '\0');
	}
	assert_false(b.overflow);
	for (size_t r = 0; r < sizeof(rules) / sizeof(*rules); r++) {
		for (unsigned i = 0; i < ENVIRON_MAX; i++) {
			struct buf text = BUF(entry[i]);
			/* Loaded ones, then with --strict the same name with a sentinel again. */
			if (i < PARAMS_MAX)
				buf_printf(&text, "P%u=S", 100000 + 2 * i);
			else
				buf_printf(&text, i == PARAMS_MAX ? "X=1" : "X=S");
			buf_str(&text);
			inherited[i] = entry[i];
		}
		compares_begin();
		if (!environ_decide(inherited, &rules[r], buf_span(&b), &plan, &e) ||
			!environ_build(inherited, &rules[r], &plan, out, &e))
			fail_msg("%s", e.text);
		if (compares_count() > most)
			fail_msg("%zu comparisons", compares_count());
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_merge),
		cmocka_unit_test(test_pristine),
		cmocka_unit_test(test_no_clobber),
		cmocka_unit_test(test_unset),
		cmocka_unit_test(test_keep),
		cmocka_unit_test(test_strict),
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_bad_block),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_work_at_the_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
