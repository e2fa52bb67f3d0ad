#include "ctl/options.h"

#include "base/envvar.h"
#include "base/quote.h"
#include "ctl/base/memory.h"
#include "ctl/base/text.h"

/* An option of one command follows its name: only there is known what it means. */
struct parser {
	char *const *argv;
	int argc;
	struct words *words;
	const char *first; /* of a command of two words: "tag"; NULL: it was not there */
	bool *given; /* for each option of the table */
};

/* By name, or by letter if that is not 0. */
static const struct ctl_option *
find_option(const struct parser *p, struct span name, char letter)
{
	const struct ctl_command *command = p->words->command;
	for (const struct ctl_option *o = ctl_option_table; o < ctl_option_table + ctl_option_count;
		o++) {
		bool fits = letter != 0 ? o->letter == letter : span_eq(name, span_of(o->name));
		if (fits && (o->commands == NULL ||
				    (command != NULL && ctl_option_is_of(o, command->name))))
			return o;
	}
	return NULL;
}

/* "|" separates the choices. */
static const char *
find_choice(const struct ctl_option *o, struct span text)
{
	struct span rest = span_of(o->value);
	struct span choice;
	while (span_split(&rest, '|', &choice)) {
		if (span_eq_nocase(choice, text))
			return memory_copy(choice).p;
	}
	return NULL;
}

/* Takes a value; where says which option or variable has it. */
static bool
set_value(const struct ctl_option *o, struct options *options, const char *text, const char *where,
	struct err *e)
{
	void *const member = (char *)options + o->offset;
	const struct option as_antechamber = { .kind = o->kind };
	struct quoted q;
	if (o->kind == OPTION_TEXT) {
		*(const char **)member = text;
		return text[0] != '\0' || err_set(e, ERR_USAGE, "usage: %s is empty", where);
	}
	if (o->kind == OPTION_CHOICE) {
		*(const char **)member = find_choice(o, span_of(text));
		return *(const char **)member != NULL ||
		       err_set(e, ERR_USAGE, "usage: %s: \"%s\" is not one of %s", where,
			       quote(&q, span_of(text)), o->value);
	}
	if (o->kind == OPTION_COUNT) {
		uint64_t *const number = member;
		return (span_u64(span_of(text), INT32_MAX, number) && *number >= o->least) ||
		       err_set(e, ERR_USAGE,
			       "usage: %s: \"%s\" is not a whole number from %llu to %d", where,
			       quote(&q, span_of(text)), (unsigned long long)o->least, INT32_MAX);
	}
	/* What both programs have is read by antechamber's rules. */
	return option_set(&as_antechamber, member, span_of(text), e) ||
	       err_ctx(e, "usage: %s: \"%s\"", where, quote(&q, span_of(text)));
}

static bool
unknown_option(const struct parser *p, const char *word, struct err *e)
{
	struct quoted q;
	const struct ctl_command *command = p->words->command;
	if (command == NULL)
		err_set(e, ERR_USAGE, "usage: %s is not an option", quote(&q, span_of(word)));
	else
		err_set(e, ERR_USAGE, "usage: %s is not an option of %s", quote(&q, span_of(word)),
			command->name);
	err_hint(e,
		"'antechamberctl %s%s--help' lists the options; write \"--\" before a word that "
		"begins with '-'",
		command == NULL ? "" : command->name, command == NULL ? "" : " ");
	return false;
}

/* The option of a word, with the value that belongs to it, if there is one in the same word. */
struct found {
	const struct ctl_option *option;
	const char *value;
	char name[64]; /* "--retries", for messages */
};

static bool
take_value(struct parser *p, int *at, struct found *f, struct err *e)
{
	if (f->value == NULL && f->option->kind == OPTION_FLAG)
		f->value = "true";
	if (f->value == NULL) {
		if (*at + 1 >= p->argc)
			return err_set(e, ERR_USAGE, "usage: %s needs a value: %s", f->name,
				f->option->value);
		f->value = p->argv[++*at];
	}
	p->given[f->option - ctl_option_table] = true;
	if (f->option->given != 0)
		*(bool *)(void *)((char *)&p->words->options + f->option->given) = true;
	return set_value(f->option, &p->words->options, f->value, f->name, e);
}

static bool
take_long(struct parser *p, int *at, struct err *e)
{
	const char *const word = p->argv[*at];
	struct span name = span_of(word + 2);
	struct found f = { 0 };
	struct buf b = { .p = f.name, .cap = sizeof(f.name) - 1 };
	const size_t equals = span_find(name, '=');
	if (equals < name.n)
		f.value = name.p + equals + 1;
	name.n = equals;
	if (span_eq(name, SPAN("help")))
		return p->words->wants_help = true;
	f.option = find_option(p, name, 0);
	if (f.option == NULL && p->words->command == NULL && span_eq(name, SPAN("version")))
		return p->words->wants_version = true;
	if (f.option == NULL)
		return unknown_option(p, word, e);
	buf_printf(&b, "--%s", f.option->name);
	return take_value(p, at, &f, e);
}

/* -e, -et, -r5, -r 5, -r=5, -e=false */
static bool
take_letters(struct parser *p, int *at, struct err *e)
{
	const char *const word = p->argv[*at];
	for (const char *letter = word + 1; *letter != '\0'; letter++) {
		struct found f = { .name = { '-', *letter } };
		if (*letter == 'h')
			return p->words->wants_help = true;
		f.option = find_option(p, SPAN(""), *letter);
		if (f.option == NULL)
			return unknown_option(p, word, e);
		const bool has_equals = letter[1] == '=';
		if (has_equals || (letter[1] != '\0' && f.option->kind != OPTION_FLAG)) {
			f.value = letter + 1 + has_equals;
			return take_value(p, at, &f, e);
		}
		if (!take_value(p, at, &f, e))
			return false;
	}
	return true;
}

static const struct ctl_command *
find_command(const char *first, const char *second)
{
	struct text name = { 0 };
	text_printf(
		&name, "%s%s%s", first, second == NULL ? "" : " ", second == NULL ? "" : second);
	for (size_t i = 0; i < ctl_command_count; i++) {
		if (span_eq(text_span(&name), span_of(ctl_command_table[i].name)))
			return &ctl_command_table[i];
	}
	return NULL;
}

/* Whether a command of two words begins with this one. */
static bool
is_first(const char *word)
{
	const struct span w = span_of(word);
	for (size_t i = 0; i < ctl_command_count; i++) {
		const struct span name = span_of(ctl_command_table[i].name);
		if (span_starts_with(name, w) && name.n > w.n && name.p[w.n] == ' ')
			return true;
	}
	return false;
}

static bool
unknown_command(const char *word, const char *first, struct err *e)
{
	struct quoted q;
	err_set(e, ERR_USAGE, "usage: %s%s\"%s\" is not a command", first == NULL ? "" : first,
		first == NULL ? "" : ": ", quote(&q, span_of(word)));
	return err_hint(e, "'antechamberctl --help' lists the commands");
}

static bool
take_word(struct parser *p, const char *word, struct err *e)
{
	struct words *w = p->words;
	if (w->command != NULL) {
		w->word[w->count++] = word;
		return true;
	}
	/* Words of chamber's; no command has these names. */
	if (p->first == NULL && span_eq(span_of(word), SPAN("help")))
		return w->wants_help = true;
	if (p->first == NULL && span_eq(span_of(word), SPAN("version")))
		return w->wants_version = true;
	if (p->first == NULL && is_first(word)) {
		p->first = word;
		return true;
	}
	w->command = p->first == NULL ? find_command(word, NULL) : find_command(p->first, word);
	return w->command != NULL || unknown_command(word, p->first, e);
}

static bool
take_all(struct parser *p, struct err *e)
{
	bool has_ended = false;
	for (int at = 1; at < p->argc; at++) {
		const char *const word = p->argv[at];
		const bool is_option = !has_ended && word[0] == '-' && word[1] != '\0';
		bool ok;
		if (is_option && span_eq(span_of(word), SPAN("--")))
			has_ended = ok = true;
		else if (is_option)
			ok = word[1] == '-' ? take_long(p, &at, e) : take_letters(p, &at, e);
		else
			ok = take_word(p, word, e);
		if (!ok || p->words->wants_help)
			return ok;
	}
	return true;
}

/* An option that was not given: from its variables, else its default. */
static bool
take_default(const struct ctl_option *o, struct parser *p, char *const *environ, struct err *e)
{
	for (size_t i = 0; i < sizeof(o->variable) / sizeof(*o->variable); i++) {
		const char *const name = o->variable[i];
		const char *value = name == NULL ? NULL : envvar_get(environ, name);
		if (value != NULL)
			return set_value(o, &p->words->options, value, name, e);
	}
	return o->fallback == NULL || set_value(o, &p->words->options, o->fallback, o->name, e);
}

static bool
check_count(const struct words *w, struct err *e)
{
	const struct ctl_command *c = w->command;
	if (w->count >= c->least && w->count <= c->most)
		return true;
	err_set(e, ERR_USAGE, "usage: %s takes %s, not %zu argument%s", c->name,
		c->arguments[0] == '\0' ? "no arguments" : c->arguments, w->count,
		w->count == 1 ? "" : "s");
	return err_hint(e, "'antechamberctl %s --help' describes it", c->name);
}

bool
options_parse(int argc, char *const *argv, char *const *environ, struct words *words, struct err *e)
{
	struct parser p = { .argv = argv, .argc = argc, .words = words };
	p.given = memory_get(ctl_option_count * sizeof(*p.given));
	words->word = memory_get((size_t)argc * sizeof(*words->word));
	if (!take_all(&p, e))
		return false;
	if (words->wants_help || words->wants_version)
		return true;
	if (words->command == NULL)
		return p.first == NULL ? (words->wants_help = true)
				       : unknown_command("", p.first, e);
	for (size_t i = 0; i < ctl_option_count; i++) {
		const struct ctl_option *o = &ctl_option_table[i];
		if (!p.given[i] &&
			(o->commands == NULL || ctl_option_is_of(o, words->command->name)) &&
			!take_default(o, &p, environ, e))
			return false;
	}
	return check_count(words, e);
}
