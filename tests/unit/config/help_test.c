#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "config/help.h"
#include "config/options.h"

static char text[HELP_TEXT_MAX + 1];

static void
write_help(enum command command)
{
	struct buf b = { .p = text, .cap = HELP_TEXT_MAX };
	config_put_help(&b, command);
	assert_false(b.overflow);
	assert_true(b.len > 0);
	text[b.len] = '\0';
	assert_int_equal(text[b.len - 1], '\n');
}

/* Whether "--NAME" stands in the text, and not as a part of a longer name. */
static bool
names(const char *name)
{
	char dashed[40];
	struct buf b = BUF(dashed);
	buf_printf(&b, "--%s", name);
	const char *option = buf_str(&b);
	const char *at = text;
	while ((at = strstr(at, option)) != NULL) {
		at += strlen(option);
		if (*at == ' ' || *at == '\n')
			return true;
	}
	return false;
}

static void
assert_shows(const struct option *o, const char *part)
{
	if (part != NULL && strstr(text, part) == NULL)
		fail_msg("--%s: no \"%s\" in the help", o->name, part);
}

static void
check_option(const struct option *o)
{
	char part[80];
	struct buf b = BUF(part);
	char twin[OPTION_TWIN_MAX];
	option_twin(o, twin);
	if (o->letter != 0)
		buf_printf(&b, "-%c, --%s", o->letter, o->name);
	else
		buf_printf(&b, "      --%s", o->name);
	if (o->value != NULL)
		buf_printf(&b, " %s", o->value);
	assert_shows(o, buf_str(&b));
	assert_shows(o, o->help);
	assert_shows(o, twin);
	assert_shows(o, o->chamber_twin);
	assert_shows(o, o->aws_twin);
	if (o->fallback[0] != '\0') {
		b = BUF(part);
		buf_printf(&b, "(default %s)", o->fallback);
		assert_shows(o, buf_str(&b));
	}
}

/* A command's help shows its options, each with all that is to be known, and no others. */
static void
test_options(void **state)
{
	(void)state;
	static const enum command commands[] = { COMMAND_EXEC, COMMAND_INIT, COMMAND_CHECK,
		COMMAND_COPY };
	for (size_t k = 0; k < sizeof(commands) / sizeof(*commands); k++) {
		write_help(commands[k]);
		for (const struct option *o = option_table; o < option_table + option_count; o++) {
			bool fits = (o->commands & 1u << commands[k]) != 0;
			if (names(o->name) != fits)
				fail_msg("--%s in the help of command %d: %d", o->name,
					(int)commands[k], !fits);
			if (fits)
				check_option(o);
		}
	}
}

/* Every option is one of exec, whose help is the one that people read. */
static void
test_exec_has_all(void **state)
{
	(void)state;
	for (const struct option *o = option_table; o < option_table + option_count; o++)
		assert_true((o->commands & 1u << COMMAND_EXEC) != 0);
}

static void
test_columns(void **state)
{
	(void)state;
	for (unsigned command = COMMAND_EXEC; command <= COMMAND_HELP; command++) {
		write_help((enum command)command);
		struct span rest = span_of(text);
		struct span line;
		while (span_split(&rest, '\n', &line)) {
			if (line.n > 160)
				fail_msg("%zu columns: %.*s", line.n, (int)line.n, line.p);
			assert_true(line.n == 0 || line.p[line.n - 1] != ' ');
			assert_int_equal(span_find(line, '\t'), line.n);
		}
	}
}

static void
test_overview(void **state)
{
	(void)state;
	static const char *const commands[] = {
		"antechamber exec [options] [service[:label]...] -- command [argument...]",
		"antechamber init [options] -- command [argument...]", "antechamber check ",
		"antechamber copy PATH", "antechamber version", "antechamber help"
	};
	write_help(COMMAND_HELP);
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		assert_non_null(strstr(text, commands[i]));
}

static void
test_version(void **state)
{
	(void)state;
	char version[64];
	struct buf b = BUF(version);
	config_put_version(&b);
	assert_string_equal(buf_str(&b), "antechamber " ANTECHAMBER_VERSION "\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_exec_has_all),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_overview),
		cmocka_unit_test(test_version),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
