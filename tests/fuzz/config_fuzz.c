#include <string.h>

#include "config/config.h"
#include "fuzz/claims.h"

/* Words of the command line, each up to a NUL, up to a 0xff byte; then those of the environment. */

#define TEXT_MAX 4096
#define WORDS_MAX 64

struct words {
	char text[TEXT_MAX + 1];
	char *word[WORDS_MAX + 2]; /* room for one more */
	int count;
};

static struct words argv;
static struct words environment;

static void
read_words(struct words *w, struct span bytes, char *first)
{
	w->count = 0;
	if (first != NULL)
		w->word[w->count++] = first;
	memcpy(w->text, bytes.p, bytes.n);
	w->text[bytes.n] = '\0';
	for (size_t at = 0; at < bytes.n && w->count < WORDS_MAX; at += strlen(w->text + at) + 1)
		w->word[w->count++] = w->text + at;
	w->word[w->count] = NULL;
}

static bool
parse(struct config *c, struct err *e)
{
	*e = (struct err){ 0 };
	return config_parse(argv.count, argv.word, environment.word, c, e);
}

static void
check_error(const struct err *e)
{
	fuzz_check_error(e);
	fuzz_check(e->kind == ERR_USAGE || e->kind == ERR_LIMIT, "the kind of the error");
	fuzz_check(e->hint[0] != '\0', "an error says what to do");
}

/* Where the command begins: behind the first "--". 0: there is none. */
static int
command_at(void)
{
	for (int i = 1; i < argv.count; i++) {
		if (strcmp(argv.word[i], "--") == 0)
			return i + 1;
	}
	return 0;
}

static bool
points_into(const struct words *w, const char *p)
{
	return p >= w->text && p < w->text + sizeof(w->text);
}

static void
check_command(const struct config *c)
{
	const int at = command_at();
	bool is_there = at > 0 && at < argv.count;
	fuzz_check(c->argv == NULL || (is_there && c->argv == &argv.word[at]),
		"the command is what follows the first --");
	if (c->command == COMMAND_EXEC || c->command == COMMAND_INIT)
		fuzz_check(c->argv != NULL, "exec and init have a command");
	if (c->command == COMMAND_EXEC || c->command == COMMAND_CHECK)
		fuzz_check(c->service_count > 0 || c->rules.references, "something to load");
	if (c->command == COMMAND_COPY)
		fuzz_check(points_into(&argv, c->copy_path), "a path to copy to");
}

static void
check_values(const struct config *c)
{
	const struct supervision *s = &c->supervision;
	fuzz_check(c->service_count <= SERVICES_MAX && c->rules.unset.count <= NAMES_MAX, "bounds");
	for (size_t i = 0; i < c->service_count; i++)
		fuzz_check(c->service[i].n == 0 || points_into(&argv, c->service[i].p) ||
				   points_into(&environment, c->service[i].p),
			"a service stands in what was given");
	fuzz_check(c->retries >= 1 && c->timeout_ms >= 0 && s->grace_ms >= 0, "numbers");
	fuzz_check(s->parent_death_signal >= 0 && s->parent_death_signal <= SIGNAL_MAX, "a signal");
	for (int i = 1; i <= SIGNAL_MAX; i++)
		fuzz_check(s->rewrite[i] <= SIGNAL_MAX, "a rewritten signal");
	fuzz_check(c->backend != BACKEND_FILE || c->backend_file[0] != '\0', "a file to read");
	fuzz_check(c->rules.strict_value != NULL, "a sentinel");
}

/* One more word of the command, one more variable of somebody else's, is nothing to us. */
static void
check_indifference(bool was_good, const struct config *before)
{
	static struct config c;
	static char other[] = "OTHER=--nonsense";
	struct err e;
	environment.word[environment.count++] = other;
	environment.word[environment.count] = NULL;
	if (command_at() > 0) {
		argv.word[argv.count++] = other;
		argv.word[argv.count] = NULL;
	}
	bool is_good = parse(&c, &e);
	/* A "--" without anything behind it has a command now. */
	if (was_good && before->argv != NULL) {
		fuzz_check(is_good && c.argv == before->argv, "the command's words are its own");
		fuzz_check(c.command == before->command && c.service_count == before->service_count,
			"and so are other variables");
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct config c;
	static char program[] = "antechamber";
	struct span rest = fuzz_input(data, size);
	struct err e;
	if (size == 0 || size > TEXT_MAX)
		return 0;
	read_words(&argv, fuzz_part(&rest, (char)0xff), program);
	read_words(&environment, rest, NULL);
	bool is_good = parse(&c, &e);
	if (is_good && c.command != COMMAND_HELP && c.command != COMMAND_VERSION) {
		check_command(&c);
		check_values(&c);
	} else if (!is_good) {
		check_error(&e);
	}
	check_indifference(is_good, &c);
	return 0;
}
