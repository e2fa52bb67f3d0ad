#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/fdio.h"
#include "base/log.h"
#include "check.h"
#include "config/config.h"
#include "config/help.h"
#include "fetch/fetch.h"
#include "init/init.h"
#include "init/signals.h"
#include "launch/copy.h"
#include "launch/launch.h"

/* The only file that knows every role of the program (src/README.md). */

extern char **environ;

static int
fail(const struct err *e)
{
	log_error(e);
	return err_exit_code(e);
}

static int
print(const struct buf *text)
{
	struct err e;
	if (!fdio_write_all(STDOUT_FILENO, buf_span(text), "to stdout", &e))
		return fail(&e);
	return 0;
}

static int
show_help(const struct config *c)
{
	static char text[HELP_TEXT_MAX];
	struct buf b = BUF(text);
	config_put_help(&b, c->help_of);
	return print(&b);
}

/* chamber's options that its users may leave where they are. */
static void
tell_ignored(const struct config *c)
{
	if (c->retry_mode_given)
		log_warning("--retry-mode has no effect here");
	if (c->throttle_delay_given)
		log_warning("--min-throttle-delay has no effect here");
}

static int
show_version(void)
{
	char text[64];
	struct buf b = BUF(text);
	config_put_version(&b);
	return print(&b);
}

/* The command is looked up before anything is fetched: a typing error needs no network. */
static int
run_command(const struct config *c, const struct inherited *inherited)
{
	struct init_roles roles = { .launch = launch_run };
	struct err e;
	tell_ignored(c);
	if (config_fetches(c))
		roles.fetch = fetch_run;
	if (!launch_find(c, &e))
		return fail(&e);
	return init_run(c, &roles, inherited);
}

int
main(int argc, char **argv)
{
	static struct config c;
	struct err e;
	const clock_ms started = clock_now();
	const struct inherited inherited = signals_inherit();
	log_setup(LOG_INFO, config_log_format(argv, environ) == LOG_FORMAT_JSON);
	if (!config_parse(argc, argv, environ, &c, &e))
		return fail(&e);
	c.started = started;
	log_setup(config_log_level(&c), c.log_format == LOG_FORMAT_JSON);

	switch (c.command) {
	case COMMAND_EXEC:
	case COMMAND_INIT:
		return run_command(&c, &inherited);
	case COMMAND_COPY:
		/* Its signals stay blocked, so that no half copy is left behind. */
		return copy_run(c.copy_path);
	case COMMAND_CHECK:
		signals_set_mask(inherited.signal_mask);
		tell_ignored(&c);
		return check_run(&c);
	case COMMAND_VERSION:
		signals_set_mask(inherited.signal_mask);
		return show_version();
	case COMMAND_HELP:
		signals_set_mask(inherited.signal_mask);
		return show_help(&c);
	}
	return EXIT_REFUSED;
}
