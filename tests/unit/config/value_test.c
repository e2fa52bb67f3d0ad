#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "config/options.h"

static struct config c;
static struct err e;

static int
reset(void **state)
{
	(void)state;
	memset(&c, 0, sizeof(c));
	memset(&e, 0, sizeof(e));
	return 0;
}

static bool
set(const char *name, const char *value)
{
	const struct option *o = option_by_name(span_of(name));
	assert_non_null(o);
	return option_set(o, &c, span_of(value), &e);
}

static void
assert_refused(const char *name, const char *value, const char *text)
{
	if (set(name, value))
		fail_msg("--%s \"%s\" is taken", name, value);
	assert_string_equal(e.text, text);
	assert_int_equal(e.kind, ERR_USAGE);
}

static void
test_flag(void **state)
{
	(void)state;
	static const char *const yes[] = { "1", "true", "yes", "on", "TRUE", "Yes", "oN" };
	static const char *const no[] = { "0", "false", "no", "off", "FALSE", "No", "oFF" };
	static const char *const bad[] = { "", "2", "y", "t", "enable", "true ", "tru", "-1" };
	for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++) {
		c.rules.pristine = false;
		assert_true(set("pristine", yes[i]));
		assert_true(c.rules.pristine);
		assert_true(set("pristine", no[i]));
		assert_false(c.rules.pristine);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_refused(
			"pristine", bad[i], "not one of 1, 0, true, false, yes, no, on, off");
}

/* Each flag sets its own member and nothing else. */
static void
test_each_flag(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		size_t offset;
	} row[] = {
		{ "references", offsetof(struct config, rules.references) },
		{ "recursive", offsetof(struct config, recursive) },
		{ "pristine", offsetof(struct config, rules.pristine) },
		{ "strict", offsetof(struct config, rules.strict) },
		{ "no-clobber", offsetof(struct config, rules.no_clobber) },
		{ "fail-if-empty", offsetof(struct config, fail_if_empty) },
		{ "keep-case", offsetof(struct config, keep_case) },
		{ "allow-http", offsetof(struct config, allow_http) },
		{ "signal-group", offsetof(struct config, supervision.signal_group) },
		{ "quiet", offsetof(struct config, quiet) },
		{ "verbose", offsetof(struct config, verbose) },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		static struct config wanted;
		memset(&c, 0, sizeof(c));
		memset(&wanted, 0, sizeof(wanted));
		const bool on = true;
		memcpy((char *)&wanted + row[i].offset, &on, sizeof(on));
		assert_true(set(row[i].name, "on"));
		assert_memory_equal(&c, &wanted, sizeof(c));
	}
}

static void
test_tristate(void **state)
{
	(void)state;
	assert_int_equal(c.supervision.subreaper, SUBREAPER_AUTO);
	assert_true(set("subreaper", "yes"));
	assert_int_equal(c.supervision.subreaper, SUBREAPER_ON);
	assert_true(set("subreaper", "0"));
	assert_int_equal(c.supervision.subreaper, SUBREAPER_OFF);
	assert_refused("subreaper", "auto", "not one of 1, 0, true, false, yes, no, on, off");
}

static void
test_count(void **state)
{
	(void)state;
	static const char *const bad[] = { "", "0", "00", "-1", "+3", "3x", "3 ", " 3", "1.5",
		"0x10", "1000001", "4294967297", "18446744073709551617", "1e3" };
	assert_true(set("retries", "1"));
	assert_int_equal(c.retries, 1);
	assert_true(set("retries", "007"));
	assert_int_equal(c.retries, 7);
	assert_true(set("retries", "1000000"));
	assert_int_equal(c.retries, 1000000);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_refused("retries", bad[i], "not a whole number from 1 to 1000000");
	assert_int_equal(c.retries, 1000000);
}

static void
test_seconds(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		clock_ms ms;
	} good[] = {
		{ "0", 0 },
		{ "0.0", 0 },
		{ "1", 1000 },
		{ "60", 60000 },
		{ "0.25", 250 },
		{ ".5", 500 },
		{ "1.0015", 1001 },
		{ "0.001", 1 },
		{ "0.0019", 1 },
		{ "0.00000", 0 },
		{ "0.999999", 999 },
		{ "2.123456789012345678901234567890", 2123 },
		{ "31536000", 31536000000 },
	};
	static const char *const bad[] = { "", ".", "1.", "-1", "+1", "1s", "1,5", "1.5.5", "1e3",
		"0x1", " 1", "1 ", "1. 5", "inf", "nan", "31536001", "99999999999999999999",
		"1.5s" };
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		c.timeout_ms = -1;
		if (!set("timeout", good[i].text))
			fail_msg("%s: %s", good[i].text, e.text);
		assert_int_equal(c.timeout_ms, good[i].ms);
	}
	assert_true(set("grace", "0.5"));
	assert_int_equal(c.supervision.grace_ms, 500);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_refused(
			"grace", bad[i], "not a number of seconds from 0 to 31536000, such as 0.5");
	/* What is not 0 never becomes 0, which means no limit. */
	static const char *const tiny[] = { "0.0009", "0.0004", ".0001",
		"00.00000000000000000001" };
	for (size_t i = 0; i < sizeof(tiny) / sizeof(*tiny); i++) {
		assert_refused("timeout", tiny[i], "less than a millisecond (0.001), but not 0");
		assert_refused("grace", tiny[i], "less than a millisecond (0.001), but not 0");
	}
}

/* The words of each choice stand in the order of its enum. */
static void
test_choice(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		const char *word;
		size_t offset;
		unsigned value;
	} row[] = {
		{ "env-names", "chamber", offsetof(struct config, env_names), ENV_NAMES_CHAMBER },
		{ "env-names", "posix", offsetof(struct config, env_names), ENV_NAMES_POSIX },
		{ "env-names", "keep", offsetof(struct config, env_names), ENV_NAMES_KEEP },
		{ "sandbox", "auto", offsetof(struct config, sandbox), SANDBOX_AUTO },
		{ "sandbox", "require", offsetof(struct config, sandbox), SANDBOX_REQUIRE },
		{ "sandbox", "off", offsetof(struct config, sandbox), SANDBOX_OFF },
		{ "supervise", "auto", offsetof(struct config, supervision.mode), SUPERVISE_AUTO },
		{ "supervise", "always", offsetof(struct config, supervision.mode),
			SUPERVISE_ALWAYS },
		{ "supervise", "never", offsetof(struct config, supervision.mode),
			SUPERVISE_NEVER },
		{ "log-format", "text", offsetof(struct config, log_format), LOG_FORMAT_TEXT },
		{ "log-format", "json", offsetof(struct config, log_format), LOG_FORMAT_JSON },
		{ "log-format", "JSON", offsetof(struct config, log_format), LOG_FORMAT_JSON },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		unsigned value = 99;
		assert_true(set(row[i].name, row[i].word));
		memcpy(&value, (const char *)&c + row[i].offset, sizeof(value));
		assert_int_equal(value, row[i].value);
	}
	assert_refused("sandbox", "", "not one of auto|require|off");
	assert_refused("sandbox", "on", "not one of auto|require|off");
	assert_refused("sandbox", "auto|off", "not one of auto|require|off");
	assert_refused("env-names", "posi", "not one of chamber|posix|keep");
}

static void
test_text(void **state)
{
	(void)state;
	const char *text = "any thing=at all";
	assert_true(set("strict-value", text));
	assert_ptr_equal(c.rules.strict_value, text);
}

static void
test_signal(void **state)
{
	(void)state;
	static const char message[] =
		"not a signal's name such as TERM or RTMIN+3, or a number from 1 to 64";
	assert_true(set("parent-death-signal", "SIGKILL"));
	assert_int_equal(c.supervision.parent_death_signal, 9);
	assert_true(set("parent-death-signal", "rtmin+1"));
	assert_int_equal(c.supervision.parent_death_signal, 35);
	assert_refused("parent-death-signal", "0", message);
	assert_refused("parent-death-signal", "TERM2", message);
}

static void
test_backend(void **state)
{
	(void)state;
	static const char message[] = "not one of ssm|secretsmanager|file:PATH|null";
	static const struct {
		const char *text;
		enum backend backend;
	} row[] = {
		{ "secretsmanager", BACKEND_SECRETS_MANAGER },
		{ "SecretsManager", BACKEND_SECRETS_MANAGER },
		{ "null", BACKEND_NULL },
		{ "NULL", BACKEND_NULL },
		{ "ssm", BACKEND_SSM },
		{ "SSM", BACKEND_SSM },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		assert_true(set("backend", row[i].text));
		assert_int_equal(c.backend, row[i].backend);
	}
	assert_true(set("backend", "FILE:Params.json"));
	assert_int_equal(c.backend, BACKEND_FILE);
	assert_string_equal(c.backend_file, "Params.json");
	assert_true(set("backend", "file:/a:b=c"));
	assert_string_equal(c.backend_file, "/a:b=c");

	assert_refused("backend", "s3",
		"chamber's S3 backends are not supported, only "
		"ssm|secretsmanager|file:PATH|null");
	assert_refused("backend", "S3-KMS",
		"chamber's S3 backends are not supported, only "
		"ssm|secretsmanager|file:PATH|null");
	assert_refused("backend", "", message);
	assert_refused("backend", "file:", message);
	assert_refused("backend", "file", message);
	assert_refused("backend", "s3-", message);
}

static void
test_keep(void **state)
{
	(void)state;
	assert_true(set("keep", "NAME"));
	assert_true(set("keep", "AWS_*"));
	assert_int_equal(c.rules.keep.count, 2);
	assert_int_equal(c.rules.unset.count, 0);
	assert_true(span_eq(c.rules.keep.name[1], SPAN("AWS_*")));
	assert_refused("keep", "A*B", "not a variable's name, or a prefix of it ending in *");
	for (unsigned i = 2; i < NAMES_MAX; i++)
		assert_true(set("keep", "N"));
	assert_false(set("keep", "N"));
	assert_int_equal(e.kind, ERR_LIMIT);
}

static void
test_unset(void **state)
{
	(void)state;
	static const char message[] = "not a variable's name, or a prefix of it ending in *";
	assert_true(set("unset", "NAME"));
	assert_true(set("unset", "AWS_*"));
	assert_true(set("unset", "*"));
	assert_int_equal(c.rules.unset.count, 3);
	assert_true(span_eq(c.rules.unset.name[0], SPAN("NAME")));
	assert_true(span_eq(c.rules.unset.name[1], SPAN("AWS_*")));
	assert_refused("unset", "", message);
	assert_refused("unset", "A=b", message);
	assert_refused("unset", "A*b", message);
	assert_refused("unset", "*A", message);
	assert_int_equal(c.rules.unset.count, 3);
	for (unsigned i = 3; i < NAMES_MAX; i++)
		assert_true(set("unset", "N"));
	assert_false(set("unset", "N"));
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_string_equal(e.text, "more than 64 names");
}

static void
test_remap(void **state)
{
	(void)state;
	static const char message[] = "not an exit code from 0 to 255";
	assert_true(set("remap-exit", "143"));
	assert_true(set("remap-exit", "0"));
	assert_true(set("remap-exit", "255"));
	for (unsigned i = 0; i < 256; i++)
		assert_int_equal(c.supervision.remap_exit[i], i == 0 || i == 143 || i == 255);
	assert_refused("remap-exit", "256", message);
	assert_refused("remap-exit", "-1", message);
	assert_refused("remap-exit", "", message);
	assert_refused("remap-exit", "1,2", message);
}

static void
test_rewrite(void **state)
{
	(void)state;
	static const char message[] = "not A:B of two signals, such as TERM:QUIT, or A:0 to drop A";
	static const struct {
		const char *text;
		int from;
		int to;
	} good[] = {
		{ "TERM:QUIT", 15, 3 },
		{ "15:2", 15, 2 },
		{ "SIGUSR1:rtmin+3", 10, 37 },
		{ "RTMAX:KILL", 64, 9 },
		{ "WINCH:0", 28, 0 },
		{ "34:34", 34, 34 },
	};
	static const char *const bad[] = { "", ":", "TERM", "TERM:", ":TERM", "TERM:QUIT:INT",
		"TERM:00", "0:TERM", "TERM:X", "X:TERM", "TERM=QUIT", "TERM: QUIT", "65:1" };
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		if (!set("rewrite-signal", good[i].text))
			fail_msg("%s: %s", good[i].text, e.text);
		assert_int_equal(c.supervision.rewrite[good[i].from], good[i].to);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_refused("rewrite-signal", bad[i], message);
	assert_refused("rewrite-signal", "KILL:TERM", "SIGKILL is never forwarded");
	assert_refused("rewrite-signal", "19:0", "SIGSTOP is never forwarded");
	assert_refused("rewrite-signal", "SIGCHLD:USR1", "SIGCHLD is never forwarded");
}

static void
test_ignored(void **state)
{
	(void)state;
	assert_true(set("retry-mode", "whatever"));
	assert_true(c.retry_mode_given);
	assert_false(c.throttle_delay_given);
	assert_true(set("min-throttle-delay", "500ms"));
	assert_true(c.throttle_delay_given);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_flag, reset),
		cmocka_unit_test_setup(test_each_flag, reset),
		cmocka_unit_test_setup(test_tristate, reset),
		cmocka_unit_test_setup(test_count, reset),
		cmocka_unit_test_setup(test_seconds, reset),
		cmocka_unit_test_setup(test_choice, reset),
		cmocka_unit_test_setup(test_text, reset),
		cmocka_unit_test_setup(test_signal, reset),
		cmocka_unit_test_setup(test_backend, reset),
		cmocka_unit_test_setup(test_keep, reset),
		cmocka_unit_test_setup(test_unset, reset),
		cmocka_unit_test_setup(test_remap, reset),
		cmocka_unit_test_setup(test_rewrite, reset),
		cmocka_unit_test_setup(test_ignored, reset),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
