#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/fdio.h"
#include "base/log.h"
#include "base/pages.h"
#include "base/relro.h"
#include "base/stop.h"
#include "check.h"
#include "config/config.h"
#include "config/help.h"
#include "fetch/fetch.h"
#include "init/fds.h"
#include "init/init.h"
#include "init/signals.h"
#include "launch/copy.h"
#include "launch/launch.h"

/* The only file that knows every role of the program (src/README.md). */

static int
fail(const struct err *e)
{
	log_error(e);
	return err_exit_code(e);
}

static int
show(const struct config *c, const struct inherited *inherited, struct err *e)
{
	char *text = pages_map(HELP_TEXT_MAX, "no room for the text", e);
	struct buf b = { .p = text, .cap = HELP_TEXT_MAX };
	if (text == NULL)
		return fail(e);
	if (c->command == COMMAND_HELP)
		config_put_help(&b, c->help_of);
	else
		config_put_version(&b);
	/* Nobody may be reading. */
	stop_ends_us();
	/* A failing write is to be an error that is reported. */
	signals_set_mask(inherited->signal_mask | SIGNALS_BIT(SIGPIPE) | SIGNALS_BIT(SIGXFSZ));
	return fdio_write_all(STDOUT_FILENO, buf_span(&b), "to stdout", e) ? 0 : fail(e);
}

/* What was given and has no effect. */
static void
warn_ignored(const struct config *c)
{
	if (c->services_hidden)
		log_warning("ANTECHAMBER_SERVICES is ignored: the command line names services");
	if (c->retry_mode_given)
		log_warning("--retry-mode has no effect here");
	if (c->throttle_delay_given)
		log_warning("--min-throttle-delay has no effect here");
}

/* The command is looked up before anything is fetched: a typing error needs no network. */
static int
run_roles(const struct config *c, const struct init_roles *roles, const struct inherited *inherited,
	struct err *e)
{
	warn_ignored(c);
	if (c->argv != NULL && !launch_find(c, e))
		return fail(e);
	return init_run(c, roles, inherited, e);
}

static int
run_command(const struct config *c, const struct inherited *inherited, struct err *e)
{
	const struct init_roles roles = {
		.fetch = config_fetches(c) ? fetch_run : NULL,
		.launch = launch_run,
	};
	return run_roles(c, &roles, inherited, e);
}

static int
run_check(struct config *c, const struct inherited *inherited, struct err *e)
{
	const struct init_roles roles = { .fetch = check_fetch, .launch = check_print };
	config_drop_supervision(c);
	return run_roles(c, &roles, inherited, e);
}

int
main(int argc, char **argv)
{
	relro_seal();
	static struct config c;
	struct err e;
	const clock_ms started = clock_now();
	const struct inherited inherited = signals_inherit();
	/* For every command: a descriptor that is opened later must not become its stderr. */
	if (!fds_guard_standard(&e))
		return fail(&e);
	const bool good = config_parse(argc, argv, environ, &c, &e);
	log_setup(config_log_level(&c), c.log_format == LOG_FORMAT_JSON);
	if (!good)
		return fail(&e);
	c.started = started;

	switch (c.command) {
	case COMMAND_EXEC:
	case COMMAND_INIT:
		return run_command(&c, &inherited, &e);
	case COMMAND_CHECK:
		return run_check(&c, &inherited, &e);
	case COMMAND_COPY:
		/* Its signals stay blocked, so that no half copy is left. */
		return copy_run(c.copy_path);
	case COMMAND_VERSION:
	case COMMAND_HELP:
		return show(&c, &inherited, &e);
	}
	return EXIT_REFUSED;
}
