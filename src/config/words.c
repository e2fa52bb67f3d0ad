#include "config/words.h"

#include <string.h>

#include "base/buf.h"
#include "base/quote.h"
#include "config/command.h"

bool
words_set(const struct option *o, struct config *c, const char *place, struct span value,
	struct err *e)
{
	struct quoted q;
	return option_set(o, c, value, e) || err_ctx(e, "%s '%s'", place, quote(&q, value));
}

bool
words_add_service(struct config *c, struct span service, struct err *e)
{
	if (c->service_count == SERVICES_MAX)
		return err_set(e, ERR_LIMIT, "services: more than %d", SERVICES_MAX);
	c->service[c->service_count++] = service;
	return true;
}

static bool
set_option(struct words *w, const struct option *o, struct span value)
{
	char text[OPTION_TWIN_MAX];
	struct buf place = BUF(text);
	buf_printf(&place, "--%s", o->name);
	w->seen |= UINT64_C(1) << option_index(o);
	return words_set(o, w->c, buf_str(&place), value, w->e);
}

/* An option that has no value attached: a flag, or the value is the next word. */
static bool
set_bare_option(struct words *w, const struct option *o)
{
	if (option_is_flag(o))
		return set_option(w, o, SPAN("true"));
	if (*w->next == NULL || strcmp(*w->next, "--") == 0)
		return err_set(w->e, ERR_USAGE, "--%s needs a value: %s", o->name, o->value);
	return set_option(w, o, span_of(*w->next++));
}

static bool
refuse_option(struct words *w, const char *dashes, struct span name)
{
	struct quoted q;
	return err_set(w->e, ERR_USAGE, "unknown option %s%s", dashes, quote(&q, name));
}

static bool
read_long(struct words *w, struct span text)
{
	const size_t n = span_find(text, '=');
	const struct span name = { text.p, n };
	const struct option *o = option_by_name(name);
	const bool is_help = span_eq(text, SPAN("help"));
	const bool is_version = span_eq(text, SPAN("version"));
	w->wants_help |= is_help;
	w->wants_version |= is_version;
	if (is_help || is_version)
		return true;
	if (o == NULL)
		return refuse_option(w, "--", name);
	if (n == text.n)
		return set_bare_option(w, o);
	return set_option(w, o, span_skip(text, n + 1));
}

/* -g, -gs, -r3, -r 3, -r=3, -g=false */
static bool
read_letters(struct words *w, struct span text)
{
	while (text.n > 0) {
		const struct span letter = { text.p, 1 };
		const struct option *o = option_by_letter(*letter.p);
		text = span_skip(text, 1);
		if (span_eq(letter, SPAN("h"))) {
			w->wants_help = true;
			continue;
		}
		if (o == NULL)
			return refuse_option(w, "-", letter);
		const bool has_equals = text.n > 0 && *text.p == '=';
		if (has_equals || (text.n > 0 && !option_is_flag(o)))
			return set_option(w, o, span_skip(text, has_equals));
		if (!set_bare_option(w, o))
			return false;
	}
	return true;
}

static bool
read_operand(struct words *w, struct span word)
{
	struct quoted q;
	struct config *c = w->c;
	if (!w->has_command) {
		w->has_command = command_by_name(word, &c->command);
		return w->has_command ||
		       err_set(w->e, ERR_USAGE, "unknown command '%s'", quote(&q, word));
	}
	if (c->command == COMMAND_EXEC || c->command == COMMAND_CHECK)
		return words_add_service(c, word, w->e);
	if (c->command == COMMAND_HELP && command_by_name(word, &c->help_of))
		return true;
	if (c->command == COMMAND_COPY && c->copy_path == NULL) {
		c->copy_path = word.p;
		return true;
	}
	return err_set(w->e, ERR_USAGE, "%s: unexpected argument '%s'%s", command_name(c->command),
		quote(&q, word), c->command == COMMAND_INIT ? ": the command goes after --" : "");
}

static bool
read_word(struct words *w, struct span word)
{
	if (span_starts_with(word, SPAN("--")))
		return read_long(w, span_skip(word, 2));
	if (word.n > 1 && *word.p == '-')
		return read_letters(w, span_skip(word, 1));
	return read_operand(w, word);
}

void
words_judge(struct words *w, bool ok)
{
	if (!ok) {
		w->failed = true;
		w->e = &w->later;
	}
}

void
words_read(struct words *w)
{
	while (*w->next != NULL) {
		const struct span word = span_of(*w->next++);
		if (span_eq(word, SPAN("--"))) {
			w->has_separator = true;
			w->c->argv = *w->next == NULL ? NULL : w->next;
			return;
		}
		words_judge(w, read_word(w, word));
	}
}
