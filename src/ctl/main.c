#include <fcntl.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/relro.h"
#include "ctl/base/outfile.h"
#include "ctl/base/text.h"
#include "ctl/command.h"
#include "ctl/help.h"
#include "ctl/options.h"

/* antechamberctl: what an operator does with the secrets that antechamber loads (src/README.md). */

static bool
show(const struct words *words, struct err *e)
{
	struct text text = { 0 };
	if (words->wants_version)
		text_put_str(&text, "antechamberctl " ANTECHAMBER_VERSION "\n");
	else
		help_put(&text, words->command);
	return outfile_print(text_span(&text), e);
}

/*
 * A standard stream that is closed would be the number of a connection, and what is printed would
 * go to the peer. With O_PATH it is taken, and reading and writing fail as before.
 */
static void
take_standard_streams(void)
{
	int fd;
	do
		fd = open("/", O_PATH | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

/* What was given and has no effect. */
static void
warn_ignored(const struct options *o)
{
	if (o->retry_mode)
		log_warning("--retry-mode has no effect here");
	if (o->min_throttle_delay)
		log_warning("--min-throttle-delay has no effect here");
}

static bool
run(int argc, char **argv, int *exit_code, struct err *e)
{
	struct words words = { 0 };
	if (!options_parse(argc, argv, environ, &words, e))
		return false;
	log_setup(words.options.verbose ? LOG_DEBUG : LOG_INFO, false);
	if (words.wants_help || words.wants_version)
		return show(&words, e);
	warn_ignored(&words.options);
	struct ctl c = {
		.options = &words.options,
		.environ = environ,
		.word = words.word,
		.words = words.count,
	};
	const bool ok = words.command->run(&c, e);
	*exit_code = c.exit_code;
	return ok;
}

int
main(int argc, char **argv)
{
	int exit_code = EXIT_SUCCESS;
	struct err e;
	relro_seal();
	take_standard_streams();
	/* Secrets: no core is written, and no process of the same user reads this memory. */
	prctl(PR_SET_DUMPABLE, 0);
	log_program("antechamberctl");
	if (run(argc, argv, &exit_code, &e))
		return exit_code;
	log_error(&e);
	return err_exit_code(&e);
}
