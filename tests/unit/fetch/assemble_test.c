#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/secret.h"
#include "fetch/assemble.h"
#include "unit/base/capture.h"
#include "unit/base/compares.h"

/* Parameter Store's rules, lower-cased. */
static const struct config plain;
static struct secret_list secrets;

static struct store store;
static struct assembly assembly;
static struct config config;
static struct err e;

/* Two services as they stand on the command line. */
static struct loader loader[2];

static char inherited[][32] = { "INHERITED=old", "EMPTY=", "REF=ssm:x", "PATH=/bin" };
static char *const environ_list[] = { inherited[0], inherited[1], inherited[2], inherited[3],
	NULL };

static int
reset(void **state)
{
	(void)state;
	secret_use(&secrets);
	log_setup(LOG_INFO, false);
	store.count = 0;
	store.bytes_len = 0;
	memset(&config, 0, sizeof(config));
	memset(&e, 0, sizeof(e));
	config.environ = environ_list;
	assembly.config = &config;
	assembly.loader = loader;
	if (!service_parse(SPAN("S"), &plain, &loader[0].service, &e) ||
		!service_parse(SPAN("Other:label"), &plain, &loader[1].service, &e))
		return -1;
	loader_init(&loader[0], false);
	loader_init(&loader[1], false);
	return 0;
}

static bool
add_text(unsigned service, const char *name, struct span value)
{
	struct buf b;
	store_begin(&store, span_of(name), &b);
	buf_put(&b, value);
	return store_end(&store, service, &b, &e);
}

static void
add(unsigned service, const char *name, const char *value)
{
	if (!add_text(service, name, span_of(value)))
		fail_msg("%s", e.text);
}

/* Assembles; returns how many lines were written. */
static unsigned
run(void)
{
	capture_begin();
	bool ok = assemble(&assembly, &store, &e);
	unsigned lines = capture_end();
	if (!ok)
		fail_msg("%s", e.text);
	return lines;
}

/* The block as text: NUL shows as ';'. */
static const char *
block(void)
{
	static char bytes[4096];
	struct buf b = { .p = bytes, .cap = sizeof(bytes) - 1 };
	if (!assemble_block(&assembly, &b, &e))
		fail_msg("%s", e.text);
	for (size_t i = 0; i < b.len; i++) {
		if (bytes[i] == '\0')
			bytes[i] = ';';
	}
	bytes[b.len] = '\0';
	return bytes;
}

static void
test_nothing(void **state)
{
	(void)state;
	assert_int_equal(run(), 0);
	assert_int_equal(assembly.count, 0);
	assert_string_equal(block(), "");
}

/* Sorted by name within a service, whatever order the pages came in. */
static void
test_names_and_values(void **state)
{
	(void)state;
	add(0, "/s/db-password", "p=1\n");
	add(0, "/s/a.dotted", "");
	add(0, "/s/Db_User", "u");
	assert_int_equal(run(), 0);
	assert_string_equal(block(), "A.DOTTED=;DB_PASSWORD=p=1\n;DB_USER=u;");
}

/* Whatever order the responses came in: applied by service and name, listed by variable. */
static void
test_many_in_any_order(void **state)
{
	(void)state;
	static char name[3000][16];
	config.rules.strict = true;
	for (unsigned i = 0; i < 3000; i++) {
		/* 1009 has no divisor in common with 3000: each number comes once. */
		unsigned number = i * 1009 % 3000;
		struct buf b = BUF(name[i]);
		buf_printf(&b, number % 2 == 0 ? "/s/k%u" : "/other/k%u", 10000 + number);
		add(number % 2, buf_str(&b), "v");
	}
	assert_int_equal(run(), 0);
	assert_int_equal(assembly.count, 3000);
	for (unsigned i = 0; i < 3000; i++) {
		char wanted[16];
		struct buf b = BUF(wanted);
		const struct variable *v = assemble_variable(&assembly, i);
		buf_printf(&b, "K%u", 10000 + i);
		if (!span_eq(v->name, buf_span(&b)))
			fail_msg("%u: %.*s", i, (int)v->name.n, v->name.p);
		assert_int_equal(v->param->service, i % 2);
		/* They apply by service and then by name. */
		const struct param *p = assembly.variable[i].param;
		assert_int_equal(p->service, i >= 1500);
		assert_true(i % 1500 == 0 || span_compare(p[-1].name, p->name) < 0);
	}
}

static void
test_name_modes(void **state)
{
	(void)state;
	add(0, "/s/db/pass-word.x", "1");
	add(0, "/s/9x", "2");
	config.env_names = ENV_NAMES_POSIX;
	assert_int_equal(run(), 0);
	assert_string_equal(block(), "DB_PASS_WORD_X=1;_9X=2;");
	config.env_names = ENV_NAMES_KEEP;
	assert_int_equal(run(), 0);
	assert_string_equal(block(), "9x=2;db_pass-word.x=1;");
	config.env_names = ENV_NAMES_CHAMBER;
	assert_int_equal(run(), 0);
	assert_string_equal(block(), "9X=2;DB_PASS_WORD.X=1;");
}

/* chamber's text, byte for byte, with the service as written. */
static void
test_later_service_wins(void **state)
{
	(void)state;
	add(1, "/other/key", "later");
	add(0, "/s/key", "earlier");
	add(0, "/s/alone", "1");
	assert_int_equal(run(), 1);
	assert_string_equal(capture_line(0),
		"warning: service Other:label overwriting environment variable KEY\n");
	assert_string_equal(block(), "ALONE=1;KEY=later;");
}

static void
test_inherited_is_overwritten(void **state)
{
	(void)state;
	add(0, "/s/inherited", "new");
	add(0, "/s/empty", "new");
	add(0, "/s/fresh", "new");
	assert_int_equal(run(), 2);
	/* In the order of the parameters' names; one that is set but empty exists. */
	assert_string_equal(
		capture_line(0), "warning: service S overwriting environment variable EMPTY\n");
	assert_string_equal(
		capture_line(1), "warning: service S overwriting environment variable INHERITED\n");
	assert_string_equal(block(), "EMPTY=new;FRESH=new;INHERITED=new;");
}

/* What the command does not inherit is not overwritten. */
static void
test_unset_and_pristine(void **state)
{
	(void)state;
	add(0, "/s/inherited", "new");
	config.rules.unset.name[0] = SPAN("INHER*");
	config.rules.unset.count = 1;
	assert_int_equal(run(), 0);
	config.rules.unset.count = 0;
	config.rules.pristine = true;
	assert_int_equal(run(), 0);
	assert_string_equal(block(), "INHERITED=new;");
}

/* Both services overwrite: one warning each. */
static void
test_inherited_and_two_services(void **state)
{
	(void)state;
	add(0, "/s/inherited", "1");
	add(1, "/other/inherited", "2");
	assert_int_equal(run(), 2);
	assert_string_equal(
		capture_line(0), "warning: service S overwriting environment variable INHERITED\n");
	assert_string_equal(capture_line(1),
		"warning: service Other:label overwriting environment variable INHERITED\n");
	assert_string_equal(block(), "INHERITED=2;");
}

/* Two keys of one service that make one variable: the last in the order of names wins. */
static void
test_collision(void **state)
{
	(void)state;
	add(0, "/s/a_b", "underscore");
	add(0, "/s/a-b", "dash");
	add(0, "/s/A-B", "upper");
	assert_int_equal(run(), 2);
	assert_string_equal(capture_line(0),
		"antechamber: warning: parameters /s/A-B and /s/a-b both become the variable A_B: "
		"/s/a-b wins\n");
	assert_string_equal(capture_line(1),
		"antechamber: warning: parameters /s/a-b and /s/a_b both become the variable A_B: "
		"/s/a_b wins\n");
	assert_string_equal(block(), "A_B=underscore;");
}

static void
test_no_clobber(void **state)
{
	(void)state;
	config.rules.no_clobber = true;
	add(0, "/s/inherited", "new");
	add(0, "/s/empty", "new");
	add(0, "/s/key", "1");
	add(1, "/other/key", "2");
	/* Nothing inherited is overwritten; a later service still overwrites an earlier one. */
	assert_int_equal(run(), 1);
	assert_string_equal(capture_line(0),
		"warning: service Other:label overwriting environment variable KEY\n");
}

static void
test_keep(void **state)
{
	(void)state;
	config.rules.keep.name[0] = SPAN("INHER*");
	config.rules.keep.count = 1;
	add(0, "/s/inherited", "new");
	add(0, "/s/empty", "new");
	assert_int_equal(run(), 1);
	assert_string_equal(
		capture_line(0), "warning: service S overwriting environment variable EMPTY\n");
}

/* One line for each variable, with names and never a value. */
static void
test_verbose(void **state)
{
	(void)state;
	log_setup(LOG_DEBUG, false);
	config.rules.keep.name[0] = SPAN("PATH");
	config.rules.keep.count = 1;
	add(0, "/s/path", "hunter22");
	add(0, "/s/key", "hunter22");
	add(1, "/other/key", "hunter22");
	add(1, "/other/empty", "hunter22");
	add(STORE_REFERENCES, "REF", "hunter22");
	assert_int_equal(run(), 6);
	assert_string_equal(capture_line(2),
		"antechamber: debug: variable EMPTY: parameter /other/empty loaded, overwrites the "
		"inherited one\n");
	assert_string_equal(
		capture_line(3), "antechamber: debug: variable KEY: parameter /other/key loaded\n");
	assert_string_equal(capture_line(4),
		"antechamber: debug: variable PATH: parameter /s/path ignored: the variable is "
		"kept (--keep)\n");
	assert_string_equal(
		capture_line(5), "antechamber: debug: variable REF: reference resolved\n");
}

/* As many parameters as there may be, each twice and all inherited: nothing is quadratic. */
static void
test_work_at_the_bounds(void **state)
{
	(void)state;
	static char name[PARAMS_MAX][16];
	static char entry[PARAMS_MAX][16];
	static char *list[PARAMS_MAX + 1];
	log_setup(LOG_ERROR, false);
	for (unsigned i = 0; i < PARAMS_MAX; i++) {
		struct buf b = BUF(name[i]);
		buf_printf(&b, i % 2 == 0 ? "/s/k%u" : "/other/k%u", 100000 + (PARAMS_MAX - i) / 2);
		add(i % 2, buf_str(&b), "v");
		b = BUF(entry[i]);
		buf_printf(&b, "K%u=old", 100000 + i);
		buf_str(&b);
		list[i] = entry[i];
	}
	config.environ = list;
	compares_begin();
	run();
	/* Two sorts, one search. */
	if (compares_count() > 80 * (size_t)PARAMS_MAX)
		fail_msg("%zu comparisons", compares_count());
}

static void
test_strict_is_silent(void **state)
{
	(void)state;
	config.rules.strict = true;
	add(0, "/s/inherited", "1");
	add(1, "/other/inherited", "2");
	assert_int_equal(run(), 0);
	assert_string_equal(block(), "INHERITED=2;");
}

static void
test_quiet_is_silent(void **state)
{
	(void)state;
	log_setup(LOG_ERROR, false);
	add(0, "/s/inherited", "1");
	add(0, "/s/a-b", "1");
	add(0, "/s/a_b", "2");
	assert_int_equal(run(), 0);
}

static void
test_json_warning(void **state)
{
	(void)state;
	log_setup(LOG_INFO, true);
	add(0, "/s/inherited", "hunter2");
	assert_int_equal(run(), 1);
	assert_string_equal(capture_line(0),
		"{\"level\":\"warning\",\"role\":\"main\",\"message\":\"warning: service S "
		"overwriting environment variable INHERITED\",\"service\":\"S\",\"variable\":"
		"\"INHERITED\"}\n");
}

/* A reference is the variable's own; a service's parameter of that name overwrites it. */
static void
test_references_first(void **state)
{
	(void)state;
	add(0, "/s/ref", "from the service");
	add(STORE_REFERENCES, "REF", "resolved");
	assert_int_equal(run(), 1);
	assert_string_equal(
		capture_line(0), "warning: service S overwriting environment variable REF\n");
	assert_string_equal(block(), "REF=from the service;");
}

static void
test_reference_alone(void **state)
{
	(void)state;
	add(STORE_REFERENCES, "REF", "resolved");
	add(STORE_REFERENCES, "lower-case.kept", "x");
	assert_int_equal(run(), 0);
	assert_string_equal(block(), "REF=resolved;lower-case.kept=x;");
	/* With --pristine too: it counts as loaded. */
	config.rules.pristine = true;
	assert_int_equal(run(), 0);
	assert_string_equal(block(), "REF=resolved;lower-case.kept=x;");
}

static void
test_reference_and_no_clobber(void **state)
{
	(void)state;
	config.rules.no_clobber = true;
	add(0, "/s/ref", "from the service");
	add(STORE_REFERENCES, "REF", "resolved");
	assert_int_equal(run(), 0);
	assert_string_equal(block(), "REF=resolved;");
}

/* What the launcher would refuse is refused here, with the parameter's name. */
static void
test_refused(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		struct span value;
		const char *text;
	} row[] = {
		{ "/s/ld-preload", { "hunter2", 7 },
			"parameter /s/ld-preload: variable LD_PRELOAD: the dynamic loader obeys "
			"it" },
		{ "/s/glibc_tunables", { "hunter2", 7 },
			"parameter /s/glibc_tunables: variable GLIBC_TUNABLES: the dynamic loader "
			"obeys it" },
		{ "/s/key", { "hunter\0002", 8 },
			"parameter /s/key: variable KEY: its value holds NUL" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		char bytes[256];
		struct buf b = BUF(bytes);
		store.count = 0;
		store.bytes_len = 0;
		assert_true(add_text(0, row[i].name, row[i].value));
		run();
		assert_false(assemble_block(&assembly, &b, &e));
		assert_string_equal(e.text, row[i].text);
		assert_int_equal(e.kind, ERR_REFUSED);
	}
}

static void
test_too_large(void **state)
{
	(void)state;
	char bytes[16];
	struct buf b = BUF(bytes);
	add(0, "/s/key", "0123456789ab");
	run();
	assert_false(assemble_block(&assembly, &b, &e));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_null(strstr(e.text, "0123456789"));
}

/* The quoted name of a parameter or variable holds no line break. */
static void
test_names_are_quoted(void **state)
{
	(void)state;
	config.environ = (char *[]){ NULL };
	add(0, "/s/a\nb", "1");
	add(1, "/other/a\nb", "2");
	assert_int_equal(run(), 1);
	assert_string_equal(capture_line(0),
		"warning: service Other:label overwriting environment variable A\\x0aB\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_nothing, reset),
		cmocka_unit_test_setup(test_names_and_values, reset),
		cmocka_unit_test_setup(test_many_in_any_order, reset),
		cmocka_unit_test_setup(test_name_modes, reset),
		cmocka_unit_test_setup(test_later_service_wins, reset),
		cmocka_unit_test_setup(test_inherited_is_overwritten, reset),
		cmocka_unit_test_setup(test_unset_and_pristine, reset),
		cmocka_unit_test_setup(test_inherited_and_two_services, reset),
		cmocka_unit_test_setup(test_collision, reset),
		cmocka_unit_test_setup(test_no_clobber, reset),
		cmocka_unit_test_setup(test_keep, reset),
		cmocka_unit_test_setup(test_verbose, reset),
		cmocka_unit_test_setup(test_work_at_the_bounds, reset),
		cmocka_unit_test_setup(test_strict_is_silent, reset),
		cmocka_unit_test_setup(test_quiet_is_silent, reset),
		cmocka_unit_test_setup(test_json_warning, reset),
		cmocka_unit_test_setup(test_references_first, reset),
		cmocka_unit_test_setup(test_reference_alone, reset),
		cmocka_unit_test_setup(test_reference_and_no_clobber, reset),
		cmocka_unit_test_setup(test_refused, reset),
		cmocka_unit_test_setup(test_too_large, reset),
		cmocka_unit_test_setup(test_names_are_quoted, reset),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
