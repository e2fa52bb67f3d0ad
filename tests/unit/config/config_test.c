#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "config/options.h"
#include "unit/config/parse.h"

static void
assert_span(struct span s, const char *text)
{
	if (!span_eq(s, span_of(text)))
		fail_msg("\"%.*s\" is not \"%s\"", (int)s.n, s.p, text);
}

/* A good value of each option that wants one, and what reads it back. */
static void
test_every_form_of_a_value(void **state)
{
	(void)state;
	static const struct {
		const char *line;
		unsigned retries;
	} row[] = {
		{ "exec --retries 3 svc -- cmd", 3 },
		{ "exec --retries=4 svc -- cmd", 4 },
		{ "exec -r5 svc -- cmd", 5 },
		{ "exec -r 6 svc -- cmd", 6 },
		{ "exec -r=7 svc -- cmd", 7 },
		{ "exec -gr8 svc -- cmd", 8 },
		{ "exec -gr 9 svc -- cmd", 9 },
		{ "exec -gr=11 svc -- cmd", 11 },
		{ "exec svc -r 12 other -- cmd", 12 },
		{ "-r 13 exec svc -- cmd", 13 },
		/* The last one counts. */
		{ "exec -r 14 --retries=15 svc -- cmd", 15 },
		{ "exec svc -- cmd -r 3", 10 },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		parse_good(row[i].line, NULL);
		assert_int_equal(parsed.retries, row[i].retries);
		assert_span(parsed.service[0], "svc");
	}
}

static void
expect_same(const struct parse_outcome *wanted, const char *line)
{
	static struct parse_outcome got;
	parse_outcome(&got, line, NULL);
	assert_string_equal(got.text, wanted->text);
	assert_memory_equal(&got, wanted, sizeof(got));
}

/* Every option in every form: the same comes of each, and it is not the default. */
static void
test_every_option_in_every_form(void **state)
{
	(void)state;
	for (const struct option *o = option_table; o < option_table + option_count; o++) {
		static struct parse_outcome plain;
		static struct parse_outcome wanted;
		char line[128];
		struct buf b = BUF(line);
		buf_printf(&b, "exec --%s=%s svc -- cmd", o->name, parse_sample(o));
		parse_outcome(&plain, "exec svc -- cmd", NULL);
		parse_outcome(&wanted, buf_str(&b), NULL);
		assert_memory_not_equal(&wanted, &plain, sizeof(plain));
		if (!option_is_flag(o)) {
			b = BUF(line);
			buf_printf(&b, "exec svc --%s %s -- cmd", o->name, parse_sample(o));
			expect_same(&wanted, buf_str(&b));
		}
		if (o->letter == 0)
			continue;
		b = BUF(line);
		buf_printf(&b, "exec -%c=%s svc -- cmd", o->letter, parse_sample(o));
		expect_same(&wanted, buf_str(&b));
		if (option_is_flag(o))
			continue;
		b = BUF(line);
		buf_printf(&b, "exec -%c%s svc -- cmd", o->letter, parse_sample(o));
		expect_same(&wanted, buf_str(&b));
		b = BUF(line);
		buf_printf(&b, "exec svc -%c %s -- cmd", o->letter, parse_sample(o));
		expect_same(&wanted, buf_str(&b));
	}
}

static void
test_flags(void **state)
{
	(void)state;
	parse_good("exec -gsv svc -- cmd", NULL);
	assert_true(parsed.supervision.signal_group);
	assert_int_equal(parsed.supervision.subreaper, SUBREAPER_ON);
	assert_true(parsed.verbose);
	assert_false(parsed.quiet);
	parse_good("exec -gs=false svc -- cmd", NULL);
	assert_true(parsed.supervision.signal_group);
	assert_int_equal(parsed.supervision.subreaper, SUBREAPER_OFF);
	parse_good("exec --pristine --strict=off --no-clobber=YES svc -- cmd", NULL);
	assert_true(parsed.rules.pristine);
	assert_false(parsed.rules.strict);
	assert_true(parsed.rules.no_clobber);
	/* A flag takes no word after it. */
	parse_good("exec --pristine false -- cmd", NULL);
	assert_true(parsed.rules.pristine);
	assert_span(parsed.service[0], "false");
}

static void
test_values_that_look_like_options(void **state)
{
	(void)state;
	parse_good("exec --strict-value -x svc -- cmd", NULL);
	assert_string_equal(parsed.rules.strict_value, "-x");
	parse_good("exec --strict-value --pristine svc -- cmd", NULL);
	assert_string_equal(parsed.rules.strict_value, "--pristine");
	assert_false(parsed.rules.pristine);
	parse_good("exec --strict-value=-- svc -- cmd", NULL);
	assert_string_equal(parsed.rules.strict_value, "--");
	parse_good("exec --strict-value= svc -- cmd", NULL);
	assert_string_equal(parsed.rules.strict_value, "");
	parse_good("exec --strict-value=a=b svc -- cmd", NULL);
	assert_string_equal(parsed.rules.strict_value, "a=b");
}

static void
test_defaults(void **state)
{
	(void)state;
	parse_good("exec svc -- cmd", NULL);
	assert_int_equal(parsed.command, COMMAND_EXEC);
	assert_int_equal(parsed.backend, BACKEND_SSM);
	assert_int_equal(parsed.env_names, ENV_NAMES_CHAMBER);
	assert_string_equal(parsed.rules.strict_value, "chamberme");
	assert_int_equal(parsed.retries, 10);
	assert_int_equal(parsed.timeout_ms, 60000);
	assert_int_equal(parsed.sandbox, SANDBOX_AUTO);
	assert_int_equal(parsed.supervision.mode, SUPERVISE_AUTO);
	assert_int_equal(parsed.supervision.subreaper, SUBREAPER_AUTO);
	assert_int_equal(parsed.supervision.grace_ms, 2000);
	assert_int_equal(parsed.supervision.parent_death_signal, 0);
	assert_int_equal(parsed.log_format, LOG_FORMAT_TEXT);
	assert_false(parsed.rules.references || parsed.recursive || parsed.rules.pristine ||
		     parsed.rules.strict || parsed.rules.no_clobber || parsed.fail_if_empty ||
		     parsed.allow_http || parsed.supervision.signal_group || parsed.quiet ||
		     parsed.verbose || parsed.retry_mode_given || parsed.throttle_delay_given);
	assert_int_equal(parsed.rules.unset.count, 0);
	for (int i = 0; i < 256; i++)
		assert_false(parsed.supervision.remap_exit[i]);
	for (int i = 1; i <= SIGNAL_MAX; i++)
		assert_int_equal(parsed.supervision.rewrite[i], i);
}

static void
test_child(void **state)
{
	(void)state;
	parse_good("exec svc -- cmd -r 3 -- --help", NULL);
	assert_string_equal(parsed.argv[0], "cmd");
	assert_string_equal(parsed.argv[1], "-r");
	assert_string_equal(parsed.argv[2], "3");
	assert_string_equal(parsed.argv[3], "--");
	assert_string_equal(parsed.argv[4], "--help");
	assert_null(parsed.argv[5]);
	parse_good("init -- -cmd", NULL);
	assert_string_equal(parsed.argv[0], "-cmd");
	parse_good("check svc", NULL);
	assert_null(parsed.argv);
	parse_good("check svc -- cmd x", NULL);
	assert_string_equal(parsed.argv[1], "x");
}

static void
test_services(void **state)
{
	(void)state;
	parse_good("exec a -q B:Label -r 3 {X}/c -- cmd", "ANTECHAMBER_SERVICES=unused");
	assert_int_equal(parsed.service_count, 3);
	assert_span(parsed.service[0], "a");
	assert_span(parsed.service[1], "B:Label");
	assert_span(parsed.service[2], "{X}/c");

	parse_good("exec -- cmd", "ANTECHAMBER_SERVICES= a,b:1 \t,c\nd ");
	assert_int_equal(parsed.service_count, 4);
	assert_span(parsed.service[0], "a");
	assert_span(parsed.service[1], "b:1");
	assert_span(parsed.service[2], "c");
	assert_span(parsed.service[3], "d");
	/* init contacts nobody, whatever the image's environment says. */
	parse_good("init -- cmd", "ANTECHAMBER_SERVICES=a");
	assert_int_equal(parsed.service_count, 0);
}

static void
test_bounds(void **state)
{
	(void)state;
	char line[32 + 3 * (SERVICES_MAX + 1)];
	struct buf b = BUF(line);
	buf_put_str(&b, "ANTECHAMBER_SERVICES=");
	for (int i = 0; i < SERVICES_MAX; i++)
		buf_put_str(&b, "s,");
	parse_good("exec -- cmd", buf_str(&b));
	assert_int_equal(parsed.service_count, SERVICES_MAX);
	buf_put_str(&b, "s");
	assert_false(parse("exec -- cmd", buf_str(&b)));
	assert_int_equal(parse_error.kind, ERR_LIMIT);
	assert_string_equal(parse_error.text, "services: more than 32");
}

static void
test_usage(void **state)
{
	(void)state;
	static const struct {
		const char *line;
		const char *environ_line;
		const char *text;
	} row[] = {
		{ "", NULL, "usage: no command given: exec, init, check, copy or version" },
		{ "run", NULL, "usage: unknown command 'run'" },
		{ "Exec svc -- cmd", NULL, "usage: unknown command 'Exec'" },
		{ "-- cmd", NULL, "usage: no command given: exec, init, check, copy or version" },
		{ "exec svc cmd", NULL,
			"usage: exec: -- is missing: it separates the services from the command" },
		{ "exec", NULL,
			"usage: exec: -- is missing: it separates the services from the command" },
		{ "exec svc --", NULL, "usage: exec: no command after --" },
		{ "exec -- cmd", NULL, "usage: exec: no service is named" },
		{ "exec -- cmd", "ANTECHAMBER_SERVICES=", "usage: exec: no service is named" },
		{ "exec -- cmd", "ANTECHAMBER_SERVICES= , ", "usage: exec: no service is named" },
		{ "check", NULL, "usage: check: no service is named" },
		{ "check svc --", NULL, "usage: check: no command after --" },
		{ "check --references --", NULL, "usage: check: no command after --" },
		{ "init cmd", NULL,
			"usage: init: unexpected argument 'cmd': the command goes after --" },
		{ "init", NULL,
			"usage: init: -- is missing: it separates the options from the command" },
		{ "init --", NULL, "usage: init: no command after --" },
		{ "init --retries 3 -- cmd", NULL, "usage: --retries is not an option of init" },
		{ "--pristine init -- cmd", NULL, "usage: --pristine is not an option of init" },
		{ "copy", NULL, "usage: copy: the path to write to is missing" },
		{ "copy <>", NULL, "usage: copy: the path to write to is missing" },
		{ "copy a b", NULL, "usage: copy: unexpected argument 'b'" },
		{ "copy a -- b", NULL, "usage: copy: unexpected argument '--'" },
		{ "copy -- a", NULL, "usage: copy: unexpected argument '--'" },
		{ "version --", NULL, "usage: version: unexpected argument '--'" },
		{ "copy --grace 3 a", NULL, "usage: --grace is not an option of copy" },
		{ "version x", NULL, "usage: version: unexpected argument 'x'" },
		{ "help x", NULL, "usage: help: unexpected argument 'x'" },
		{ "exec --nope svc -- cmd", NULL, "usage: unknown option --nope" },
		{ "exec --nope=3 svc -- cmd", NULL, "usage: unknown option --nope" },
		{ "exec --Retries=3 svc -- cmd", NULL, "usage: unknown option --Retries" },
		{ "exec --retrie=3 svc -- cmd", NULL, "usage: unknown option --retrie" },
		{ "exec --=3 svc -- cmd", NULL, "usage: unknown option --" },
		{ "exec -x svc -- cmd", NULL, "usage: unknown option -x" },
		{ "exec -gx svc -- cmd", NULL, "usage: unknown option -x" },
		{ "exec -\x1b svc -- cmd", NULL, "usage: unknown option -\\x1b" },
		{ "exec --a\nb svc -- cmd", NULL, "usage: unknown option --a\\x0ab" },
		{ "exec svc --retries", NULL, "usage: --retries needs a value: N" },
		{ "exec svc --retries -- cmd", NULL, "usage: --retries needs a value: N" },
		{ "exec svc -r -- cmd", NULL, "usage: --retries needs a value: N" },
		{ "exec svc -gr", NULL, "usage: --retries needs a value: N" },
		{ "exec svc -r 3x -- cmd", NULL,
			"usage: --retries '3x': not a whole number from 1 to 1000000" },
		{ "exec svc -r= -- cmd", NULL,
			"usage: --retries '': not a whole number from 1 to 1000000" },
		{ "exec svc --retries <> -- cmd", NULL,
			"usage: --retries '': not a whole number from 1 to 1000000" },
		{ "exec svc --pristine=maybe -- cmd", NULL,
			"usage: --pristine 'maybe': not one of 1, 0, true, false, yes, no, on, "
			"off" },
		{ "exec svc -g=x -- cmd", NULL,
			"usage: --signal-group 'x': not one of 1, 0, true, false, yes, no, on, "
			"off" },
		{ "exec svc --timeout=-1 -- cmd", NULL,
			"usage: --timeout '-1': not a number of seconds from 0 to 31536000, such "
			"as 0.5" },
		{ "exec svc --unset A,B -- cmd", NULL,
			"usage: --unset 'A,B': not one name: repeat the option for each" },
		{ "exec svc --keep=A, -- cmd", NULL,
			"usage: --keep 'A,': not one name: repeat the option for each" },
		{ "exec svc --keep=,PRE* -- cmd", NULL,
			"usage: --keep ',PRE*': not one name: repeat the option for each" },
		{ "exec svc -b s3 -- cmd", NULL,
			"usage: --backend 's3': chamber's S3 backends are not supported, only "
			"ssm|secretsmanager|file:PATH|null" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		parse_bad(row[i].line, row[i].environ_line, row[i].text);
		assert_int_equal(parse_error.kind, ERR_USAGE);
	}
}

/* What to do about it is said too. */
static void
test_hints(void **state)
{
	(void)state;
	static const struct {
		const char *line;
		const char *hint;
	} row[] = {
		{ "exec svc cmd", "write: antechamber exec service -- command" },
		{ "init", "write: antechamber init -- command" },
		{ "exec -- cmd",
			"name at least one service before --, or set ANTECHAMBER_SERVICES" },
		{ "", "'antechamber --help' lists the commands" },
		{ "version x", "'antechamber --help' lists the commands" },
		{ "exec --nope -- cmd", "'antechamber exec --help' lists the options" },
		{ "copy", "'antechamber copy --help' lists the options" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		assert_false(parse(row[i].line, NULL));
		assert_string_equal(parse_error.hint, row[i].hint);
	}
}

static void
test_help_and_version(void **state)
{
	(void)state;
	static const struct {
		const char *line;
		enum command command;
		enum command help_of;
	} row[] = {
		{ "--help", COMMAND_HELP, COMMAND_HELP },
		{ "-h", COMMAND_HELP, COMMAND_HELP },
		{ "help", COMMAND_HELP, COMMAND_HELP },
		{ "help exec", COMMAND_HELP, COMMAND_EXEC },
		{ "help copy", COMMAND_HELP, COMMAND_COPY },
		{ "exec --help", COMMAND_HELP, COMMAND_EXEC },
		{ "--help exec", COMMAND_HELP, COMMAND_EXEC },
		{ "exec svc -gh", COMMAND_HELP, COMMAND_EXEC },
		/* Help comes before what is missing or wrong elsewhere. */
		{ "exec svc --help", COMMAND_HELP, COMMAND_EXEC },
		{ "init --pristine --help", COMMAND_HELP, COMMAND_INIT },
		{ "check -h", COMMAND_HELP, COMMAND_CHECK },
		{ "help --help", COMMAND_HELP, COMMAND_HELP },
		{ "--version", COMMAND_VERSION, COMMAND_HELP },
		{ "version", COMMAND_VERSION, COMMAND_HELP },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		parse_good(row[i].line, NULL);
		assert_int_equal(parsed.command, row[i].command);
		if (row[i].command == COMMAND_HELP)
			assert_int_equal(parsed.help_of, row[i].help_of);
	}
	/* A bad environment does not keep anybody from the help. */
	parse_good("exec --help", "ANTECHAMBER_RETRIES=x");
	parse_good("version", "ANTECHAMBER_RETRIES=x");
	/* Behind -- it is the command's. */
	parse_good("exec svc -- cmd --help", NULL);
	assert_int_equal(parsed.command, COMMAND_EXEC);
}

static void
test_copy(void **state)
{
	(void)state;
	parse_good("copy /shared/antechamber", NULL);
	assert_int_equal(parsed.command, COMMAND_COPY);
	assert_string_equal(parsed.copy_path, "/shared/antechamber");
	parse_good("copy -q path", NULL);
	assert_true(parsed.quiet);
}

static void
test_lists_on_the_command_line(void **state)
{
	(void)state;
	parse_good("exec --unset A --unset=B* -e 1 -e143 --remap-exit=2 --rewrite-signal TERM:INT "
		   "--rewrite-signal HUP:0 svc -- cmd",
		NULL);
	assert_int_equal(parsed.rules.unset.count, 2);
	assert_span(parsed.rules.unset.name[0], "A");
	assert_span(parsed.rules.unset.name[1], "B*");
	assert_true(parsed.supervision.remap_exit[1] && parsed.supervision.remap_exit[2] &&
		    parsed.supervision.remap_exit[143]);
	assert_int_equal(parsed.supervision.rewrite[15], 2);
	assert_int_equal(parsed.supervision.rewrite[1], 0);
}

static void
test_fetches(void **state)
{
	(void)state;
	static const struct {
		const char *line;
		bool fetches;
	} row[] = {
		{ "exec svc -- cmd", true },
		{ "check svc", true },
		{ "exec --references -- cmd", true },
		{ "exec -b null svc -- cmd", false },
		{ "exec -b null --references svc -- cmd", true },
		{ "exec -b file:x svc -- cmd", true },
		{ "init -- cmd", false },
		{ "copy x", false },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		parse_good(row[i].line, NULL);
		assert_int_equal(config_fetches(&parsed), row[i].fetches);
	}
}

static void
test_log_level(void **state)
{
	(void)state;
	parse_good("exec svc -- cmd", NULL);
	assert_int_equal(config_log_level(&parsed), LOG_INFO);
	parse_good("exec -v svc -- cmd", NULL);
	assert_int_equal(config_log_level(&parsed), LOG_DEBUG);
	parse_good("exec -q svc -- cmd", NULL);
	assert_int_equal(config_log_level(&parsed), LOG_ERROR);
	parse_good("exec -qv svc -- cmd", NULL);
	assert_int_equal(config_log_level(&parsed), LOG_ERROR);
}

static void
test_no_words_at_all(void **state)
{
	(void)state;
	char *none[] = { NULL };
	assert_false(config_parse(0, none, none, &parsed, &parse_error));
	assert_int_equal(parse_error.kind, ERR_USAGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_form_of_a_value),
		cmocka_unit_test(test_every_option_in_every_form),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_values_that_look_like_options),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_child),
		cmocka_unit_test(test_services),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_usage),
		cmocka_unit_test(test_hints),
		cmocka_unit_test(test_help_and_version),
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_lists_on_the_command_line),
		cmocka_unit_test(test_fetches),
		cmocka_unit_test(test_log_level),
		cmocka_unit_test(test_no_words_at_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
