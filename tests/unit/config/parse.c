#include "unit/config/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"

struct config parsed;
struct err parse_error;

static char words_text[4096];
static char environ_text[4096];
static char *words[WORDS_MAX + 2];
static char *variables[WORDS_MAX + 1];

/* Cuts the copy of a line into strings; returns how many. */
static int
cut(char *copy, size_t size, const char *line, char separator, char **list)
{
	int count = 0;
	if (strlen(line) >= size)
		abort();
	memcpy(copy, line, strlen(line) + 1);
	for (char *next = *line == '\0' ? NULL : copy; next != NULL;) {
		char *word = next;
		char *end = strchr(word, separator);
		next = end == NULL ? NULL : end + 1;
		if (end != NULL)
			*end = '\0';
		if (count == WORDS_MAX)
			abort();
		list[count++] = strcmp(word, "<>") == 0 ? word + 2 : word;
	}
	list[count] = NULL;
	return count;
}

bool
parse(const char *line, const char *environ_line)
{
	static char name[] = "antechamber";
	words[0] = name;
	int count = cut(words_text, sizeof(words_text), line, ' ', words + 1);
	cut(environ_text, sizeof(environ_text), environ_line == NULL ? "" : environ_line, '|',
		variables);
	memset(&parsed, 0xa5, sizeof(parsed));
	memset(&parse_error, 0, sizeof(parse_error));
	return config_parse(count + 1, words, variables, &parsed, &parse_error);
}

void
parse_good(const char *line, const char *environ_line)
{
	if (!parse(line, environ_line))
		fail_msg("%s: %s", line, parse_error.text);
}

void
parse_bad(const char *line, const char *environ_line, const char *text)
{
	if (parse(line, environ_line))
		fail_msg("\"%s\" is taken", line);
	assert_string_equal(parse_error.text, text);
	assert_int_equal(err_exit_code(&parse_error), 100);
}

const char *
parse_sample(const struct option *o)
{
	switch (o->kind) {
	case OPTION_FLAG:
	case OPTION_TRISTATE:
		return "yes";
	case OPTION_COUNT:
		return "7";
	case OPTION_SECONDS:
		return "1.5";
	case OPTION_CHOICE:
		return strrchr(o->value, '|') + 1;
	case OPTION_TEXT:
	case OPTION_IGNORED:
		return "text";
	case OPTION_SIGNAL:
		return "USR1";
	case OPTION_BACKEND:
		return "file:x";
	case OPTION_NAMES:
		return "NAME*";
	case OPTION_REMAP:
		return "143";
	case OPTION_REWRITE:
		return "TERM:INT";
	}
	return "";
}

void
parse_outcome(struct parse_outcome *out, const char *line, const char *environ_line)
{
	parse_good(line, environ_line);
	memset(out, 0, sizeof(*out));
	struct config *c = &out->c;
	memcpy(c, &parsed, sizeof(*c));
	struct buf b = BUF(out->text);
	buf_printf(&b, "%s %s %s", c->rules.strict_value,
		c->backend_file == NULL ? "" : c->backend_file, c->argv[0]);
	for (size_t i = 0; i < c->service_count; i++)
		buf_printf(&b, " %.*s", (int)c->service[i].n, c->service[i].p);
	for (size_t i = 0; i < c->rules.unset.count; i++)
		buf_printf(&b, " %.*s", (int)c->rules.unset.name[i].n, c->rules.unset.name[i].p);
	for (size_t i = 0; i < c->rules.keep.count; i++)
		buf_printf(&b, " %.*s", (int)c->rules.keep.name[i].n, c->rules.keep.name[i].p);
	assert_false(b.overflow);
	c->rules.strict_value = NULL;
	c->backend_file = NULL;
	c->argv = NULL;
	memset(c->service, 0, sizeof(c->service));
	memset(c->rules.unset.name, 0, sizeof(c->rules.unset.name));
	memset(c->rules.keep.name, 0, sizeof(c->rules.keep.name));
}
