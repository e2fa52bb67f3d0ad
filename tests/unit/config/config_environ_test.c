#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "config/options.h"
#include "unit/config/parse.h"

/* Every variable of every option sets what the option itself sets. */
static void
test_every_twin(void **state)
{
	(void)state;
	for (const struct option *o = option_table; o < option_table + option_count; o++) {
		static struct parse_outcome wanted;
		char name[OPTION_TWIN_MAX];
		char line[160];
		option_twin(o, name);
		if (name[0] == '\0')
			continue;
		const char *variable[] = { name, o->chamber_twin, o->aws_twin };
		struct buf b = BUF(line);
		buf_printf(&b, "exec --%s=%s svc -- cmd", o->name, parse_sample(o));
		parse_outcome(&wanted, buf_str(&b), NULL);
		for (size_t k = 0; k < 3; k++) {
			static struct parse_outcome got;
			if (variable[k] == NULL || variable[k][0] == '\0')
				continue;
			b = BUF(line);
			buf_printf(&b, "%s=%s", variable[k], parse_sample(o));
			parse_outcome(&got, "exec svc -- cmd", buf_str(&b));
			assert_string_equal(got.text, wanted.text);
			assert_memory_equal(&got, &wanted, sizeof(got));
		}
	}
}

/* Command line, ANTECHAMBER_*, chamber's, AWS's, default; an empty variable is none. */
static void
test_precedence(void **state)
{
	(void)state;
	static const struct {
		const char *line;
		const char *environ_line;
		unsigned retries;
	} row[] = {
		{ "exec -r 1 svc -- cmd",
			"AWS_MAX_ATTEMPTS=4|CHAMBER_RETRIES=3|ANTECHAMBER_RETRIES=2", 1 },
		{ "exec svc -- cmd", "AWS_MAX_ATTEMPTS=4|CHAMBER_RETRIES=3|ANTECHAMBER_RETRIES=2",
			2 },
		{ "exec svc -- cmd",
			"AWS_MAX_ATTEMPTS=4|CHAMBER_RETRIES=3|ANTECHAMBER_RETRIES=", 3 },
		{ "exec svc -- cmd", "AWS_MAX_ATTEMPTS=4|CHAMBER_RETRIES=3", 3 },
		{ "exec svc -- cmd", "AWS_MAX_ATTEMPTS=4|CHAMBER_RETRIES=", 4 },
		{ "exec svc -- cmd", "AWS_MAX_ATTEMPTS=4", 4 },
		{ "exec svc -- cmd", "AWS_MAX_ATTEMPTS=", 10 },
		{ "exec svc -- cmd", "RETRIES=4|XANTECHAMBER_RETRIES=2|ANTECHAMBER_RETRIES2=3",
			10 },
		/* A variable that does not count is not judged either. */
		{ "exec svc -- cmd", "AWS_MAX_ATTEMPTS=x|CHAMBER_RETRIES=3", 3 },
		{ "exec -r 1 svc -- cmd", "ANTECHAMBER_RETRIES=x", 1 },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		parse_good(row[i].line, row[i].environ_line);
		assert_int_equal(parsed.retries, row[i].retries);
	}
	parse_good("exec svc -- cmd", "CHAMBER_SECRET_BACKEND=SecretsManager");
	assert_int_equal(parsed.backend, BACKEND_SECRETS_MANAGER);
	parse_good("exec -b ssm svc -- cmd", "CHAMBER_SECRET_BACKEND=S3");
	assert_int_equal(parsed.backend, BACKEND_SSM);
}

/* --flag=false turns off what the environment turned on. */
static void
test_flags(void **state)
{
	(void)state;
	parse_good("exec svc -- cmd", "ANTECHAMBER_PRISTINE=YES");
	assert_true(parsed.rules.pristine);
	parse_good("exec --pristine=false svc -- cmd", "ANTECHAMBER_PRISTINE=1");
	assert_false(parsed.rules.pristine);
	parse_good("exec -g=0 svc -- cmd", "ANTECHAMBER_SIGNAL_GROUP=1");
	assert_false(parsed.supervision.signal_group);
	parse_good("exec --pristine svc -- cmd", "ANTECHAMBER_PRISTINE=0");
	assert_true(parsed.rules.pristine);
	parse_good("exec svc -- cmd", "ANTECHAMBER_SUBREAPER=false");
	assert_int_equal(parsed.supervision.subreaper, SUBREAPER_OFF);
}

/* Services on the command line hide the variable, which is worth a warning. */
static void
test_services(void **state)
{
	(void)state;
	parse_good("exec -- cmd", "ANTECHAMBER_SERVICES=a, b");
	assert_int_equal(parsed.service_count, 2);
	assert_false(parsed.services_hidden);
	parse_good("exec svc -- cmd", "ANTECHAMBER_SERVICES=a, b");
	assert_int_equal(parsed.service_count, 1);
	assert_true(parsed.services_hidden);
	parse_good("check svc", "ANTECHAMBER_SERVICES=a");
	assert_true(parsed.services_hidden);
	parse_good("exec svc -- cmd", "ANTECHAMBER_SERVICES= ,");
	assert_false(parsed.services_hidden);
	parse_good("init -- cmd", "ANTECHAMBER_SERVICES=a");
	assert_false(parsed.services_hidden);
}

static void
test_lists(void **state)
{
	(void)state;
	static const char environ_line[] =
		"ANTECHAMBER_UNSET= A,B* \tC,|ANTECHAMBER_KEEP=K,|ANTECHAMBER_REMAP_EXIT=1 2,143|"
		"ANTECHAMBER_REWRITE_SIGNAL=TERM:INT,HUP:0 15:QUIT";
	parse_good("exec svc -- cmd", environ_line);
	assert_int_equal(parsed.rules.keep.count, 1);
	assert_true(span_eq(parsed.rules.keep.name[0], SPAN("K")));
	assert_int_equal(parsed.rules.unset.count, 3);
	assert_true(span_eq(parsed.rules.unset.name[0], SPAN("A")));
	assert_true(span_eq(parsed.rules.unset.name[1], SPAN("B*")));
	assert_true(span_eq(parsed.rules.unset.name[2], SPAN("C")));
	for (int i = 0; i < 256; i++)
		assert_int_equal(parsed.supervision.remap_exit[i], i == 1 || i == 2 || i == 143);
	assert_int_equal(parsed.supervision.rewrite[1], 0);
	/* Of two for one signal the last counts. */
	assert_int_equal(parsed.supervision.rewrite[15], 3);

	/* The command line's list takes the place of the variable's. */
	parse_good("exec --unset X -e 7 svc -- cmd", environ_line);
	assert_int_equal(parsed.rules.unset.count, 1);
	assert_true(span_eq(parsed.rules.unset.name[0], SPAN("X")));
	assert_true(parsed.supervision.remap_exit[7]);
	assert_false(parsed.supervision.remap_exit[143]);
	assert_int_equal(parsed.supervision.rewrite[1], 0);
}

/* A bad value names the variable that it stands in. */
static void
test_bad(void **state)
{
	(void)state;
	static const struct {
		const char *environ_line;
		const char *text;
	} row[] = {
		{ "ANTECHAMBER_RETRIES=3x",
			"usage: ANTECHAMBER_RETRIES '3x': not a whole number from 1 to 1000000" },
		{ "CHAMBER_RETRIES=0",
			"usage: CHAMBER_RETRIES '0': not a whole number from 1 to 1000000" },
		{ "AWS_MAX_ATTEMPTS=many",
			"usage: AWS_MAX_ATTEMPTS 'many': not a whole number from 1 to 1000000" },
		{ "CHAMBER_SECRET_BACKEND=S3",
			"usage: CHAMBER_SECRET_BACKEND 'S3': chamber's S3 backends are not "
			"supported, only ssm|secretsmanager|file:PATH|null" },
		{ "ANTECHAMBER_PRISTINE=maybe", "usage: ANTECHAMBER_PRISTINE 'maybe': not one of "
						"1, 0, true, false, yes, no, "
						"on, off" },
		{ "ANTECHAMBER_REMAP_EXIT=1,x,3",
			"usage: ANTECHAMBER_REMAP_EXIT 'x': not an exit code from 0 to 255" },
		{ "ANTECHAMBER_TIMEOUT=\x1b[31m", "usage: ANTECHAMBER_TIMEOUT '\\x1b[31m': not a "
						  "number of seconds from 0 to "
						  "31536000, such as 0.5" },
		{ "ANTECHAMBER_LOG_FORMAT= json",
			"usage: ANTECHAMBER_LOG_FORMAT ' json': not one of text|json" },
		{ "ANTECHAMBER_REWRITE_SIGNAL=TERM:INT STOP:0",
			"usage: ANTECHAMBER_REWRITE_SIGNAL 'STOP:0': SIGSTOP is never forwarded" },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++)
		parse_bad("exec svc -- cmd", row[i].environ_line, row[i].text);
}

/* init reads what concerns it, and nothing that only a fetch would need. */
static void
test_only_what_fits_the_command(void **state)
{
	(void)state;
	parse_good("init -- cmd",
		"ANTECHAMBER_GRACE=5|ANTECHAMBER_RETRIES=x|ANTECHAMBER_PRISTINE=1|"
		"CHAMBER_SECRET_BACKEND=S3|AWS_MAX_ATTEMPTS=x");
	assert_int_equal(parsed.supervision.grace_ms, 5000);
	assert_false(parsed.rules.pristine);
	parse_bad("init -- cmd", "ANTECHAMBER_GRACE=x",
		"usage: ANTECHAMBER_GRACE 'x': not a number of seconds from 0 to 31536000, such as "
		"0.5");
	parse_good("copy x", "ANTECHAMBER_GRACE=x|ANTECHAMBER_VERBOSE=1");
	assert_true(parsed.verbose);
}

/* chamber's two options without effect have no variable. */
static void
test_ignored_have_no_twin(void **state)
{
	(void)state;
	parse_good("exec svc -- cmd", "ANTECHAMBER_RETRY_MODE=x|ANTECHAMBER_MIN_THROTTLE_DELAY=1");
	assert_false(parsed.retry_mode_given);
	assert_false(parsed.throttle_delay_given);
	parse_good("exec --retry-mode standard --min-throttle-delay 500ms svc -- cmd", NULL);
	assert_true(parsed.retry_mode_given);
	assert_true(parsed.throttle_delay_given);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_twin),
		cmocka_unit_test(test_precedence),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_services),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_only_what_fits_the_command),
		cmocka_unit_test(test_ignored_have_no_twin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
